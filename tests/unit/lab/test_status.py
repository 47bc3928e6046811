"""A node's state is read from text that a guest printed; who owns the service follows from all of them."""

import pytest

from hanfslab.lab.status import NodeStatus, audit, mount_point, parse

SERVER = """boot_id=6a1c-1
uptime=93.12
disk=/dev/vda1
address=1
nfsd=8
cluster=active
peer=active
link=up
resources=all
"""
CLIENT = "boot_id=6a1c-2\nuptime=91.0\nmounted=/mnt/v3\nmounted=/mnt/v4.2\n"


def node(name: str, text: str, role: str = "server") -> NodeStatus:
    return parse(NodeStatus(name=name, role=role, domain="running"), text)


def test_an_owner_and_a_client() -> None:
    owner = node("nfs1", SERVER)
    assert (owner.answers, owner.disk, owner.address, owner.nfsd, owner.hears_peer) == (True,) * 5
    assert owner.uptime == 93.12
    client = node("c1", CLIENT, "client")
    assert client.mounted == [mount_point("3"), mount_point("4.2")]
    assert not client.nfsd


@pytest.mark.parametrize("text", ["", "\0\0\0", "garbage\nboot_id\n===\n", "=x\n"])
def test_nonsense_is_no_answer(text: str) -> None:
    assert not node("nfs1", text).answers


def test_numbers_that_are_none_are_zero() -> None:
    assert node("nfs1", "boot_id=1\nuptime=long\nnfsd=many\n").uptime == 0
    assert not node("nfs1", "boot_id=1\nnfsd=many\n").nfsd


@pytest.mark.parametrize(
    "change",
    [("cluster=active", "cluster=failed"), ("peer=active", "peer=dead"), ("link=up", "link=dead"), ("link=up", "")],
)
def test_a_server_that_does_not_hear_its_peer(change: tuple[str, str]) -> None:
    assert not node("nfs1", SERVER.replace(*change)).hears_peer


STANDBY = "\n".join(line for line in SERVER.splitlines() if not line.startswith(("disk", "address", "nfsd")))


def test_one_owner() -> None:
    assert audit([node("nfs1", STANDBY), node("nfs2", SERVER)]).owner == "nfs2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STANDBY, STANDBY),
        (SERVER, SERVER),
        (SERVER, STANDBY + "\nnfsd=8\n"),
        (SERVER, STANDBY + "\ndisk=/dev/vdc1\n"),
        (SERVER.replace("address=1\n", ""), STANDBY),
        (SERVER.replace("address=1\n", ""), STANDBY + "\naddress=1\n"),
        (SERVER.replace("nfsd=8", "nfsd=0"), STANDBY),
    ],
)
def test_nobody_owns_what_is_shared_or_incomplete(one: str, other: str) -> None:
    assert audit([node("nfs1", one), node("nfs2", other)]).owner is None


def test_a_server_that_does_not_answer_owns_nothing_that_is_known() -> None:
    silent = NodeStatus(name="nfs2", role="server", domain="running", disk=True)
    found = audit([node("nfs1", SERVER), silent])
    assert (found.answered, found.mount, found.owner) == (("nfs1",), ("nfs1",), "nfs1")
