"""A lab on this host: its topology, its folder, libvirt, and the way into its guests."""

import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hanfslab.errors import UsageError
from hanfslab.lab import logs
from hanfslab.lab.agent import Agent
from hanfslab.lab.connection import connect, find, state, translated
from hanfslab.lab.control import Audit, Completed, Offset, Unreachable
from hanfslab.lab.folder import Folder
from hanfslab.lab.limits import ANSWER, GLANCE
from hanfslab.lab.ssh import Ssh
from hanfslab.lab.status import LabStatus, NodeStatus, Run, ask, audit, lab_status
from hanfslab.lab.volumes import ensure_pool
from hanfslab.topology.load import find as find_lab
from hanfslab.topology.load import load
from hanfslab.topology.nodes import Node, Topology

CLOCK_ROUNDS = 3  # the shortest round trip of these bounds the error best


@dataclass(frozen=True)
class Lab:
    """A lab, running or not. Campaigns see it as `hanfslab.lab.control.Control`."""

    topology: Topology
    place: Folder
    accelerator: str
    scale: float
    changed: bool = False  # whether lab.toml says something else since the guests were made

    @property
    def folder(self) -> Path:
        """The folder of its `lab.toml`."""
        return self.place.path

    @cached_property
    def connection(self) -> Any:
        """libvirt."""
        return connect()

    @cached_property
    def pool(self) -> Any:
        """The storage pool of its volumes."""
        return ensure_pool(self.connection)

    @cached_property
    def ssh(self) -> Ssh:
        """The way into its guests."""
        return Ssh(self.place)

    def domain(self, node: Node) -> Any:
        """libvirt's domain of a node, or None.

        Raises:
            UsageError: one of that name is there and is not this lab's.
        """
        domain = find(self.connection.lookupByName, node.domain)
        if domain is not None:
            with translated(f"domain {node.domain}"):
                xml = domain.XMLDesc()
            description = ElementTree.fromstring(xml).findtext("description") or "not a lab's"  # noqa: S314
            if not self.place.owns(description):
                raise UsageError(
                    f"a guest '{node.domain}' is there already: {description}",
                    "destroy that lab, or give this one another name in lab.toml",
                )
        return domain

    def running_domain(self, name: str) -> Any:
        """The domain of a node that runs.

        Raises:
            Unreachable: it does not run.
        """
        node = self.topology.node(name)
        domain = self.domain(node)
        if state(domain) != "running":
            raise Unreachable(f"{name} is {state(domain)}", "start the lab with: hanfslab up")
        return domain

    def states(self) -> dict[str, str]:
        """Each guest's state in a word, from libvirt alone: running, off, paused, absent."""
        return {node.name: state(self.domain(node)) for node in self.topology.nodes}

    def status(self) -> LabStatus:
        """What every node is and has, waiting for guests that are busy."""
        return lab_status(self.topology, self.states(), self._asked(ANSWER.scaled(self.scale)), self.place.cut_short)

    def glance(self) -> LabStatus:
        """What every node is and has, for a person: a guest that hangs costs only seconds."""
        return lab_status(self.topology, self.states(), self._asked(GLANCE.scaled()), self.place.cut_short)

    def agent(self, node: str) -> Agent:
        """The agent of a guest.

        Raises:
            Unreachable: the guest does not run.
        """
        return Agent(node, self.running_domain(node))

    def run(self, node: str, *command: str, timeout: float) -> Completed:
        """Run a program as root in a guest."""
        return self.agent(node).run(*command, timeout=timeout)

    def boot_id(self, node: str) -> str | None:
        """The guest's boot id, or None when it does not answer."""
        try:
            text = self.agent(node).read("/proc/sys/kernel/random/boot_id", ANSWER.scaled(self.scale))
        except Unreachable:
            return None
        return text.strip() or None

    def reset(self, node: str) -> None:
        """Reset a guest as its reset button does."""
        domain = self.running_domain(node)
        with translated(f"reset of {node}"):
            domain.reset()
        self.ssh.drop(self.topology.node(node))

    def audit(self) -> Audit:
        """Who owns what now."""
        return audit(self._servers(cluster=False))

    def links_up(self) -> bool:
        """Whether each server's Heartbeat says that it is active and hears the other."""
        return all(node.hears_peer for node in self._servers(cluster=True))

    def _servers(self, *, cluster: bool) -> list[NodeStatus]:
        run = self._asked(ANSWER.scaled(self.scale))
        return ask(self.topology.servers, self.states(), run, cluster=cluster)

    def _asked(self, seconds: float) -> Run:
        return lambda name, words: self.run(name, *words, timeout=seconds)

    def clock(self, node: str) -> Offset:
        """A guest's clock against the host's, by the shortest of a few round trips."""
        agent, best = self.agent(node), Offset(0, float("inf"))
        for _ in range(CLOCK_ROUNDS):
            before = time.time()
            then = agent.clock(ANSWER.scaled(self.scale))
            after = time.time()
            if after - before < 2 * best.error:
                best = Offset(then - (before + after) / 2, (after - before) / 2)
        return best

    def collect_logs(self, node: str, into: Path) -> None:
        """Write a node's logs into a folder: console, and what its shell still gives."""
        logs.collect(self, self.topology.node(node), into)


def open_lab(path: Path | None = None, node: str = "") -> Lab:
    """The lab of a folder, or of the nearest `lab.toml` above it, on the libvirt of this host.

    May take this process to where the host's private libvirt is (see `hanfslab.host.enter`).

    Args:
        path: the folder; this process's own if it is not said.
        node: one that the user named; a wrong name is said before anything is asked of the host.

    Raises:
        UsageError: there is no lab file, it is wrong, or it asks for an accelerator that this host lacks.
        LabError: no libvirt can be used.
    """
    from hanfslab.host.accelerator import accelerator, tcg_scale
    from hanfslab.host.enter import enter

    file = find_lab((path or Path.cwd()).resolve())
    place, topology = Folder(file.parent), load(file)
    asked = topology.spec
    if place.made.exists():
        topology = load(place.made)
    changed = asked != topology.spec
    if node:
        topology.node(node)
    enter()
    found = accelerator()
    wanted = topology.spec.accelerator
    if wanted == "kvm" and found.kind != "kvm":
        raise UsageError(f'{file}: accelerator = "kvm", but {found.reason}', 'say accelerator = "auto"')
    kind = found.kind if wanted == "auto" else wanted
    return Lab(topology, place, kind, tcg_scale() if kind == "tcg" else 1.0, changed)
