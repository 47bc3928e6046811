"""A lab's state as a table."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from hanfslab.lab.status import LabStatus, NodeStatus


def status_table(status: LabStatus) -> Group:
    """The lab in a line, then a line for each node."""
    table = Table(box=None, pad_edge=False)
    for title in ("node", "guest", "up", "heartbeat", "owns", "mounted"):
        table.add_column(title)
    for node in status.nodes:
        table.add_row(*(Text(cell) for cell in _cells(node)))
    owner = f"{status.owner} owns {status.service}" if status.owner else "nobody owns the service alone"
    links = "links up" if status.links_up else "links not up"
    lines = [Text(f"{status.lab}: {owner}, {links}")]
    if status.unfinished:
        lines.append(Text(f"cut short: {status.unfinished}; hanfslab up begins anew"))
    return Group(*lines, table)


def told(done: str, status: LabStatus, seconds: float) -> str:
    """A lab in a line: what was done, how long it took, who serves whom or that it is not whole."""
    clients = ", ".join(node.name for node in status.nodes if node.role == "client")
    took = f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    if not status.whole:  # as it was when its snapshot was saved
        return f"{done} after {took}: the lab is not whole; see: hanfslab status"
    return f"{done} after {took}: {status.owner} owns {status.service}, mounted on {clients}"


def _cells(node: NodeStatus) -> tuple[str, ...]:
    if node.domain == "running" and not node.answers:
        return (node.name, "running", "no answer", "", "", "")
    up = f"{node.uptime:.0f} s" if node.answers else ""
    return (node.name, node.domain, up, _heartbeat(node), _owns(node), " ".join(node.mounted))


def _heartbeat(node: NodeStatus) -> str:
    if node.role != "server" or not node.answers:
        return ""
    return (
        "hears its peer" if node.hears_peer else f"{node.cluster or 'off'}, peer {node.peer or '?'} {node.link}".strip()
    )


def _owns(node: NodeStatus) -> str:
    has = {"disk": node.disk, "address": node.address, "nfsd": node.nfsd}
    return " ".join(name for name, there in has.items() if there)
