"""Bring a lab up: guests, then the cluster, then the clients' mounts; a lab that is up is left alone."""

import contextlib
from collections.abc import Callable

from hanfslab.errors import HanfslabError, LabError
from hanfslab.host.exclusive import exclusive
from hanfslab.lab import logs
from hanfslab.lab.connection import state
from hanfslab.lab.control import GONE
from hanfslab.lab.destroy import destroy_guests
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import ANSWER, CLUSTER, MOUNT, UP
from hanfslab.lab.prepare import check, make
from hanfslab.lab.status import LabStatus, NodeStatus, mount_point
from hanfslab.lab.vagrant import Vagrant
from hanfslab.timeouts import wait_until
from hanfslab.topology.nodes import Node

FAILED = "failed-up"
LAST_LINES = 12
LOOK = "--no-destroy-on-error leaves it for a look; if it is only slow: HANFSLAB_TIMEOUT_UP=SECONDS"
Told = Callable[[str, str], None]


def up(lab: Lab, tell: Told, keep_failed: bool = False) -> LabStatus:
    """Bring a lab up and wait until it is whole.

    Args:
        tell: called with a node's name and what is being waited for there; the name is empty for the lab itself.
        keep_failed: leave guests that did not come up as they are, for a look at them.

    Raises:
        LabError: a guest or the cluster did not come up; what this call made is gone again, unless `keep_failed`.
    """
    with lab.place.changing():
        box = check(lab)
        fresh = [node for node in lab.topology.nodes if lab.domain(node) is None]
        try:
            make(lab, box)
            _guests(lab, tell)
            _cluster(lab, tell)
            return _mounts(lab, tell)
        except BaseException as error:
            if fresh and not keep_failed:
                _take_back(lab, fresh, error, tell)
            raise


def _take_back(lab: Lab, fresh: list[Node], error: BaseException, tell: Told) -> None:
    """Delete the guests that this `up` made; the error that ended it stays the one that is told."""
    try:
        if isinstance(error, HanfslabError):
            _keep_logs(lab, tell)
    finally:
        tell("", "taking back what was made")
        try:
            destroy_guests(lab, fresh)
        except HanfslabError as other:
            tell("", f"not all of it: {other.message}; try: hanfslab destroy")


def _keep_logs(lab: Lab, tell: Told) -> None:
    """Before guests are gone: what they logged."""
    into = lab.place.state / FAILED
    for node in lab.topology.nodes:
        with contextlib.suppress(HanfslabError, OSError):
            logs.collect(lab, node, into / node.name)
    tell("", f"the guests' logs are in {into}")


def _guests(lab: Lab, tell: Told) -> None:
    absent = [node for node in lab.topology.nodes if state(lab.domain(node)) != "running"]
    if not absent:
        return
    watch = _Started(lab, tell)
    with exclusive("vagrant", waiting=lambda holder: tell("", f"waits for process {holder}, which uses Vagrant")):
        try:
            Vagrant(lab.place.state).told(["up"], UP.scaled(lab.scale), watch.tell, watch.trouble)
        except HanfslabError as error:
            raise LabError(f"{error.message}\n{_last_words(lab, absent)}", error.hint or LOOK) from error
    still = [node.name for node in absent if lab.boot_id(node.name) is None]
    if still:
        raise LabError(f"{', '.join(still)}: no answer on SSH\n{_last_words(lab, absent)}")


class _Started:
    """Which guests Vagrant has started: one of them that is off again will not come up by waiting."""

    def __init__(self, lab: Lab, tell: Told) -> None:
        self._lab, self._tell, self._names = lab, tell, set[str]()

    def tell(self, name: str, text: str) -> None:
        """Hear what Vagrant does with a guest, and pass it on."""
        if text.startswith("Waiting for domain"):
            self._names.add(name)
        self._tell(name, text)

    def trouble(self) -> str:
        """Why waiting is in vain, if it is."""
        states = self._lab.states()
        return "; ".join(f"{name} is {states[name]}" for name in sorted(self._names) if states.get(name) in GONE)


def _last_words(lab: Lab, nodes: list[Node]) -> str:
    """What guests that do not answer said last on their consoles."""
    silent = [node for node in nodes if lab.boot_id(node.name) is None]
    return "\n".join(f"{node.name}, last on its console:\n{_log(lab, node)}" for node in silent)


def _log(lab: Lab, node: Node, source: str = logs.CONSOLE) -> str:
    lines = logs.read(lab, node, source, LAST_LINES).splitlines()
    return "\n".join(f"  | {line}" for line in lines) or "  | (nothing)"


def _cluster(lab: Lab, tell: Told) -> None:
    """Wait for one owner and for links that are up; what each server waits for is told as it changes."""

    def whole() -> bool:
        status = lab.status()
        for node in status.nodes:
            if node.role == "server":
                tell(node.name, _waits_for(node, status.owner))
            if node.cluster == "failed":
                last = _log(lab, lab.topology.node(node.name), "journal")
                raise LabError(f"Heartbeat failed on {node.name}:\n{last}")
        return status.owner is not None and status.links_up

    wait_until(whole, CLUSTER.deadline(lab.scale), "the cluster has one owner and hears itself", tick=1)


def _waits_for(node: NodeStatus, owner: str | None) -> str:
    if not node.answers:
        return "waits for its shell"
    if node.cluster in ("", "activating", "inactive"):
        return "waits until Heartbeat may start: it must hear its peer"
    if not node.hears_peer:
        return "waits for its peer's heartbeat"
    if owner is None:
        return f"waits for the resources ({node.resources or 'none yet'})"
    return "owns the service" if owner == node.name else "standby"


def _mounts(lab: Lab, tell: Told) -> LabStatus:
    """Mount the service on every client, by units of the guest: no shell hangs when the server is in its grace."""
    points = {mount_point(version) for version in lab.topology.spec.nfs.versions}
    units = [point.strip("/").replace("/", "-") + ".mount" for point in points]
    for node in lab.topology.clients:
        lab.run(node.name, "systemctl", "start", "--no-block", *units, timeout=ANSWER.scaled(lab.scale))
    seen: list[LabStatus] = []
    missing: dict[str, str] = {}

    def mounted() -> bool:
        seen[:] = [lab.status()]
        for node in seen[0].nodes:
            if node.role == "client":
                missing[node.name] = ", ".join(sorted(points - set(node.mounted)))
                tell(node.name, f"waits for {missing[node.name]}" if missing[node.name] else "mounted")
        return seen[0].whole

    try:
        wait_until(mounted, MOUNT.deadline(lab.scale), "not every client has mounted the service", tick=1)
    except LabError as error:
        lacking = [f"  {name}: no {what}" for name, what in missing.items() if what]
        raise LabError("\n".join([error.message, *lacking]), "--no-destroy-on-error leaves it for a look") from error
    return seen[0]
