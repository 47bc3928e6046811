"""Names, addresses and MACs: unique in every lab, and each where it belongs."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from hanfslab.topology.load import parse
from hanfslab.topology.nodes import Node, Topology, topology

NAMES = st.from_regex(r"\A[a-z][a-z0-9-]{0,23}\Z")
LABS = st.builds(
    lambda name, clients: topology(parse({"name": name, "clients": {"count": clients}})), NAMES, st.integers(1, 250)
)


def nics(nodes: tuple[Node, ...]) -> list[tuple[str, str]]:
    return [(nic.mac, nic.address) for node in nodes for nic in (node.management, node.service)]


@given(LABS)
def test_nothing_is_given_twice(lab: Topology) -> None:
    macs, addresses = zip(*nics(lab.nodes), strict=True)
    assert len({*macs}) == len(macs) == 2 * len(lab.nodes)
    assert len({*addresses, lab.floating}) == len(addresses) + 1
    assert len({node.name for node in lab.nodes}) == len({node.domain for node in lab.nodes}) == len(lab.nodes)
    volumes = [lab.shared_volume, *map(lab.seed_volume, lab.nodes), *map(lab.console_volume, lab.nodes)]
    assert len({*volumes, *(f"{node.domain}.img" for node in lab.nodes)}) == 3 * len(lab.nodes) + 1


@given(LABS)
def test_every_address_is_a_host_of_its_network(lab: Topology) -> None:
    for node in lab.nodes:
        for nic, network in ((node.management, lab.management_network), (node.service, lab.service_network)):
            address = ipaddress.IPv4Address(nic.address)
            assert address in network
            assert address not in (network[0], network[1], network.broadcast_address)
            assert network.is_private


@given(LABS)
def test_macs_are_unicast_and_locally_administered(lab: Topology) -> None:
    for mac, _ in nics(lab.nodes):
        assert int(mac[:2], 16) & 0b11 == 0b10


@given(NAMES, NAMES)
def test_labs_of_two_names_share_no_names(one: str, other: str) -> None:
    labs = [topology(parse({"name": name})) for name in (one, other)]
    if one != other:
        assert not {*labs[0].networks} & {*labs[1].networks}
        assert labs[0].shared_volume != labs[1].shared_volume


@given(LABS)
def test_the_same_file_is_the_same_lab(lab: Topology) -> None:
    again = topology(lab.spec)
    assert again.nodes == lab.nodes
    assert again.networks == lab.networks


def test_the_servers_come_first_and_know_their_peer() -> None:
    lab = topology(parse({}))
    assert [node.name for node in lab.nodes] == ["nfs1", "nfs2", "c1", "c2"]
    assert lab.peer(lab.node("nfs1")) == lab.node("nfs2")
    assert lab.peer(lab.node("nfs2")) == lab.node("nfs1")
