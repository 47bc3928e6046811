"""What `up` and `destroy` do to what is there, against libvirt's test driver and a Vagrant that is none."""

from pathlib import Path

import libvirt
import pytest

from hanfslab.box import recipe
from hanfslab.errors import HanfslabError, LabError, UsageError
from hanfslab.lab import connection as connection_module
from hanfslab.lab import destroy as destroy_module
from hanfslab.lab import prepare
from hanfslab.lab import up as up_module
from hanfslab.lab.destroy import destroy
from hanfslab.lab.folder import Folder
from tests.unit.lab.world import World

GUESTS = {"lab-nfs1", "lab-nfs2", "lab-c1", "lab-c2"}


def test_up_then_destroy_leaves_nothing(world: World) -> None:
    world.up()
    assert world.domains() == GUESTS
    assert "lab-shared.img" in world.volumes()
    assert world.networks() == ["lab-management", "lab-service"]
    destroy(world.lab())
    assert (world.domains(), world.volumes(), world.networks()) == (set(), [], [])
    assert not world.place.state.exists()


@pytest.mark.parametrize("trouble", [LabError("c1 did not come up"), KeyboardInterrupt()])
def test_a_first_up_that_fails_takes_everything_back(world: World, trouble: BaseException) -> None:
    world.trouble = trouble
    with pytest.raises(type(trouble)):
        world.up()
    assert (world.domains(), world.volumes(), world.networks()) == (set(), [], [])
    world.trouble = None
    world.up()
    assert world.domains() == GUESTS


def test_a_failed_up_can_be_left_for_a_look(world: World) -> None:
    world.trouble = LabError("c1 did not come up")
    with pytest.raises(LabError, match="c1 did not come up"):
        world.up(keep_failed=True)
    assert world.domains() == GUESTS


@pytest.mark.parametrize("trouble", [LabError("a slow answer"), KeyboardInterrupt()])
def test_a_second_up_that_fails_destroys_nothing(world: World, trouble: BaseException) -> None:
    """The lab and the data on its disk were there before."""
    world.up()
    volumes = world.volumes()
    world.domain("c1").destroy()

    def fails() -> None:
        raise trouble

    world.events.before["start lab-c1"] = fails
    with pytest.raises(type(trouble)):
        world.up()
    assert (world.domains(), world.volumes()) == (GUESTS, volumes)
    assert not [words for words in world.vagrant if words[0] == "destroy"]


def test_the_first_error_is_the_one_that_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise LabError("libvirt is gone")

    world.trouble = LabError("c1 did not come up")
    monkeypatch.setattr(up_module, "destroy_guests", fails)
    with pytest.raises(LabError, match="c1 did not come up"):
        world.up()
    assert any("libvirt is gone" in text for text in world.told)


def test_vagrant_is_never_asked_to_destroy_without_names(world: World) -> None:
    world.up()
    destroy_module.destroy_guests(world.lab(), [])
    assert not [words for words in world.vagrant if words[0] == "destroy"]


@pytest.mark.parametrize("description", ["My VM", "", "hanfslab lab in {other}"])
def test_a_guest_of_somebody_elses_is_neither_used_nor_deleted(world: World, tmp_path: Path, description: str) -> None:
    other = Folder(tmp_path / "other")
    other.state.mkdir(parents=True)
    world.define("lab-c1", description.format(other=other.path))
    for command in (lambda: world.up(), lambda: destroy(world.lab())):
        with pytest.raises(UsageError, match="a guest 'lab-c1' is there already"):
            command()
    assert world.domains() == {"lab-c1"}


def test_a_lab_whose_folder_was_moved_is_still_its_own(world: World, tmp_path: Path) -> None:
    world.up()
    moved = tmp_path / "moved"
    world.place.path.rename(moved)
    world.place = Folder(moved)
    destroy(world.lab())
    assert world.domains() == set()


def test_a_network_or_volume_of_somebody_elses_is_neither_used_nor_deleted(world: World) -> None:
    world.connection.networkCreateXML("<network><name>lab-service</name></network>")
    with pytest.raises(UsageError, match="a network 'lab-service' is there"):
        world.up()
    destroy(world.lab())
    assert world.networks() == ["lab-service"]
    world.connection.networkLookupByName("lab-service").destroy()
    world.disk("lab-c2-seed.img").touch()
    with pytest.raises(UsageError, match=r"a volume 'lab-c2-seed\.img' is in the storage pool"):
        world.up()
    destroy(world.lab())
    assert world.volumes() == ["lab-c2-seed.img"]


def test_a_lab_file_that_changed_under_guests(world: World) -> None:
    world.up()
    with pytest.raises(UsageError, match=r"lab\.toml was changed since the guests were made"):
        up_module.up(world.lab(changed=True), world.tell)
    assert world.domains() == GUESTS


def test_an_upload_that_did_not_end_is_made_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    lab = world.lab()
    lab.place.state.mkdir()
    monkeypatch.setattr(prepare, "make_disk", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepare._shared_disk(lab)
    assert "shared" not in lab.place.recall()


def test_a_lab_made_from_another_guest_image_is_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.up()
    monkeypatch.setattr(recipe, "version", lambda: "12.2")
    with pytest.raises(UsageError, match=r"made from the guest image 12\.1, this hanfslab has 12\.2"):
        world.up()
    assert world.domains() == GUESTS


def test_errors_of_libvirt_are_ours() -> None:
    with pytest.raises(HanfslabError):
        connection_module.find(lambda _: libvirt.open("nowhere:///"), "x")
