"""Restore a lab: disks and memory of a snapshot, all guests going on together, their clocks set, the lab audited."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import libvirt

from hanfslab.errors import HanfslabError, UsageError
from hanfslab.lab.connection import translated
from hanfslab.lab.destroy import power_off
from hanfslab.lab.lab import Lab
from hanfslab.lab.networks import ensure_networks
from hanfslab.lab.snapshots import Snapshot, disks, memory_volume, misfit, root_volume
from hanfslab.lab.status import LabStatus
from hanfslab.lab.together import together
from hanfslab.lab.volumes import copy, pool_path
from hanfslab.lab.wake import Answers, audited, go_on
from hanfslab.topology.nodes import Node


def restore(lab: Lab, saved: Snapshot) -> LabStatus:
    """Give the lab the state of a snapshot, whatever its guests do now.

    Raises:
        UsageError: the snapshot cannot be used any more; nothing was done.
        LabError: the lab is not whole afterwards, and why.
    """
    if why := misfit(lab, saved):
        raise UsageError(f"snapshot {saved.name} cannot be used: {why}", "hanfslab reset makes a clean lab")
    with lab.place.marked(f"restore {saved.name}"):
        try:
            power_off_all(lab)
            ensure_networks(lab.connection, lab.topology)
            answers = _bring_back(lab, saved.name)
        except BaseException:
            with contextlib.suppress(HanfslabError):
                power_off_all(lab)
            raise
    return audited(lab, answers, saved.whole)


def _bring_back(lab: Lab, name: str) -> Answers:
    """Each guest's own disk, then its memory; servers wait for the shared disk."""
    back = disks(lab.topology, name)
    with ThreadPoolExecutor(1) as pool:
        shared = pool.submit(copy, lab.pool, back[lab.topology.shared_volume], lab.topology.shared_volume)

        def load(node: Node) -> None:
            own = root_volume(node)
            copy(lab.pool, back[own], own)
            if node.role == "server":
                shared.result()
            load_memory(lab, node, name)

        return go_on(lab, load)


def restore_disks(lab: Lab, name: str) -> None:
    """Take the guests' power away and give the lab's disks the content that they have in a snapshot."""
    power_off_all(lab)
    together(lambda pair: copy(lab.pool, pair[1], pair[0]), list(disks(lab.topology, name).items()))
    with translated("storage pool"):
        lab.pool.refresh()


def power_off_all(lab: Lab) -> None:
    """Take every guest's power away."""

    def off(node: Node) -> None:
        lab.ssh.drop(node)
        if (domain := lab.domain(node)) is not None:
            power_off(domain)

    together(off, lab.topology.nodes)


def load_memory(lab: Lab, node: Node, name: str) -> None:
    """Start a guest's QEMU with the memory of a snapshot; it is paused."""
    file = f"{pool_path(lab.pool)}/{memory_volume(node, name)}"
    with translated(f"restoring {node.name}"):
        if lab.domain(node) is None:  # one that is not defined would be gone once it ends
            lab.connection.defineXML(lab.connection.saveImageGetXMLDesc(file, 0))
        lab.connection.restoreFlags(file, None, libvirt.VIR_DOMAIN_SAVE_PAUSED)
