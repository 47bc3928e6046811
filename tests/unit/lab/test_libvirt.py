"""Networks and the pool against libvirt's own test driver, which has no guests."""

from collections.abc import Iterator
from typing import Any

import libvirt
import pytest

from hanfslab.errors import LabError
from hanfslab.lab.connection import find, state, translated
from hanfslab.lab.networks import delete_networks, ensure_networks
from hanfslab.lab.volumes import ensure_pool, pool_path
from tests.unit.render.labs import LABS


@pytest.fixture
def connection() -> Iterator[Any]:
    opened = libvirt.open("test:///default")
    yield opened
    opened.close()


@pytest.mark.parametrize("name", LABS)
def test_networks_are_made_once_and_deleted(name: str, connection: Any) -> None:
    lab, others = LABS[name], connection.listNetworks()
    ensure_networks(connection, lab)
    ensure_networks(connection, lab)
    assert set(connection.listNetworks()) == {*others, *lab.networks}
    xml = connection.networkLookupByName(lab.management_name).XMLDesc()
    for node in lab.nodes:
        assert node.management.mac in xml
    assert "<forward" not in xml
    delete_networks(connection, lab)
    delete_networks(connection, lab)
    assert connection.listNetworks() == others
    assert connection.listDefinedNetworks() == []


def test_a_network_that_was_stopped_is_started_again(connection: Any) -> None:
    lab = LABS["empty"]
    ensure_networks(connection, lab)
    connection.networkLookupByName(lab.service_name).destroy()
    ensure_networks(connection, lab)
    assert connection.networkLookupByName(lab.service_name).isActive()


def test_the_pool_is_made_where_there_is_none(connection: Any) -> None:
    assert find(connection.storagePoolLookupByName, "default") is None
    pool = ensure_pool(connection)
    assert pool.isActive()
    assert pool_path(pool) == "/var/lib/libvirt/images"
    assert ensure_pool(connection).UUIDString() == pool.UUIDString()


def test_states_have_words(connection: Any) -> None:
    domain = connection.lookupByName("test")
    assert state(domain) == "running"
    domain.suspend()
    assert state(domain) == "paused"
    domain.destroy()
    assert state(domain) == "off"
    assert state(find(connection.lookupByName, "nobody")) == "absent"


def test_libvirts_error_is_one_line_with_what_was_done() -> None:
    with pytest.raises(LabError, match=r"^network x: .*"), translated("network x"):
        libvirt.open("nowhere:///x")
