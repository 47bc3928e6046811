"""`down` asks each guest through its agent; one that hangs loses its power."""

import pytest

from hanfslab.errors import UsageError
from hanfslab.lab.down import down
from tests.unit.lab.guests import STANDBY
from tests.unit.lab.world import OFF, World

ASKED = ("systemctl", "poweroff")


def order(world: World) -> list[str]:
    return [event.removeprefix("power off lab-") for event in world.events.seen if event.startswith("power off")]


def test_guests_are_asked_the_owner_last(up: World) -> None:
    assert down(up.lab()) == []
    assert up.lab().states() == OFF
    asked = [node for node, *words in up.guests.ran if tuple(words) == ASKED]
    assert asked == ["nfs2", "c1", "c2", "nfs1"]


@pytest.mark.parametrize("name", ["nfs1", "c1"])
def test_a_silent_guest_loses_its_power(up: World, name: str) -> None:
    up.guests.silent.add(f"lab-{name}")
    assert name in down(up.lab())
    assert up.lab().states() == OFF


def test_a_guest_that_says_yes_and_stays_loses_its_power(up: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(up.guests), "_run", lambda *_: (0, ""))
    assert set(down(up.lab())) == set(OFF)
    assert up.lab().states() == OFF


def test_clients_that_nobody_serves_are_not_asked(up: World) -> None:
    up.guests.says["nfs1"] = STANDBY
    assert down(up.lab()) == ["c1", "c2"]
    assert not [node for node, *words in up.guests.ran if node in ("c1", "c2") and tuple(words) == ASKED]


def test_a_paused_guest_loses_its_power(up: World) -> None:
    up.domain("c1").suspend()
    assert down(up.lab()) == ["c1"]


def test_a_lab_that_is_down_stays_so(up: World) -> None:
    down(up.lab())
    up.events.seen.clear()
    assert down(up.lab()) == []
    assert order(up) == []


def test_down_waits_for_nobody_else(up: World) -> None:
    with up.place.changing(), pytest.raises(UsageError, match="another hanfslab command"):
        down(up.lab())
    assert set(up.lab().states().values()) == {"running"}
