"""Saving a lab: what is asked before anything pauses, and that a lab never ends up half paused."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from hanfslab.cli.snapshot import delete_command, restore_command, save_command
from hanfslab.errors import HanfslabError, LabError, UsageError
from hanfslab.lab.save import save
from hanfslab.lab.snapshots import CLEAN, misfit, snapshots, volumes_of
from tests.unit.lab.guests import STANDBY
from tests.unit.lab.host import HostError
from tests.unit.lab.world import World

NODES = ["nfs1", "nfs2", "c1", "c2"]
RUNNING, OFF = dict.fromkeys(NODES, "running"), dict.fromkeys(NODES, "off")


def failing(error: BaseException) -> Callable[[], None]:
    def fails() -> None:
        raise error

    return fails


def times(world: World, what: str) -> list[int]:
    """Where in what happened there are events of a kind."""
    return [n for n, event in enumerate(world.events.seen) if event.startswith(what)]


def left(world: World) -> set[str]:
    """The snapshots of which there is any volume."""
    return {name.partition("@")[2].rpartition(".")[0] for name in world.volumes() if "@" in name}


def test_all_pause_before_any_is_saved_and_all_are_loaded_before_any_goes_on(up: World) -> None:
    up.disk().write_text("locks")
    saved = save(up.lab(), "x")
    steps = [times(up, what) for what in ("pause", "save", "copy", "load", "resume")]
    assert [len(step) for step in steps] == [4, 4, 5, 4, 4]
    assert all(max(step) < min(following) for step, following in pairwise(steps))
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
    assert left(up) == {CLEAN, "x"}


def test_a_snapshot_of_that_name_is_replaced(up: World) -> None:
    up.disk().write_text("first")
    first = save(up.lab(), "x")
    up.disk().write_text("second")
    second = save(up.lab(), "x")
    assert list(snapshots(up.lab())) == [CLEAN, "x"]
    assert snapshots(up.lab())["x"].time == second.time > first.time
    assert up.disk("lab-shared@x.img").read_text() == "second"


@pytest.mark.parametrize(
    "event", ["pause lab-nfs1", "pause lab-c2", "save lab-c1", "copy lab-shared.img lab-shared@x.img"]
)
def test_after_a_failure_all_go_on(up: World, event: str) -> None:
    up.events.before[event] = failing(HostError("no room"))
    with pytest.raises(LabError, match=r"snapshot x: .*no room; the lab goes on as it was"):
        save(up.lab(), "x")
    assert up.lab().states() == RUNNING
    assert up.lab().status().whole
    assert (up.place.unfinished, left(up)) == ("", {CLEAN})


@pytest.mark.parametrize("event", ["pause lab-c1", "save lab-c1", "copy lab-shared.img lab-shared@x.img"])
def test_after_an_interrupt_all_go_on(up: World, event: str) -> None:
    up.events.before[event] = failing(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        save(up.lab(), "x")
    assert (up.lab().states(), up.place.unfinished, left(up)) == (RUNNING, "", {CLEAN})


def test_a_lab_that_is_whole_only_after_some_looks_goes_on_too(up: World) -> None:
    """After a pause a link takes a moment to be up again."""
    up.events.before["save lab-c1"] = failing(HostError("no room"))
    up.events.before["resume lab-c2"] = lambda: up.guests.says.update(nfs2=STANDBY.replace("link=up", "link=dead"))
    looks = up.guests.asked

    def heals(*words: object) -> str:
        if len(up.guests.woken) == len(NODES):
            up.guests.says["nfs2"] = STANDBY
        return looks(*words)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("libvirt_qemu.qemuAgentCommand", heals)
        with pytest.raises(LabError, match="no room; the lab goes on as it was"):
            save(up.lab(), "x")
    assert up.lab().states() == RUNNING


def test_a_guest_that_dies_meanwhile_takes_all_down(up: World) -> None:
    """Its memory is lost: the others may not go on with a past that it does not share."""

    def dies() -> None:
        up.domain("nfs1").destroy()
        raise HostError("domain is not running")

    up.events.before["save lab-nfs1"] = dies
    with pytest.raises(LabError, match=r"snapshot x: .*; the lab is down") as error:
        save(up.lab(), "x")
    assert error.value.hint == "hanfslab up"
    assert (up.lab().states(), up.place.unfinished, left(up)) == (OFF, "", {CLEAN})


def test_an_older_memory_is_never_taken_for_that_of_a_guest_that_died(up: World) -> None:
    save(up.lab(), "x")
    test_a_guest_that_dies_meanwhile_takes_all_down(up)


def test_a_domain_that_somebody_undefined_while_it_ran_goes_on_after_a_failure(up: World) -> None:
    up.domain("c1").undefine()  # it is gone once it ends
    up.events.before["copy lab-shared.img lab-shared@x.img"] = failing(HostError("no room"))
    with pytest.raises(LabError, match="the lab goes on as it was"):
        save(up.lab(), "x")
    assert up.lab().states() == RUNNING


@pytest.mark.parametrize("event", ["load lab-c1", "resume lab-nfs2"])
def test_a_lab_that_cannot_go_on_from_its_snapshot_is_down_and_the_snapshot_is_there(up: World, event: str) -> None:
    up.events.before[event] = failing(HostError("no memory"))
    with pytest.raises(LabError, match=r"snapshot x is saved, but .*no memory; the lab is down") as error:
        save(up.lab(), "x")
    assert error.value.hint == "hanfslab snapshot restore x"
    assert (up.lab().states(), up.place.unfinished) == (OFF, "")
    assert misfit(up.lab(), snapshots(up.lab())["x"]) == ""


def test_a_lab_that_is_not_whole_afterwards(up: World) -> None:
    up.deaf = "the service's network does not carry"
    with pytest.raises(LabError, match="nfs1: the service's network does not carry"):
        save(up.lab(), "x")
    assert "x" in snapshots(up.lab())


def test_only_one_at_once(up: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanfslab.lab.lab.open_lab", up.lab)
    before = up.volumes()
    for command in (save_command, restore_command, delete_command):
        with up.place.changing(), pytest.raises(UsageError, match=r"another hanfslab command .* is changing the lab"):
            command("x")
    assert (up.volumes(), up.events.seen) == (before, [])


def test_an_error_is_a_hanfslab_error(up: World) -> None:
    """Whatever libvirt says in whatever step, a person is told in one line."""
    for event in ("pause lab-c1", "save lab-c1", "load lab-c1", "resume lab-c1"):
        up.events.before = {event: failing(HostError("odd"))}
        with pytest.raises(HanfslabError):
            save(up.lab(), "x")
        up.events.before = {}
        up.up()
