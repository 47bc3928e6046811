"""A lab's guests, networks and volumes with their names and addresses, worked out from `lab.toml` alone."""

import hashlib
import ipaddress
from dataclasses import dataclass
from functools import cached_property

from hanfslab.errors import UsageError
from hanfslab.topology.model import LabFile, mebibytes

SERVICE_NAME = "hanfs"  # the name that clients mount and that statd is notified by
EXTRA_ADDRESSES = 2  # the host's own on the bridge, and the floating one


@dataclass(frozen=True)
class Nic:
    """A guest's network card: its interface in the guest, MAC and address with prefix."""

    interface: str
    mac: str
    address: str
    prefix: int


@dataclass(frozen=True)
class Node:
    """A guest: `nfs1` and `nfs2` are servers, `c1`, `c2`, ... clients."""

    name: str
    role: str
    domain: str
    memory: int  # MiB
    management: Nic
    service: Nic


@dataclass(frozen=True)
class Topology:
    """A lab as it will be made."""

    spec: LabFile

    @cached_property
    def _hash(self) -> bytes:
        return hashlib.sha256(self.spec.name.encode()).digest()

    def _network(self, given: str | None, half: int) -> ipaddress.IPv4Network:
        """A /24 out of 10.64.0.0/10 by the lab's name, so that labs of two names rarely meet."""
        second, third = 64 + self._hash[0] % 64, self._hash[1] // 2 * 2 + half
        return ipaddress.IPv4Network(given or f"10.{second}.{third}.0/24")

    @cached_property
    def service_network(self) -> ipaddress.IPv4Network:
        """The network of Heartbeat and NFS."""
        return self._network(self.spec.networks.service, 0)

    @cached_property
    def management_network(self) -> ipaddress.IPv4Network:
        """The network of Vagrant and SSH."""
        return self._network(self.spec.networks.management, 1)

    @property
    def networks(self) -> dict[str, ipaddress.IPv4Network]:
        """libvirt's names of the two networks."""
        return {self.management_name: self.management_network, self.service_name: self.service_network}

    @property
    def management_name(self) -> str:
        """libvirt's name of the management network."""
        return f"{self.spec.name}-management"

    @property
    def service_name(self) -> str:
        """libvirt's name of the service network."""
        return f"{self.spec.name}-service"

    @property
    def shared_volume(self) -> str:
        """The volume that both servers see as /dev/sdb."""
        return f"{self.spec.name}-shared.img"

    def seed_volume(self, node: Node) -> str:
        """The volume with a guest's own files."""
        return f"{self.spec.name}-{node.name}-seed.img"

    def console_volume(self, node: Node) -> str:
        """The file in the pool that a guest's serial console is written to."""
        return f"{self.spec.name}-{node.name}-console.log"

    @property
    def floating(self) -> str:
        """The address that moves with the service."""
        return str(self.service_network[2])

    @cached_property
    def servers(self) -> tuple[Node, ...]:
        """The servers, in order."""
        memory = mebibytes(self.spec.servers.memory)
        return tuple(self._node(f"nfs{n}", "server", n - 1, memory) for n in range(1, self.spec.servers.count + 1))

    @cached_property
    def clients(self) -> tuple[Node, ...]:
        """The clients, in order."""
        first, memory = len(self.servers), mebibytes(self.spec.clients.memory)
        return tuple(
            self._node(f"c{n}", "client", first + n - 1, memory) for n in range(1, self.spec.clients.count + 1)
        )

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All guests, servers first."""
        return self.servers + self.clients

    def node(self, name: str) -> Node:
        """The guest of a name.

        Raises:
            UsageError: there is none of that name in this lab.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise UsageError(f"no node '{name}' in lab '{self.spec.name}'",
                         f"its nodes are {', '.join(node.name for node in self.nodes)}")  # fmt: skip

    def peer(self, node: Node) -> Node:
        """The other server."""
        return next(other for other in self.servers if other != node)

    def _node(self, name: str, role: str, index: int, memory: int) -> Node:
        # .1 is the host on the bridge, .2 floats, guests follow
        host = index + EXTRA_ADDRESSES + 1
        return Node(name, role, f"{self.spec.name}-{name}", memory,
                    self._nic("eth1", 0, index, self.management_network, host),
                    self._nic("eth0", 1, index, self.service_network, host))  # fmt: skip

    def _nic(self, interface: str, n: int, index: int, network: ipaddress.IPv4Network, host: int) -> Nic:
        # 52 is a locally administered unicast address; 54 as QEMU's; then the lab, the card, the guest
        mac = f"52:54:{self._hash[2]:02x}:{self._hash[3]:02x}:{n:02x}:{index:02x}"
        return Nic(interface, mac, str(network[host]), network.prefixlen)


def topology(spec: LabFile) -> Topology:
    """The topology of a lab file.

    Raises:
        UsageError: its guests do not fit into its networks, or the networks overlap.
    """
    lab = Topology(spec)
    for key, network in (("service", lab.service_network), ("management", lab.management_network)):
        room = network.num_addresses - 2 - EXTRA_ADDRESSES
        if spec.servers.count + spec.clients.count > room:
            raise UsageError(f"clients.count: {spec.clients.count} clients and {spec.servers.count} servers do not fit "
                             f"into networks.{key} {network}, which has room for {room} guests")  # fmt: skip
    if lab.service_network.overlaps(lab.management_network):
        raise UsageError(
            f"networks.service {lab.service_network} overlaps networks.management {lab.management_network}"
        )
    return lab
