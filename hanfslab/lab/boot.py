"""Start guests: the servers first, and not more at once than there are processors to boot them."""

import os
import time

from hanfslab.errors import LabError
from hanfslab.lab.agent import Agent
from hanfslab.lab.connection import state, translated
from hanfslab.lab.control import GONE, Unreachable
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import ANSWER, BOOT
from hanfslab.lab.vagrant import Told
from hanfslab.timeouts import Deadline
from hanfslab.topology.nodes import Node

TICK = 0.2
SSHD = "/run/sshd.pid"  # sshd(8) writes it when it listens; in a guest that is nearly the last of a boot


def boot(lab: Lab, nodes: list[Node], tell: Told) -> None:
    """Start guests and wait until each one has an SSH server.

    A boot keeps one processor busy: guests that boot side by side on too few of them only make each other slower, and
    the cluster's own start, which is mostly waiting, then comes last instead of running beside the clients' boots.

    Args:
        nodes: in the order in which they are to start.
        tell: called with a node's name and what it does.

    Raises:
        LabError: a guest is off again, or does not answer in time.
    """
    waiting, booting = list(nodes), dict[str, Deadline]()
    while waiting or booting:
        while waiting and len(booting) < (os.cpu_count() or 1):
            node = waiting.pop(0)
            _start(lab, node)
            booting[node.name] = BOOT.deadline(lab.scale)
            tell(node.name, "boots")
        for name in [name for name, deadline in booting.items() if _booted(lab, name, deadline)]:
            del booting[name]
            tell(name, "booted")
        time.sleep(TICK)


def _start(lab: Lab, node: Node) -> None:
    domain = lab.domain(node)
    with translated(f"starting {node.name}"):
        if state(domain) == "paused":
            domain.resume()
        elif state(domain) != "running":
            domain.create()


def _booted(lab: Lab, name: str, deadline: Deadline) -> bool:
    domain = lab.domain(lab.topology.node(name))
    if state(domain) in GONE:
        raise LabError(f"{name} is {state(domain)} again")
    try:
        Agent(name, domain).read(SSHD, ANSWER.scaled(lab.scale))
    except Unreachable:
        if deadline.is_due:
            raise LabError(f"{name}: not booted within {deadline.seconds:.0f} s after its start") from None
        return False
    return True
