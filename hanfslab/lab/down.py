"""Shut a lab down: clients and the standby first, the owner of the service last; guests that hang lose their power."""

import time

from hanfslab.lab.connection import state
from hanfslab.lab.control import Unreachable
from hanfslab.lab.destroy import power_off
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import GLANCE, SHUTDOWN
from hanfslab.timeouts import Deadline
from hanfslab.topology.nodes import Node


def down(lab: Lab) -> list[str]:
    """Shut every guest down.

    Returns:
        The names of those that did not go by themselves and were powered off.
    """
    with lab.place.changing():
        status = lab.glance()
        last = [node for node in lab.topology.nodes if node.name == status.owner]
        first = [node for node in lab.topology.nodes if node.name != status.owner]
        # a client that has the service mounted while nobody serves would hang in its own shutdown
        stuck = {node.name for node in status.nodes if node.mounted and status.owner is None}
        return _shut_down(lab, first, stuck) + _shut_down(lab, last, stuck)


def _shut_down(lab: Lab, nodes: list[Node], stuck: set[str]) -> list[str]:
    running = [node for node in nodes if _runs(lab, node)]
    asked = [node for node in running if node.name not in stuck and _ask(lab, node)]
    deadline = SHUTDOWN.deadline(lab.scale)
    forced = [node for node in running if node not in asked or not _is_off(lab, node, deadline)]
    for node in forced:
        power_off(lab.domain(node))
    for node in running:
        lab.ssh.drop(node)
    return [node.name for node in forced]


def _runs(lab: Lab, node: Node) -> bool:
    return state(lab.domain(node)) not in ("absent", "off")


def _ask(lab: Lab, node: Node) -> bool:
    try:
        lab.agent(node.name).begin("systemctl", "poweroff", timeout=GLANCE.scaled())
    except Unreachable:
        return False
    return True


def _is_off(lab: Lab, node: Node, deadline: Deadline) -> bool:
    while _runs(lab, node):
        if deadline.is_due:
            return False
        time.sleep(min(0.5, deadline.left))
    return True
