"""Saving a lab: what is asked before anything pauses, and that a lab never ends up half paused."""

from itertools import pairwise

import pytest

from hanfslab.cli.snapshot import delete_command, restore_command, save_command
from hanfslab.errors import LabError, UsageError
from hanfslab.lab.save import save
from hanfslab.lab.snapshots import CLEAN, misfit, snapshots, volumes_of
from tests.unit.lab.guests import STANDBY
from tests.unit.lab.world import NODES, RUNNING, World


def times(world: World, what: str) -> list[int]:
    """Where in what happened there are events of a kind."""
    return [n for n, event in enumerate(world.events.seen) if event.startswith(what)]


def test_all_pause_before_any_is_saved_and_the_disks_are_copied_while_none_runs(up: World) -> None:
    up.disk().write_text("locks")
    saved = save(up.lab(), "x")
    steps = [times(up, what) for what in ("pause", "save", "copy", "load", "resume")]
    assert [len(step) for step in steps] == [4, 4, 5, 4, 4]
    assert all(max(step) < min(following) for step, following in pairwise(steps[:4]))
    assert up.lab().states() == RUNNING
    assert (saved.whole, misfit(up.lab(), saved)) == (True, "")
    assert up.disk("lab-shared@x.img").read_text() == "locks"
    assert saved.size == sum(up.disk(name).stat().st_size for name in volumes_of(up.lab().topology, "x"))
    assert up.lab().status().whole


def test_guests_clocks_are_set_afterwards(up: World) -> None:
    save(up.lab(), "x")
    assert set(up.guests.woken) == set(NODES)
    assert all(step == pytest.approx(60, abs=5) for step in up.guests.woken.values())


def test_the_mark_is_there_while_it_works_and_gone_after(up: World) -> None:
    marks: list[str] = []
    for event in ("pause lab-c1", "copy lab-shared.img lab-shared@x.img", "load lab-c1"):
        up.events.before[event] = lambda: marks.append(up.place.unfinished)
    save(up.lab(), "x")
    assert marks == ["save x"] * 3
    assert up.place.unfinished == ""


def test_a_lab_that_is_not_whole_is_saved_as_it_is(up: World) -> None:
    up.guests.says["nfs1"] = STANDBY
    assert not save(up.lab(), "broken").whole
    assert up.lab().states() == RUNNING


def test_a_guest_that_hangs_is_no_hindrance(up: World) -> None:
    """Such as one to look at again and again."""
    up.guests.silent.add("lab-nfs1")
    assert not save(up.lab(), "hung").whole
    assert "hung" in snapshots(up.lab())


@pytest.mark.parametrize("act", ["destroy", "suspend"])
def test_guests_that_do_not_run_are_named_and_nothing_is_done(up: World, act: str) -> None:
    getattr(up.domain("c2"), act)()
    up.events.seen.clear()
    with pytest.raises(LabError, match="not every guest runs: c2"):
        save(up.lab(), "x")
    assert up.events.seen == []


def test_too_little_space_is_said_before_anything_is_paused(up: World) -> None:
    up.pool.free = 100 << 20
    with pytest.raises(LabError, match=r"a snapshot takes up to [0-9]+ MiB, .* has 100 free; nothing was done"):
        save(up.lab(), "x")
    assert (up.events.seen, up.place.unfinished) == ([], "")
    assert list(snapshots(up.lab())) == [CLEAN]


def test_what_a_killed_save_left_is_swept_first(up: World) -> None:
    up.disk("lab-c1@killed.save").touch()
    save(up.lab(), "x")
    assert up.saved() == {CLEAN, "x"}


def test_a_snapshot_of_that_name_is_replaced(up: World) -> None:
    up.disk().write_text("first")
    first = save(up.lab(), "x")
    up.disk().write_text("second")
    second = save(up.lab(), "x")
    assert list(snapshots(up.lab())) == [CLEAN, "x"]
    assert snapshots(up.lab())["x"].time == second.time > first.time
    assert up.disk("lab-shared@x.img").read_text() == "second"


def test_only_one_at_once(up: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanfslab.lab.lab.open_lab", up.lab)
    before = up.volumes()
    for command in (save_command, restore_command, delete_command):
        with up.place.changing(), pytest.raises(UsageError, match=r"another hanfslab command .* is changing the lab"):
            command("x")
    assert (up.volumes(), up.events.seen) == (before, [])
