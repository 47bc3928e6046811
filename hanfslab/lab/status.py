"""What every node is and has, asked of all of them at once; a guest that hangs costs seconds, not the answer."""

from collections.abc import Callable

from pydantic import BaseModel

from hanfslab.lab.control import Audit, Completed, Unreachable
from hanfslab.lab.together import together
from hanfslab.topology.nodes import Node, Topology

NODE_STATUS = "/usr/local/lib/hanfslab/node-status"
Run = Callable[[str, tuple[str, ...]], Completed]


class NodeStatus(BaseModel):
    """One node.

    `answers` is False when its domain runs but it did not answer in time. `served` are the mounts through which the
    server was seen to answer: only asked after a restore, since asking a server that is away hangs.
    """

    name: str
    role: str
    domain: str
    answers: bool = False
    boot_id: str = ""
    uptime: float = 0
    address: bool = False
    disk: bool = False
    nfsd: bool = False
    cluster: str = ""
    peer: str = ""
    link: str = ""
    resources: str = ""
    mounted: list[str] = []
    served: list[str] = []

    @property
    def hears_peer(self) -> bool:
        """Whether this server's Heartbeat is active and hears the other's."""
        return self.cluster == "active" and self.peer == "active" and self.link == "up"


class LabStatus(BaseModel):
    """The lab: its nodes, who owns the service, and whether it is whole.

    Whole is as `up` leaves it: one owner, the cluster's links up, the service mounted on every client. `unfinished`
    names what was cut short, such as a restore; the next `up` begins it again.
    """

    lab: str
    owner: str | None
    links_up: bool
    service: str
    whole: bool
    unfinished: str = ""
    nodes: list[NodeStatus]


def mount_point(version: str) -> str:
    """Where a client mounts the service with an NFS version."""
    return f"/mnt/v{version}"


def mount_points(lab: Topology) -> list[str]:
    """Where each client mounts the service."""
    return [mount_point(version) for version in lab.spec.nfs.versions]


def audit(nodes: list[NodeStatus]) -> Audit:
    """Who owns what, of the servers that answered."""
    servers = [node for node in nodes if node.role == "server" and node.answers]

    def names(key: str) -> tuple[str, ...]:
        return tuple(node.name for node in servers if getattr(node, key))

    return Audit(names("address"), names("disk"), names("nfsd"), tuple(node.name for node in servers))


def lab_status(lab: Topology, domains: dict[str, str], run: Run, unfinished: str = "") -> LabStatus:
    """The state of a lab; takes as long as the slowest answer.

    Args:
        domains: each node's domain's state.
        run: runs a program in a node; raises Unreachable.
        unfinished: what was cut short when the lab was changed last, if something was.
    """
    nodes = ask(lab.nodes, domains, run, cluster=True)
    owner = audit(nodes).owner
    links_up = all(node.hears_peer for node in nodes if node.role == "server")
    points = set(mount_points(lab))
    mounted = all(points <= set(node.mounted) for node in nodes if node.role == "client")
    return LabStatus(lab=lab.spec.name, owner=owner, links_up=links_up, service=lab.floating,
                     whole=bool(owner) and links_up and mounted and not unfinished, unfinished=unfinished,
                     nodes=nodes)  # fmt: skip


def ask(nodes: tuple[Node, ...], domains: dict[str, str], run: Run, *, cluster: bool) -> list[NodeStatus]:
    """Ask nodes for their state, all at once; those whose domain does not run are not asked.

    Args:
        domains: each node's domain's state.
        run: runs a program in a node; raises Unreachable.
        cluster: also what Heartbeat says, which costs the guest one more program.
    """
    words = (NODE_STATUS, "cluster") if cluster else (NODE_STATUS,)

    def one(node: Node) -> NodeStatus:
        status = NodeStatus(name=node.name, role=node.role, domain=domains[node.name])
        if status.domain != "running":
            return status
        try:
            done = run(node.name, words)
        except Unreachable:
            return status
        return parse(status, done.out)

    return together(one, nodes)


def parse(status: NodeStatus, text: str) -> NodeStatus:
    """A node's state from what its `node-status` printed; lines that make no sense are left out."""
    pairs = [line.partition("=")[::2] for line in text.splitlines() if "=" in line]
    said = dict(pairs)
    return status.model_copy(
        update={
            "answers": "boot_id" in said,
            "boot_id": said.get("boot_id", ""),
            "uptime": _number(said.get("uptime", "")),
            "address": "address" in said,
            "disk": "disk" in said,
            "nfsd": _number(said.get("nfsd", "")) > 0,
            **{name: [value for key, value in pairs if key == name] for name in ("mounted", "served")},
            **{key: said.get(key, "") for key in ("cluster", "peer", "link", "resources")},
        }
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
