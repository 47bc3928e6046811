"""The host that tests of a lab's life have."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.lab.world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(tmp_path, monkeypatch)
    yield made
    made.connection.real.close()


@pytest.fixture
def up(world: World) -> World:
    """A host whose lab came up for the first time; what was said and done until then is forgotten."""
    world.up()
    world.told.clear()
    world.events.seen.clear()
    world.vagrant.clear()
    world.guests.ran.clear()
    return world
