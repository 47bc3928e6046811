"""Restore a lab: disks and memory of a snapshot, all guests going on together, their clocks set, the lab audited."""

import contextlib
import socket

import libvirt

from hanfslab.errors import HanfslabError, LabError, UsageError
from hanfslab.lab.agent import Agent
from hanfslab.lab.connection import translated
from hanfslab.lab.control import Unreachable
from hanfslab.lab.destroy import power_off
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import ANSWER, RESTORED
from hanfslab.lab.networks import ensure_networks
from hanfslab.lab.snapshots import Snapshot, disks, memory_volume, misfit
from hanfslab.lab.ssh import PORT
from hanfslab.lab.status import LabStatus, mount_point
from hanfslab.lab.together import together
from hanfslab.lab.volumes import copy, pool_path
from hanfslab.timeouts import wait_until
from hanfslab.topology.nodes import Node

CONNECT_SECONDS = 2.0  # a handshake within one host; the kernel repeats a lost SYN after 1 s
CLOCK_OFF = 0.02  # seconds; below it a clock is left alone, since setting it is not more exact


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
            restore_disks(lab, saved.name)
            ensure_networks(lab.connection, lab.topology)
            together(lambda node: load_memory(lab, node, saved.name), lab.topology.nodes)
            go_on(lab)
        except BaseException:
            with contextlib.suppress(HanfslabError):
                power_off_all(lab)
            raise
    return whole(lab)


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
    """Let all guests go on at once, with the time of day."""
    for node in lab.topology.nodes:
        lab.ssh.drop(node)
    domains = [(node, lab.domain(node)) for node in lab.topology.nodes]
    for node, domain in domains:
        with translated(node.name):
            domain.resume()
    together(lambda pair: _set_clock(lab, *pair), domains)


def _set_clock(lab: Lab, node: Node, domain: object) -> None:
    """Step a guest's clock by what it lags behind; a step, since setting a time takes an emulated guest too long."""
    agent = Agent(node.name, domain)
    wait_until(agent.answers, RESTORED.deadline(lab.scale), f"{node.name}: its agent does not answer", tick=0.02)
    lag = -lab.clock(node.name).offset
    if abs(lag) > CLOCK_OFF:
        agent.run("/bin/date", "--set", f"{lag:+.3f} seconds", timeout=ANSWER.scaled(lab.scale))


def whole(lab: Lab) -> LabStatus:
    """Audit a lab that was restored: a state that was saved may look whole on a network that is broken.

    Raises:
        LabError: what is lacking.
    """
    status = [lab.status()]

    def restored() -> bool:
        if not status[0].whole:
            status[0] = lab.status()
        return status[0].whole

    with contextlib.suppress(LabError):
        wait_until(restored, RESTORED.deadline(lab.scale), "whole", tick=0.2)
    missing = [*_lacks(status[0]), *together(lambda node: _network(lab, node), lab.topology.nodes)]
    if any(missing):
        raise LabError("not whole after the restore: " + "; ".join(text for text in missing if text))
    return status[0]


def _lacks(status: LabStatus) -> list[str]:
    silent = [f"{node.name} does not answer" for node in status.nodes if not node.answers]
    if silent or status.whole:
        return silent
    owner = "" if status.owner else "nobody owns the service alone"
    links = "" if status.links_up else "the servers do not hear each other"
    return [owner, links, "" if owner or links else "a client has not mounted the service"]


def _network(lab: Lab, node: Node) -> str:
    """What a guest cannot reach: its port of the service's network, and a client its mounts."""
    try:
        socket.create_connection((node.service.address, PORT), timeout=CONNECT_SECONDS).close()
        if node.role == "client":
            points = [mount_point(version) for version in lab.topology.spec.nfs.versions]
            done = lab.agent(node.name).run("/usr/bin/stat", "-f", *points, timeout=ANSWER.scaled(lab.scale))
            return f"{node.name}: {done.err.strip()}" if done.exit else ""
    except OSError as error:
        return f"{node.name}: the service's network does not carry: {error.strerror or 'no answer'}"
    except Unreachable as error:
        return error.message
    return ""
