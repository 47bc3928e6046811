"""`up` and `reset`: warm where the clean snapshot can be used, and always a clean lab where one was asked for."""

import pytest

from hanfslab.errors import LabError, UsageError
from hanfslab.lab.destroy import destroy
from hanfslab.lab.down import down
from hanfslab.lab.save import save
from hanfslab.lab.snapshots import CLEAN, misfit, remove, snapshots
from hanfslab.lab.up import reset
from tests.unit.lab.guests import OWNER, STANDBY
from tests.unit.lab.host import HostError
from tests.unit.lab.world import NODES, RUNNING, World

WARM = [f": restores the snapshot {CLEAN}"]


def test_a_first_up_is_cold_and_is_saved(world: World) -> None:
    assert world.up().whole
    assert world.started() == NODES
    assert misfit(world.lab(), snapshots(world.lab())[CLEAN]) == ""
    assert ": whole; saves the snapshot clean" in world.told


def test_a_lab_that_is_down_comes_up_warm_with_clean_disks(up: World) -> None:
    up.write("dirt")
    down(up.lab())
    assert up.up().whole
    assert (up.started(), up.told, up.vagrant, up.read()) == ([], WARM, [], {"fresh"})


def test_a_lab_that_is_up_is_left_alone(up: World) -> None:
    up.write("data")
    assert up.up().whole
    assert (up.events.seen, up.vagrant, up.read()) == ([], [], {"data"})


def test_a_lab_of_which_a_part_runs_gets_the_rest_and_keeps_its_data(up: World) -> None:
    up.write("data")
    up.domain("c1").destroy()
    up.domain("c2").suspend()
    up.events.seen.clear()
    assert up.up().whole
    assert (sorted(up.events.seen), up.read()) == (["resume lab-c2", "start lab-c1"], {"data"})


def test_cold_keeps_what_is_on_the_disks_and_the_snapshot(up: World) -> None:
    up.write("data")
    down(up.lab())
    assert up.up(cold=True).whole
    assert (up.started(), up.read(), list(snapshots(up.lab()))) == (NODES, {"data"}, [CLEAN])


def test_without_a_clean_snapshot_a_lab_comes_up_cold_with_its_data(up: World) -> None:
    remove(up.lab(), CLEAN)
    up.write("data")
    down(up.lab())
    up.up()
    assert (up.started(), up.read(), snapshots(up.lab())) == (NODES, {"data"}, {})


def test_reset_takes_seconds_whatever_was_done(up: World) -> None:
    up.write("dirt")
    up.domain("nfs1").destroy()
    up.domain("c1").suspend()
    assert reset(up.lab(), up.tell).whole
    assert (up.started(), up.told, up.read()) == ([], WARM, {"fresh"})


def test_a_reset_takes_nobodys_own_snapshots_away(up: World) -> None:
    save(up.lab(), "mine")
    remove(up.lab(), CLEAN)
    up.events.seen.clear()
    with pytest.raises(UsageError, match="would take your snapshots away: mine"):
        reset(up.lab(), up.tell)
    assert (up.events.seen, list(snapshots(up.lab())), up.lab().states()) == ([], ["mine"], RUNNING)


def test_reset_without_a_snapshot_makes_everything_anew(up: World) -> None:
    remove(up.lab(), CLEAN)
    up.write("dirt")
    assert reset(up.lab(), up.tell).whole
    assert up.told[0] == ": no snapshot clean: makes everything anew"
    assert [words[0] for words in up.vagrant] == ["destroy", "up"]
    assert (up.started(), up.read(), list(snapshots(up.lab()))) == (NODES, {"fresh"}, [CLEAN])
    assert up.lab().states() == RUNNING


def test_reset_of_a_lab_that_never_was_makes_it(world: World) -> None:
    assert reset(world.lab(), world.tell).whole
    assert list(snapshots(world.lab())) == [CLEAN]


@pytest.mark.parametrize("command", ["up", "reset"])
@pytest.mark.parametrize("why", ["another QEMU", "not whole", "no memory file", "no shared disk in it"])
def test_no_warm_start_is_a_cold_one_with_clean_disks_that_says_why_and_saves_anew(
    up: World, command: str, why: str
) -> None:
    then = snapshots(up.lab())[CLEAN].time
    up.write("dirt")
    down(up.lab())
    if why == "another QEMU":
        up.connection.qemu = 8000000
    elif why == "not whole":
        up.guests.served = ""
        up.events.before["start lab-nfs1"] = lambda: setattr(up.guests, "served", "served=/mnt/v3\nserved=/mnt/v4.2\n")
    else:
        up.disk("lab-c1@clean.save" if why == "no memory file" else "lab-shared@clean.img").unlink()
    status = up.up() if command == "up" else reset(up.lab(), up.tell)
    assert status.whole
    assert (sorted(up.started()), up.read()) == (sorted(NODES), {"fresh"})
    assert any(text.startswith(": no warm start: ") for text in up.told)
    now = snapshots(up.lab())[CLEAN]
    assert (now.time > then, misfit(up.lab(), now), up.place.unfinished) == (True, "", "")


def test_a_person_reads_why(up: World) -> None:
    down(up.lab())
    up.connection.qemu = 8000000
    up.up()
    assert ": no warm start: snapshot clean cannot be used: QEMU is another: 7.2.7 then, 8.0.0 now" in up.told


def test_an_up_that_cannot_be_saved_is_up_all_the_same(world: World) -> None:
    def full() -> None:
        world.pool.free = 1 << 20

    world.events.before["start lab-c2"] = full
    assert world.up().whole
    assert world.told[-1].startswith(": the next start will be cold: a snapshot takes up to ")
    assert (world.lab().states(), snapshots(world.lab())) == (RUNNING, {})


def test_an_up_that_is_down_after_its_saving_is_no_success(world: World) -> None:
    def dies() -> None:
        world.domain("nfs1").destroy()
        raise HostError("domain is not running")

    world.events.before["save lab-nfs1"] = dies
    with pytest.raises(LabError, match=r"snapshot clean: .*; the lab is down"):
        world.up()
    world.events.before.clear()
    assert world.up().whole


@pytest.mark.parametrize("command", ["up", "reset"])
def test_two_at_once(up: World, command: str) -> None:
    before = up.volumes()
    with up.place.changing(), pytest.raises(UsageError, match=r"another hanfslab command .* is changing the lab") as no:
        up.up() if command == "up" else reset(up.lab(), up.tell)
    assert (no.value.exit_code, up.events.seen, up.volumes()) == (2, [], before)


def test_a_lab_file_that_changed_is_said_and_nothing_is_reset(up: World) -> None:
    with pytest.raises(UsageError, match=r"lab\.toml was changed"):
        reset(up.lab(changed=True), up.tell)
    assert up.events.seen == []


def test_a_cluster_that_does_not_become_whole_is_an_error(up: World) -> None:
    down(up.lab())
    up.guests.says["nfs1"] = STANDBY
    with pytest.raises(LabError, match="the cluster has one owner and hears itself: not within"):
        up.up()
    assert any("nobody owns the service alone" in text for text in up.told)
    up.guests.says["nfs1"] = OWNER
    assert up.up().whole


def test_destroy_takes_the_snapshots_too(up: World) -> None:
    save(up.lab(), "mine")
    destroy(up.lab())
    assert (up.volumes(), up.domains(), up.place.state.exists()) == ([], set(), False)
