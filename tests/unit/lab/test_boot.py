"""Guests are started in an order and a number that suits the host, and those that do not come up are named."""

import os
from collections import Counter

import pytest

from hanfslab.errors import LabError
from hanfslab.lab import boot as boot_module
from hanfslab.lab.boot import boot
from hanfslab.topology.nodes import Node
from tests.unit.lab.world import World


@pytest.fixture
def made(world: World) -> World:
    """A host whose lab's guests are made and off."""
    for node in world.lab().topology.nodes:
        world.define(node.domain, world.place.description)
    world.place.state.mkdir()
    return world


def start(world: World) -> None:
    lab = world.lab()
    boot(lab, list(lab.topology.nodes), world.tell)


@pytest.mark.parametrize("processors", [1, 2, 3, 16, None])
def test_never_more_guests_boot_at_once_than_there_are_processors(
    made: World, processors: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    booting: list[int] = []
    looks: Counter[str] = Counter()

    def booted_after_some_looks(_lab: object, name: str, _deadline: object) -> bool:
        looks[name] += 1
        booting.append(len(made.events.seen) - sum(said.endswith("booted") for said in made.told))
        return looks[name] >= 3

    monkeypatch.setattr(boot_module, "_booted", booted_after_some_looks)
    start(made)
    assert max(booting) == min(processors or 1, 4)
    assert made.events.seen == ["start lab-nfs1", "start lab-nfs2", "start lab-c1", "start lab-c2"]


def test_each_guest_is_told_of(made: World) -> None:
    start(made)
    assert set(made.told) == {
        f"{name}: {what}" for name in ("nfs1", "nfs2", "c1", "c2") for what in ("boots", "booted")
    }


def test_a_guest_that_is_off_again(made: World) -> None:
    made.guests.silent.add("lab-nfs1")
    made.events.before["start lab-nfs2"] = lambda: made.domain("nfs1").destroy()
    with pytest.raises(LabError, match="nfs1 is off again"):
        start(made)


def test_a_guest_that_stays_silent(made: World) -> None:
    made.guests.silent.add("lab-c1")
    with pytest.raises(LabError, match="c1: not booted within 0 s after its start"):
        start(made)


def test_a_guest_that_cannot_be_started(made: World) -> None:
    def fails() -> None:
        raise LabError("no memory")

    made.events.before["start lab-c1"] = fails
    with pytest.raises(LabError, match="no memory"):
        start(made)


def test_paused_guests_go_on_and_running_ones_are_left_alone(made: World) -> None:
    made.domain("nfs1").create()
    made.domain("c1").create()
    made.domain("c1").suspend()
    made.events.seen.clear()
    start(made)
    assert sorted(made.events.seen) == ["resume lab-c1", "start lab-c2", "start lab-nfs2"]
    assert set(made.lab().states().values()) == {"running"}


def test_nothing_to_start_is_no_wait(made: World) -> None:
    none: list[Node] = []
    boot(made.lab(), none, made.tell)
    assert made.told == []
