"""What was killed half-way is marked, said, and begun anew; half a disk is never booted."""

import json
from collections.abc import Callable

import pytest
import typer

from hanfslab.cli import status as status_command
from hanfslab.lab.down import down
from hanfslab.lab.restore import restore
from hanfslab.lab.save import save
from hanfslab.lab.snapshots import CLEAN, remove, snapshots
from hanfslab.lab.up import reset
from tests.unit.lab.world import NODES, RUNNING, World


class KilledError(BaseException):
    """The process is gone: nothing that it would have done happens any more."""


def kill_at(world: World, event: str, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do something that is killed (SIGKILL) at an event: neither its cleaning up nor its last words happen."""

    def dead(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:

        def dies() -> None:
            world.events.before.clear()
            patch.setattr("hanfslab.lab.restore.power_off_all", dead)
            patch.setattr("hanfslab.lab.save._saved_what_can_be", dead)
            dead()

        world.events.before[event] = dies
        with pytest.raises(KilledError):
            act()
    world.events.seen.clear()


COPY = "copy lab-shared@clean.img lab-shared.img"


@pytest.mark.parametrize("event", [COPY, "load lab-c1", "resume lab-nfs1", "resume lab-c2"])
def test_after_a_restore_that_was_killed_status_says_so_and_up_begins_anew(
    up: World, event: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    up.write("dirt")
    kill_at(up, event, lambda: reset(up.lab(), up.tell), monkeypatch)
    assert up.place.unfinished == "restore clean"
    monkeypatch.setattr("hanfslab.lab.lab.open_lab", up.lab)
    with pytest.raises(typer.Exit) as ended:
        status_command.command()
    assert ended.value.exit_code == 4
    assert "cut short: restore clean; hanfslab up begins anew" in capsys.readouterr().out
    with pytest.raises(typer.Exit):
        status_command.command(json=True)
    assert json.loads(capsys.readouterr().out)["unfinished"] == "restore clean"
    assert up.up().whole
    assert (up.lab().states(), up.read(), up.place.unfinished) == (RUNNING, {"fresh"}, "")
    assert up.started() == []


def test_a_cold_up_after_a_restore_that_was_killed_has_whole_disks(up: World, monkeypatch: pytest.MonkeyPatch) -> None:
    up.write("mine")
    save(up.lab(), "mine")
    up.write("dirt")
    kill_at(up, "load lab-c1", lambda: restore(up.lab(), snapshots(up.lab())["mine"]), monkeypatch)
    up.disk("lab-c1.img").write_text("half")
    assert up.up(cold=True).whole
    assert (up.read(), sorted(up.started()), up.place.unfinished) == ({"mine"}, sorted(NODES), "")


def test_a_cold_up_after_a_killed_restore_of_what_is_deleted_begins_with_new_guests(
    up: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a disk is never booted."""
    kill_at(up, COPY, lambda: reset(up.lab(), up.tell), monkeypatch)
    remove(up.lab(), CLEAN)
    up.disk("lab-c1.img").write_text("half")
    assert up.up(cold=True).whole
    assert (up.read(), list(snapshots(up.lab()))) == ({"fresh"}, [CLEAN])


def test_a_fall_back_that_was_killed_among_the_disks_is_marked(up: World, monkeypatch: pytest.MonkeyPatch) -> None:
    down(up.lab())
    up.connection.qemu = 8000000
    kill_at(up, COPY, up.up, monkeypatch)
    assert up.place.unfinished == "restore clean"


@pytest.mark.parametrize("event", ["pause lab-c1", "save lab-c1", "copy lab-shared.img lab-shared@mine.img"])
def test_after_a_save_that_was_killed_up_gives_the_clean_lab(
    up: World, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_at(up, event, lambda: save(up.lab(), "mine"), monkeypatch)
    assert up.place.unfinished == "save mine"
    assert up.up().whole
    assert (up.lab().states(), up.read(), up.place.unfinished) == (RUNNING, {"fresh"}, "")
    assert list(snapshots(up.lab())) == [CLEAN]


def test_a_first_save_that_was_killed_is_a_cold_start(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kill_at(world, "save lab-c1", world.up, monkeypatch)
    assert world.up().whole
    assert (world.lab().states(), world.place.unfinished) == (RUNNING, "")


def test_a_lab_that_is_marked_is_not_whole_whatever_its_guests_say(up: World) -> None:
    assert up.lab().status().whole
    up.place.remember(unfinished="restore clean")
    assert not up.lab().status().whole
    assert not up.lab().glance().whole
