"""Bring a lab up: warm from its clean snapshot, or cold; a lab that is up is left alone."""

import contextlib
from collections.abc import Iterator

from hanfslab.box.store import Box
from hanfslab.errors import HanfslabError, UsageError
from hanfslab.lab import logs
from hanfslab.lab.cold import cold_start
from hanfslab.lab.destroy import destroy_guests
from hanfslab.lab.lab import Lab
from hanfslab.lab.prepare import check
from hanfslab.lab.restore import power_off_all, restore, restore_disks
from hanfslab.lab.save import save
from hanfslab.lab.snapshots import CLEAN, remove, snapshots
from hanfslab.lab.status import LabStatus
from hanfslab.lab.vagrant import Told
from hanfslab.topology.nodes import Node

FAILED = "failed-up"


def up(lab: Lab, tell: Told, keep_failed: bool = False, cold: bool = False) -> LabStatus:
    """Bring a lab up and wait until it is whole.

    A lab of which nothing runs gets the state of its clean snapshot, in seconds; without one it comes up cold.

    Args:
        tell: called with a node's name and what is being waited for there; the name is empty for the lab itself.
        keep_failed: leave guests that did not come up as they are, for a look at them.
        cold: boot the guests with what is on their disks.

    Raises:
        LabError: a guest or the cluster did not come up; what this call made is gone again, unless `keep_failed`.
    """
    with lab.place.changing():
        box = check(lab)
        idle = lab.place.unfinished or set(lab.states().values()) <= {"absent", "off"}
        if not cold and idle and CLEAN in snapshots(lab):
            return _clean(lab, box, tell, keep_failed)
        _settle(lab)
        return _cold(lab, box, tell, keep_failed)


def reset(lab: Lab, tell: Told) -> LabStatus:
    """Give the lab the state that its first `up` left, whatever was done to it since.

    Raises:
        LabError: a guest or the cluster did not come up.
    """
    with lab.place.changing():
        return fresh(lab, tell)


def fresh(lab: Lab, tell: Told) -> LabStatus:
    """Do what `reset` does, for somebody who already holds the lab's lock."""
    return _clean(lab, check(lab), tell)


def _clean(lab: Lab, box: Box, tell: Told, keep_failed: bool = False) -> LabStatus:
    saved = snapshots(lab).get(CLEAN)
    if saved is None:
        if known := ", ".join(snapshots(lab)):
            raise UsageError(
                f"there is no snapshot {CLEAN}, and making the lab anew would take your snapshots away: {known}",
                "delete them first: hanfslab snapshot delete NAME; a campaign takes the lab --as-is",
            )
        tell("", f"no snapshot {CLEAN}: makes everything anew")
        destroy_guests(lab, list(lab.topology.nodes))
        return _cold(lab, box, tell, keep_failed)
    tell("", f"restores the snapshot {CLEAN}")
    try:
        return restore(lab, saved)
    except HanfslabError as error:
        tell("", f"no warm start: {error.message}")
    _clean_disks(lab)
    remove(lab, CLEAN)
    return _cold(lab, box, tell, keep_failed, pristine=True)


def _clean_disks(lab: Lab) -> None:
    """The disks of the clean snapshot, or else none: a cold start then begins with new guests."""
    with lab.place.marked(f"restore {CLEAN}"):
        try:
            restore_disks(lab, CLEAN)
        except HanfslabError:
            destroy_guests(lab, list(lab.topology.nodes))


def _settle(lab: Lab) -> None:
    """What was cut short is ended: guests off, and disks that have half of a snapshot get all of it."""
    doing, _, name = lab.place.unfinished.partition(" ")
    if not doing:
        return
    power_off_all(lab)
    if doing == "restore" and name in snapshots(lab):
        restore_disks(lab, name)
    elif doing == "restore":
        destroy_guests(lab, list(lab.topology.nodes))
    lab.place.remember(unfinished="")


def _cold(lab: Lab, box: Box, tell: Told, keep_failed: bool, pristine: bool = False) -> LabStatus:
    fresh = [node for node in lab.topology.nodes if lab.domain(node) is None]
    with _taken_back(lab, fresh if not keep_failed else [], tell):
        status = cold_start(lab, box, tell)
    if pristine or len(fresh) == len(lab.topology.nodes):
        return _saved(lab, tell)
    return status


def _saved(lab: Lab, tell: Told) -> LabStatus:
    """Save the clean lab; one that goes on without its snapshot is up all the same."""
    tell("", f"whole; saves the snapshot {CLEAN}")
    try:
        save(lab, CLEAN)
    except HanfslabError as error:
        if not lab.status().whole:
            raise
        tell("", f"the next start will be cold: {error.message}")
    return lab.status()


@contextlib.contextmanager
def _taken_back(lab: Lab, fresh: list[Node], tell: Told) -> Iterator[None]:
    """When it fails, delete the guests that this `up` made; the error that ended it stays the one that is told."""
    try:
        yield
    except BaseException as error:
        if fresh:
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
