"""Restore a lab: disks and memory of a snapshot, all guests going on together, their clocks set, the lab audited."""

import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

import libvirt

from hanfslab.errors import HanfslabError, LabError, UsageError
from hanfslab.lab.connection import state, translated
from hanfslab.lab.control import Completed
from hanfslab.lab.destroy import power_off
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import ANSWER, RESTORED
from hanfslab.lab.networks import ensure_networks
from hanfslab.lab.snapshots import Snapshot, disks, memory_volume, misfit, root_volume
from hanfslab.lab.ssh import PORT
from hanfslab.lab.status import NODE_STATUS, LabStatus, lab_status, mount_point
from hanfslab.lab.together import together
from hanfslab.lab.volumes import copy, pool_path
from hanfslab.timeouts import wait_until
from hanfslab.topology.nodes import Node

CONNECT_SECONDS = 2.0  # a handshake within one host; the kernel repeats a lost SYN after 1 s


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
            _load(lab, saved.name)
            go_on(lab)
        except BaseException:
            with contextlib.suppress(HanfslabError):
                power_off_all(lab)
            raise
    return wake(lab, saved.whole)


def _load(lab: Lab, name: str) -> None:
    """Each guest's own disk, then its memory, all guests at once; servers wait for the shared disk."""
    back = disks(lab.topology, name)
    with ThreadPoolExecutor(1) as pool:
        shared = pool.submit(copy, lab.pool, back[lab.topology.shared_volume], lab.topology.shared_volume)

        def load(node: Node) -> None:
            own = root_volume(node)
            copy(lab.pool, back[own], own)
            if node.role == "server":
                shared.result()
            load_memory(lab, node, name)

        together(load, lab.topology.nodes)


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


def go_on(lab: Lab) -> None:
    """Let all guests go on at once."""
    domains = [lab.domain(node) for node in lab.topology.nodes]
    for node in lab.topology.nodes:
        lab.ssh.drop(node)
    for domain in domains:
        with translated(domain.name()):
            if state(domain) != "running":  # one that could not be paused still runs
                domain.resume()


def wake(lab: Lab, was_whole: bool) -> LabStatus:
    """Set the clocks of guests that were restored and audit the lab; one that was not whole when saved need not be now.

    What a guest says of itself may be whole and the network broken, so a handshake with each guest on the service's
    network and an answer of the server through each mount belong to it.

    Raises:
        LabError: what is lacking.
    """
    woken = lab_status(lab.topology, lab.states(), lambda name, _words: _wake(lab, name))
    if not was_whole:
        return woken
    missing = [*_unserved(lab, woken), *together(_deaf, lab.topology.nodes)]
    status = [woken]

    def whole() -> bool:
        status[0] = status[0] if status[0].whole else lab.status()
        return status[0].whole

    with contextlib.suppress(LabError):
        wait_until(whole, RESTORED.deadline(lab.scale), "whole")
    missing += _lacks(status[0])
    if any(missing):
        raise LabError("not whole after the restore: " + "; ".join(text for text in missing if text))
    return status[0]


def _wake(lab: Lab, name: str) -> Completed:
    node, agent, seconds = lab.topology.node(name), lab.agent(name), ANSWER.scaled(lab.scale)
    with contextlib.suppress(LabError):  # then the next question is not answered either
        wait_until(agent.answers, RESTORED.deadline(lab.scale), name, tick=0.05)
    # the clock goes on by a difference: that stays exact however long an emulated guest takes to start the program
    lag = f"{-lab.clock(name).offset:+.3f}"
    done = agent.run(NODE_STATUS, "cluster", lag, *points(lab, node), timeout=seconds)
    if done.exit:
        raise LabError(f"{name} could not be woken: {done.err.strip()}")
    return done


def points(lab: Lab, node: Node) -> list[str]:
    """Where a node mounts the service."""
    return [mount_point(version) for version in lab.topology.spec.nfs.versions] if node.role == "client" else []


def _unserved(lab: Lab, status: LabStatus) -> list[str]:
    lacking = {node.name: set(points(lab, lab.topology.node(node.name))) - set(node.served) for node in status.nodes}
    return [f"{name}: no answer through {', '.join(sorted(which))}" for name, which in lacking.items() if which]


def _deaf(node: Node) -> str:
    """Whether the service's network does not carry to a guest and back: the answer is its kernel's."""
    try:
        socket.create_connection((node.service.address, PORT), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        return f"{node.name}: the service's network does not carry: {error.strerror or 'no answer'}"
    return ""


def _lacks(status: LabStatus) -> list[str]:
    silent = [f"{node.name} does not answer" for node in status.nodes if not node.answers]
    if silent or status.whole:
        return silent
    owner = "" if status.owner else "nobody owns the service alone"
    links = "" if status.links_up else "the servers do not hear each other"
    return [owner, links, "" if owner or links else "a client has not mounted the service"]
