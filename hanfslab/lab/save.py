"""Save a lab: all guests paused together, their memory and every disk kept, then all go on together."""

import contextlib
from typing import Any

import libvirt

from hanfslab.errors import HanfslabError, LabError
from hanfslab.lab.connection import state, translated
from hanfslab.lab.lab import Lab
from hanfslab.lab.restore import load_memory, power_off_all
from hanfslab.lab.snapshots import Snapshot, disks, memory_volume, new, record, remove, snapshots, sweep, volumes_of
from hanfslab.lab.together import together
from hanfslab.lab.volumes import copy, free, pool_path
from hanfslab.lab.wake import Answers, audited, go_on
from hanfslab.topology.nodes import Node

SLACK = 64 << 20  # bytes that QEMU and the file system put around what is saved


def save(lab: Lab, name: str) -> Snapshot:
    """Save the lab under a name; a snapshot of that name is replaced. The guests pause for some seconds.

    Raises:
        LabError: not every guest runs, the pool is too full, saving failed, or the lab is not whole afterwards; it
            says whether the lab goes on.
    """
    _check_running(lab)
    sweep(lab)
    _check_space(lab)
    saved = new(lab, name)
    with lab.place.marked(f"save {name}"):
        remove(lab, name)  # an older memory must not be taken for the one that is saved now
        try:
            saved.size = _write(lab, name)
        except BaseException as error:
            raise _saved_what_can_be(lab, saved, error) from error
        record(lab, snapshots(lab) | {name: saved})
        answers = _load(lab, name)
    audited(lab, answers, saved.whole)
    return saved


def _check_running(lab: Lab) -> None:
    off = [name for name, now in lab.states().items() if now != "running"]
    if off:
        raise LabError(f"not every guest runs: {', '.join(off)}", "hanfslab up, then save")


def _check_space(lab: Lab) -> None:
    need = sum(node.memory << 20 for node in lab.topology.nodes) + SLACK
    need += sum(_size(lab, volume) for volume in disks(lab.topology, ""))
    if need > free(lab.pool):
        raise LabError(
            f"a snapshot takes up to {need >> 20} MiB, the storage pool {pool_path(lab.pool)} has"
            f" {free(lab.pool) >> 20} free; nothing was done",
            "delete one that is not needed: hanfslab snapshot list",
        )


def _size(lab: Lab, volume: str) -> int:
    with translated(f"volume {volume}"):
        return int(lab.pool.storageVolLookupByName(volume).info()[2])


def _write(lab: Lab, name: str) -> int:
    """Pause all guests, then let each one's QEMU write its memory and end; then their disks hold still.

    Returns:
        The snapshot's bytes.
    """
    together(lambda node: _pause(lab.domain(node)), lab.topology.nodes)
    together(lambda node: _save_memory(lab, node, name), lab.topology.nodes)
    together(lambda pair: copy(lab.pool, *pair), list(disks(lab.topology, name).items()))
    with translated("storage pool"):
        lab.pool.refresh()
    return sum(_size(lab, volume) for volume in volumes_of(lab.topology, name))


def _pause(domain: Any) -> None:
    with translated(domain.name()):
        domain.suspend()


def _save_memory(lab: Lab, node: Node, name: str) -> None:
    file = f"{pool_path(lab.pool)}/{memory_volume(node, name)}"
    with translated(f"saving {node.name}"):
        lab.domain(node).saveFlags(file, None, libvirt.VIR_DOMAIN_SAVE_PAUSED)


def _load(lab: Lab, name: str) -> Answers:
    """Let the guests go on from what was saved; when one cannot, none does."""
    try:
        return go_on(lab, lambda node: load_memory(lab, node, name))
    except BaseException as error:
        power_off_all(lab)
        lab.place.remember(unfinished="")
        if not isinstance(error, HanfslabError):
            raise
        hint = f"hanfslab snapshot restore {name}"
        raise LabError(f"snapshot {name} is saved, but {error.message}; the lab is down", hint) from error


def _saved_what_can_be(lab: Lab, saved: Snapshot, error: BaseException) -> BaseException:
    """After saving failed: all guests go on where they were paused, or none does. Returns what to raise."""

    def load(node: Node) -> None:
        if state(lab.domain(node)) in ("off", "absent"):
            load_memory(lab, node, saved.name)

    try:
        answers = go_on(lab, load)
        lab.place.remember(unfinished="")  # a lab that is marked is not whole
        audited(lab, answers, saved.whole)
        outcome, hint = "the lab goes on as it was", ""
    except HanfslabError:
        power_off_all(lab)
        outcome, hint = "the lab is down", "hanfslab up"
    with contextlib.suppress(HanfslabError):
        sweep(lab)
    lab.place.remember(unfinished="")
    if isinstance(error, HanfslabError):
        return LabError(f"snapshot {saved.name}: {error.message}; {outcome}", hint or error.hint)
    return error
