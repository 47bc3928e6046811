"""A cold start: guests made and booted, then the cluster, then the clients' mounts, each as soon as it can be."""

from hanfslab.box.store import Box
from hanfslab.errors import HanfslabError, LabError
from hanfslab.host.exclusive import exclusive
from hanfslab.lab import logs
from hanfslab.lab.boot import boot
from hanfslab.lab.connection import state
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import ANSWER, CLUSTER, MAKE, MOUNT
from hanfslab.lab.prepare import make
from hanfslab.lab.status import LabStatus, NodeStatus, mount_points
from hanfslab.lab.vagrant import Told, Vagrant
from hanfslab.timeouts import wait_until
from hanfslab.topology.nodes import Node

LAST_LINES = 12
LOOK = "--no-destroy-on-error leaves it for a look; if it is only slow: HANFSLAB_TIMEOUT_BOOT=SECONDS"


def cold_start(lab: Lab, box: Box, tell: Told) -> LabStatus:
    """Bring up whatever of the lab does not run, with what is on its disks.

    Raises:
        LabError: a guest or the cluster did not come up.
    """
    make(lab, box)
    _make_guests(lab, tell)
    absent = [node for node in lab.topology.nodes if state(lab.domain(node)) != "running"]
    try:
        boot(lab, absent, tell)
    except HanfslabError as error:
        raise LabError(f"{error.message}\n{_last_words(lab, absent)}", error.hint or LOOK) from error
    _cluster(lab, tell)
    return _mounts(lab, tell)


def _make_guests(lab: Lab, tell: Told) -> None:
    """Have Vagrant make the guests that are not there; it starts none of them (see Vagrantfile.j2)."""
    absent = [node.name for node in lab.topology.nodes if lab.domain(node) is None]
    if not absent:
        return
    with exclusive("vagrant", waiting=lambda holder: tell("", f"waits for process {holder}, which uses Vagrant")):
        Vagrant(lab.place.state, only_make=True).told(["up", *absent], MAKE.scaled(lab.scale), tell)


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
    points = set(mount_points(lab.topology))
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
