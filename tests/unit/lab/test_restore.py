"""Restoring a lab: all of a snapshot or an error, and what is said of a lab that is not whole afterwards."""

from collections.abc import Callable

import pytest

from hanfslab.cli.snapshot import delete_command, list_command, restore_command, save_command
from hanfslab.errors import LabError, UsageError
from hanfslab.lab.restore import restore
from hanfslab.lab.save import save
from hanfslab.lab.snapshots import CLEAN, snapshot, snapshots
from hanfslab.lab.status import LabStatus
from hanfslab.report.status import told
from tests.unit.lab.guests import CLIENT, STANDBY
from tests.unit.lab.host import HostError, failing
from tests.unit.lab.world import NODES, OFF, RUNNING, World


def back(world: World, name: str = "x") -> LabStatus:
    return restore(world.lab(), snapshot(world.lab(), name))


@pytest.fixture
def saved(up: World) -> World:
    """A host whose lab has a snapshot x, and something else on its disks since."""
    up.write("then")
    save(up.lab(), "x")
    up.write("now")
    up.events.seen.clear()
    up.guests.ran.clear()
    return up


def test_disks_and_memory_are_those_of_then(saved: World) -> None:
    assert back(saved).whole
    assert saved.read() == {"then"}
    assert (saved.lab().states(), saved.place.unfinished) == (RUNNING, "")
    assert list(snapshots(saved.lab())) == [CLEAN, "x"]


SERVERS = ("lab-nfs1", "lab-nfs2")


def test_no_disk_changes_under_a_running_guest_and_no_server_goes_on_before_its_peer_is_loaded(saved: World) -> None:
    back(saved)
    seen = saved.events.seen
    kinds = [event.split()[0] for event in seen]
    assert kinds[:4] == ["power"] * 4
    assert sorted(kinds[4:]) == ["copy"] * 5 + ["load"] * 4 + ["resume"] * 4
    loads, resumes = ({event.split()[1]: n for n, event in enumerate(seen) if event.startswith(kind)}
                      for kind in ("load", "resume"))  # fmt: skip
    copies = {event.split()[-1]: n for n, event in enumerate(seen) if event.startswith("copy")}
    assert all(copies[f"{domain}.img"] < loads[domain] < resumes[domain] for domain in loads)
    assert copies["lab-shared.img"] < min(loads[server] for server in SERVERS)
    assert max(loads[server] for server in SERVERS) < min(resumes[server] for server in SERVERS)


def test_it_can_be_done_again_and_again(saved: World) -> None:
    for _ in range(3):
        assert back(saved).whole
        saved.disk().write_text("now")


@pytest.mark.parametrize("act", ["destroy", "suspend", "undefine"])
def test_whatever_a_guest_does_now(saved: World, act: str) -> None:
    getattr(saved.domain("c1"), act)()
    back(saved)
    assert saved.lab().states() == RUNNING


def test_a_domain_that_somebody_undefined_is_defined_again(saved: World) -> None:
    saved.domain("c1").destroy()
    saved.domain("c1").undefine()
    assert "lab-c1" not in saved.domains()
    back(saved)
    assert saved.domain("c1").isPersistent()
    saved.power_cut()
    assert saved.lab().states() == OFF


def test_networks_that_somebody_stopped_are_there_again(saved: World) -> None:
    saved.connection.networkLookupByName("lab-service").destroy()
    back(saved)
    assert saved.connection.networkLookupByName("lab-service").isActive()


def test_clocks_go_on_by_the_difference_and_mounts_are_asked(saved: World) -> None:
    back(saved)
    assert saved.guests.woken == dict.fromkeys(NODES, pytest.approx(60, abs=5))
    asked = {node: tuple(arg[2:]) for node, _, *arg in saved.guests.ran if len(arg) > 1}
    assert asked == {"nfs1": (), "nfs2": (), **dict.fromkeys(["c1", "c2"], ("/mnt/v3", "/mnt/v4.2"))}


@pytest.mark.parametrize("event", ["copy lab-shared@x.img lab-shared.img", "load lab-c2", "resume lab-nfs2"])
@pytest.mark.parametrize("error", [HostError("odd"), KeyboardInterrupt()])
def test_one_that_fails_half_way_leaves_no_guest_running_and_a_mark(
    saved: World, event: str, error: BaseException
) -> None:
    saved.events.before[event] = failing(error)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else LabError):
        back(saved)
    assert (saved.lab().states(), saved.place.unfinished) == (OFF, "restore x")
    saved.events.before.clear()
    assert back(saved).whole
    assert (saved.disk().read_text(), saved.place.unfinished) == ("then", "")


def test_another_folders_guests_keep_their_power(up: World) -> None:
    other = up.folder("other")
    other.remember(box="12.1")
    lab = up.lab(other)
    with pytest.raises(UsageError, match="a guest 'lab-nfs1' is there already"):
        restore(lab, snapshots(up.lab())[CLEAN].model_copy(update={"depends": {}}))
    assert up.lab().states() == RUNNING


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda world: world.guests.says.update(nfs1=STANDBY), "nobody owns the service alone"),
        (lambda world: world.guests.says.update(nfs2="boot_id=1\ncluster=active\n"), "servers do not hear each other"),
        (lambda world: world.guests.says.update(c2="boot_id=1\n"), "a client has not mounted the service"),
        (lambda world: world.guests.silent.add("lab-c1"), "c1 does not answer"),
        (lambda world: setattr(world.guests, "served", "served=/mnt/v3\n"), "c1: no answer through /mnt/v4.2"),
        (lambda world: setattr(world, "deaf", "the network does not carry"), "c2: the network does not carry"),
        (lambda world: setattr(world.guests, "wake_exit", 1), "could not be woken"),
    ],
)
def test_what_a_lab_lacks_is_said(saved: World, act: Callable[[World], None], said: str) -> None:
    act(saved)
    with pytest.raises(LabError, match=said) as error:
        back(saved)
    assert error.value.message.count("; ") < 6
    assert (saved.lab().states(), saved.place.unfinished) == (RUNNING, "")


def test_a_lab_that_is_whole_only_after_some_looks_is_whole(saved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, looks = saved.guests.asked, 0

    def heals(*words: object) -> str:
        nonlocal looks
        looks += 1
        saved.guests.says["c2"] = "boot_id=1\n" if looks < 40 else CLIENT
        return asked(*words)  # type: ignore[arg-type]

    monkeypatch.setenv("HANFSLAB_TIMEOUT_RESTORED", "5")
    monkeypatch.setattr("libvirt_qemu.qemuAgentCommand", heals)
    assert back(saved).whole


def test_one_that_was_not_whole_need_not_be_now(up: World) -> None:
    up.guests.says["nfs1"] = STANDBY
    save(up.lab(), "broken")
    status = back(up, "broken")
    assert not status.whole
    assert (
        told("restored broken", status, 3) == "restored broken after 3.0 s: the lab is not whole; see: hanfslab status"
    )


def test_the_commands(up: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("hanfslab.lab.lab.open_lab", up.lab)
    monkeypatch.setenv("COLUMNS", "200")
    save_command("x")
    restore_command("x")
    up.disk("lab-shared@x.img").unlink()
    list_command()
    said = capsys.readouterr()
    assert "saved x, 0 MiB; back to it: hanfslab snapshot restore x" in said.err
    assert ": nfs1 owns " in said.err
    assert "x      " in said.out
    assert "cannot be used: its volumes are gone: lab-shared@x.img" in said.out
    list_command(json=True)
    assert '"usable": false' in capsys.readouterr().out
    delete_command("x")
    with pytest.raises(UsageError, match="no snapshot 'x'"):
        delete_command("x")
    with pytest.raises(UsageError, match="no snapshot 'x'"):
        restore_command("x")
    assert not [name for name in up.volumes() if "@x." in name]
