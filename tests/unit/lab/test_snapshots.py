"""Snapshots as they are kept: their names, their index, what they fit to, and whose volumes are swept."""

import json

import pytest

from hanfslab.errors import LabError, UsageError
from hanfslab.lab.restore import restore
from hanfslab.lab.save import save
from hanfslab.lab.snapshots import CLEAN, FILE, check_name, misfit, remove, snapshot, snapshots, sweep, volumes_of
from hanfslab.lab.volumes import copy
from tests.unit.lab.world import World


@pytest.mark.parametrize("name", ["x", "before-the-fun", "a.b_c-1", "9", "Clean", "x" * 40])
def test_names(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", [CLEAN, "", "a b", "-x", ".x", "_x", "../x", "a@b", "a/b", "x\n", "ü", "x" * 41])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(UsageError):
        check_name(name)


def test_a_snapshot_that_is_not_there(up: World) -> None:
    save(up.lab(), "before")
    with pytest.raises(UsageError, match="no snapshot 'befor'") as error:
        snapshot(up.lab(), "befor")
    assert error.value.hint == "did you mean 'before'?"


def test_they_are_listed_in_the_order_of_their_making(up: World) -> None:
    for name in ("one", "two", "one"):
        save(up.lab(), name)
    known = snapshots(up.lab())
    assert list(known) == [CLEAN, "two", "one"]
    assert known["two"].time < known["one"].time
    assert all(saved.whole and saved.size for saved in known.values())


@pytest.mark.parametrize("text", ["", "{", '{"clean": {"name"', "[]", '{"clean": {"version": 2}}', "\xff", "null"])
def test_an_index_that_cannot_be_read_is_none_and_its_volumes_are_swept(up: World, text: str) -> None:
    assert set(volumes_of(up.lab().topology, CLEAN)) <= set(up.volumes())
    (up.place.state / FILE).write_text(text, encoding="latin-1")
    assert snapshots(up.lab()) == {}
    sweep(up.lab())
    assert not [name for name in up.volumes() if "@" in name]
    assert "lab-shared.img" in up.volumes()


def test_fields_that_a_later_version_added_are_left_out(up: World) -> None:
    file = up.place.state / FILE
    known = json.loads(file.read_text())
    known[CLEAN]["colour"] = "blue"
    file.write_text(json.dumps(known))
    assert list(snapshots(up.lab())) == [CLEAN]


def test_a_snapshot_that_was_deleted_has_no_volumes_and_others_keep_theirs(up: World) -> None:
    save(up.lab(), "one")
    save(up.lab(), "two")
    remove(up.lab(), "one")
    assert list(snapshots(up.lab())) == [CLEAN, "two"]
    left = {name for name in up.volumes() if "@" in name}
    assert left == {*volumes_of(up.lab().topology, CLEAN), *volumes_of(up.lab().topology, "two")}


OTHERS = ["lab-b-nfs1@clean.img", "lab-b-shared@clean.img", "labor-nfs1@x.save", "nfs1@x.img", "my-lab-nfs1@x.img",
          "lab-nfs1.img", "lab-nfs1-b@x.img", "lab-nfs12@x.img", "hanfslab-12.1-vmlinuz"]  # fmt: skip


def test_volumes_of_other_labs_are_never_swept(up: World) -> None:
    for name in OTHERS:
        up.disk(name).touch()
    up.disk("lab-c2@gone.img").touch()
    sweep(up.lab())
    assert set(OTHERS) <= set(up.volumes())
    assert "lab-c2@gone.img" not in up.volumes()


def test_another_folders_lab_of_the_same_name_loses_nothing(up: World) -> None:
    """Nothing of it may be touched, whatever is asked for in a folder that has no lab up."""
    before = up.volumes()
    other = up.lab(up.folder("other"))
    with pytest.raises(UsageError, match="a guest 'lab-nfs1' is there already"):
        save(other, "x")
    assert up.volumes() == before


def test_snapshots_whose_lab_is_gone_are_not_this_labs(world: World) -> None:
    world.disk("lab-nfs1@x.img").touch()
    with pytest.raises(UsageError, match=r"a volume 'lab-nfs1@x\.img' is in the storage pool"):
        world.up()
    assert world.volumes() == ["lab-nfs1@x.img"]


def change(world: World, what: str) -> None:
    if what == "QEMU":
        world.connection.qemu = 8002002
    elif what == "host CPU":
        world.connection.cpu = "<model>EPYC</model>"
    elif what == "guest image":
        world.place.remember(box="12.2")
    elif what == "lab.toml":
        (world.place.path / "lab.toml").write_text('disk.filesystem = "ext3"')
    elif what == "guests' files":
        (world.place.secrets / "authkey").write_text("another\n")


WHAT = ["QEMU", "host CPU", "accelerator", "guest image", "lab.toml", "guests' files"]


@pytest.mark.parametrize("what", WHAT)
def test_what_memory_does_not_fit_to(up: World, what: str) -> None:
    saved = snapshots(up.lab())[CLEAN]
    assert misfit(up.lab(), saved) == ""
    change(up, what)
    lab = up.lab(accelerator="kvm" if what == "accelerator" else "tcg")
    assert f"{what} is another: {saved.depends[what]} then, " in misfit(lab, saved)
    up.events.seen.clear()
    with pytest.raises(UsageError, match="snapshot clean cannot be used: "):
        restore(lab, saved)
    assert (up.events.seen, up.place.unfinished) == ([], "")


def test_everything_that_does_not_fit_is_said(up: World) -> None:
    saved = snapshots(up.lab())[CLEAN]
    for what in ("QEMU", "host CPU"):
        change(up, what)
    assert misfit(up.lab(), saved).count(" is another: ") == 2
    assert "QEMU is another: 7.2.7 then, 8.2.2 now" in misfit(up.lab(), saved)


def test_a_volume_that_somebody_deleted(up: World) -> None:
    """It is found out before the guests lose anything."""
    save(up.lab(), "x")
    up.disk("lab-shared@x.img").unlink()
    up.disk("lab-c1@x.save").unlink()
    saved = snapshot(up.lab(), "x")
    assert misfit(up.lab(), saved) == "its volumes are gone: lab-c1@x.save, lab-shared@x.img"
    up.events.seen.clear()
    with pytest.raises(UsageError, match="snapshot x cannot be used"):
        restore(up.lab(), saved)
    assert up.events.seen == []


def test_a_copy_of_what_is_not_there_leaves_the_target_alone(world: World) -> None:
    world.disk("target.img").write_text("data")
    with pytest.raises(LabError, match=r"volume gone\.img: no storage vol"):
        copy(world.pool, "gone.img", "target.img")
    assert world.disk("target.img").read_text() == "data"


@pytest.mark.parametrize("trouble", [LabError("no room"), KeyboardInterrupt()])
def test_a_copy_that_did_not_end_is_no_volume(world: World, trouble: BaseException) -> None:
    def fails() -> None:
        raise trouble

    world.disk("source.img").write_text("data")
    world.events.before["copy source.img target.img"] = fails
    with pytest.raises(type(trouble)):
        copy(world.pool, "source.img", "target.img")
    assert world.volumes() == ["source.img"]
