"""Guests go on from a memory that was loaded, their clocks are set, and the lab is audited."""

import contextlib
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hanfslab.errors import LabError
from hanfslab.lab.connection import state, translated
from hanfslab.lab.control import Completed, Unreachable
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import ANSWER, RESTORED
from hanfslab.lab.ssh import PORT
from hanfslab.lab.status import NODE_STATUS, LabStatus, lab_status, mount_points
from hanfslab.lab.together import together
from hanfslab.timeouts import wait_until
from hanfslab.topology.nodes import Node

CONNECT_SECONDS = 2.0  # a handshake within one host; the kernel repeats a lost SYN after 1 s
Answers = dict[str, Completed | Unreachable]  # what each node said when it woke, by its name


def go_on(lab: Lab, load: Callable[[Node], None]) -> Answers:
    """Load every guest's memory and let it go on: the servers together, each client as soon as it is there.

    Servers count each other's silence up to `deadtime`; for a client the service is only away a little longer. As many
    guests are loaded at once as there are processors, the servers first: what a guest has to do when it wakes goes on
    beside the loading of others.

    Args:
        load: what has to be done for a guest before it goes on; it is paused then.
    """
    groups: list[tuple[Node, ...]] = [lab.topology.servers, *((client,) for client in lab.topology.clients)]
    with ThreadPoolExecutor(os.cpu_count()) as loading:
        loaded = {node.name: loading.submit(load, node) for group in groups for node in group}

        def one_group(nodes: tuple[Node, ...]) -> list[Completed | Unreachable]:
            for node in nodes:
                loaded[node.name].result()
            for node in nodes:
                _resume(lab, node)
            return together(lambda node: _wake(lab, node), nodes)

        said = together(one_group, groups)
    return {node.name: answer for nodes, answers in zip(groups, said, strict=True)
            for node, answer in zip(nodes, answers, strict=True)}  # fmt: skip


def _resume(lab: Lab, node: Node) -> None:
    lab.ssh.drop(node)
    domain = lab.domain(node)
    with translated(node.name):
        if state(domain) != "running":  # one that could not be paused still runs
            domain.resume()


def _wake(lab: Lab, node: Node) -> Completed | Unreachable:
    """Set a guest's clock and ask it what it is and has: one program, and it may be the guest's first for a day."""
    try:
        agent = lab.agent(node.name)
        with contextlib.suppress(LabError):  # then the next question is not answered either
            wait_until(agent.answers, RESTORED.deadline(lab.scale), node.name, tick=0.05)
        # the clock goes on by a difference: that stays exact however long an emulated guest takes to start the program
        lag = f"{-lab.clock(node.name).offset:+.3f}"
        done = agent.run(NODE_STATUS, "cluster", lag, *points(lab, node), timeout=ANSWER.scaled(lab.scale))
    except Unreachable as error:
        return error
    return Unreachable(f"{node.name} could not be woken: {done.err.strip()}") if done.exit else done


def audited(lab: Lab, answers: Answers, was_whole: bool) -> LabStatus:
    """The state of a lab that was restored; one that was not whole when it was saved need not be now.

    What a guest says of itself may be whole and the network broken, so a handshake with each guest on the service's
    network and an answer of the server through each mount belong to it.

    Raises:
        LabError: what is lacking.
    """

    def said(name: str, _words: tuple[str, ...]) -> Completed:
        answer = answers[name]
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    status = [lab_status(lab.topology, lab.states(), said)]
    if not was_whole:
        return status[0]
    asleep = [answer.message for answer in answers.values() if isinstance(answer, Unreachable)]
    missing = asleep or [*_unserved(lab, status[0]), *together(_deaf, lab.topology.nodes)]

    def whole() -> bool:
        status[0] = status[0] if status[0].whole else lab.status()
        return status[0].whole

    with contextlib.suppress(LabError):
        wait_until(whole, RESTORED.deadline(lab.scale), "whole")
    missing += _lacks(status[0])
    if any(missing):
        raise LabError("not whole after the restore: " + "; ".join(text for text in missing if text))
    return status[0]


def points(lab: Lab, node: Node) -> list[str]:
    """Where a node mounts the service."""
    return mount_points(lab.topology) if node.role == "client" else []


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
