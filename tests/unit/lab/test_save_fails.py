"""A save that fails or is interrupted: all guests go on, or none does, and the message says which."""

import pytest

from hanfslab.errors import HanfslabError, LabError
from hanfslab.lab.save import save
from hanfslab.lab.snapshots import CLEAN, misfit, snapshots
from tests.unit.lab.guests import STANDBY
from tests.unit.lab.host import HostError, failing
from tests.unit.lab.world import NODES, OFF, RUNNING, World


@pytest.mark.parametrize(
    "event", ["pause lab-nfs1", "pause lab-c2", "save lab-c1", "copy lab-shared.img lab-shared@x.img"]
)
def test_after_a_failure_all_go_on(up: World, event: str) -> None:
    up.events.before[event] = failing(HostError("no room"))
    with pytest.raises(LabError, match=r"snapshot x: .*no room; the lab goes on as it was"):
        save(up.lab(), "x")
    assert up.lab().states() == RUNNING
    assert up.lab().status().whole
    assert (up.place.unfinished, up.saved()) == ("", {CLEAN})


@pytest.mark.parametrize("event", ["pause lab-c1", "save lab-c1", "copy lab-shared.img lab-shared@x.img"])
def test_after_an_interrupt_all_go_on(up: World, event: str) -> None:
    up.events.before[event] = failing(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        save(up.lab(), "x")
    assert (up.lab().states(), up.place.unfinished, up.saved()) == (RUNNING, "", {CLEAN})


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

    up.events.before = {"save lab-nfs1": dies, "save lab-c1": failing(HostError("no room"))}  # c1 is still paused
    with pytest.raises(LabError, match=r"snapshot x: .*; the lab is down") as error:
        save(up.lab(), "x")
    assert error.value.hint == "hanfslab up"
    assert (up.lab().states(), up.place.unfinished, up.saved()) == (OFF, "", {CLEAN})


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


def test_an_error_is_a_hanfslab_error(up: World) -> None:
    """Whatever libvirt says in whatever step, a person is told in one line."""
    for event in ("pause lab-c1", "save lab-c1", "load lab-c1", "resume lab-c1"):
        up.events.before = {event: failing(HostError("odd"))}
        with pytest.raises(HanfslabError):
            save(up.lab(), "x")
        up.events.before = {}
        up.up()
