"""What `up` and `destroy` do to what is there, against libvirt's test driver and a Vagrant that is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libvirt
import pytest

from hanfslab.box.store import Box
from hanfslab.errors import HanfslabError, LabError, UsageError
from hanfslab.lab import connection as connection_module
from hanfslab.lab import destroy as destroy_module
from hanfslab.lab import logs, prepare
from hanfslab.lab import up as up_module
from hanfslab.lab.destroy import destroy
from hanfslab.lab.folder import Folder
from hanfslab.lab.lab import Lab
from hanfslab.lab.up import up
from hanfslab.topology.load import load

DOMAIN = """<domain type='test'><name>{name}</name><description>{description}</description><memory>1024</memory>
<os><type>hvm</type></os></domain>"""


class World:
    """A host with libvirt's test driver, and what Vagrant was asked to do."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "lab.toml").write_text("")
        self.place = Folder(folder)
        (folder.parent / "host.xml").write_text("<node><memory>6000000</memory></node>")
        self.connection = libvirt.open(f"test://{folder.parent}/host.xml")  # "default" is one for the whole process
        self.vagrant: list[list[str]] = []
        self.trouble: BaseException | None = None
        box = Box("hanfslab/bookworm", "12.1", folder)
        monkeypatch.setenv("HANFSLAB_STATE", str(folder / "state"))
        monkeypatch.setattr(prepare, "current", lambda: box)
        monkeypatch.setattr(prepare, "installed", lambda: [box])
        monkeypatch.setattr(prepare, "_boot_files", lambda *_: ("/vmlinuz", "/initrd"))
        monkeypatch.setattr(prepare, "upload", self.upload)
        monkeypatch.setattr(prepare, "_check_space", lambda _: None)
        monkeypatch.setattr(up_module, "_cluster", lambda *_: None)
        monkeypatch.setattr(up_module, "_mounts", lambda *_: "whole")
        monkeypatch.setattr(logs, "collect", lambda *_: None)
        monkeypatch.setattr(Lab, "boot_id", lambda *_: "1")
        for module in (up_module, destroy_module):
            monkeypatch.setattr(module, "Vagrant", lambda _: self)

    def lab(self, **changes: Any) -> Lab:
        lab = Lab(load(self.place.path / "lab.toml"), self.place, "tcg", 1.0, **changes)
        lab.__dict__["connection"] = self.connection
        return lab

    def told(self, words: list[str], *_: object) -> None:
        """Do what Vagrant would."""
        self.vagrant.append(words)
        (self.place.state / ".vagrant").mkdir(exist_ok=True)
        if words[0] == "up":
            for node in self.lab().topology.nodes:
                if node.domain not in self.domains():
                    self.define(node.domain, self.place.description).create()
            if self.trouble:
                raise self.trouble

    def define(self, name: str, description: str) -> Any:
        return self.connection.defineXML(DOMAIN.format(name=name, description=description))

    def upload(self, pool: Any, name: str, source: Path) -> None:
        xml = f"<volume><name>{name}</name><capacity>{source.stat().st_size}</capacity></volume>"
        pool.createXML(xml)

    def domains(self) -> set[str]:
        return {domain.name() for domain in self.connection.listAllDomains()}

    def volumes(self) -> list[str]:
        return sorted(str(name) for name in self.connection.storagePoolLookupByName("default").listVolumes())

    def networks(self) -> list[str]:
        return sorted(name for name in self.connection.listNetworks() if name.startswith("lab-"))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    (tmp_path / "lab").mkdir()
    made = World(tmp_path / "lab", monkeypatch)
    yield made
    made.connection.close()


def quiet(_name: str, _text: str) -> None:
    pass


GUESTS = {"lab-nfs1", "lab-nfs2", "lab-c1", "lab-c2"}


def test_up_then_destroy_leaves_nothing(world: World) -> None:
    up(world.lab(), quiet)
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
        up(world.lab(), quiet)
    assert (world.domains(), world.volumes(), world.networks()) == (set(), [], [])
    world.trouble = None
    up(world.lab(), quiet)
    assert world.domains() == GUESTS


def test_a_failed_up_can_be_left_for_a_look(world: World) -> None:
    world.trouble = LabError("c1 did not come up")
    with pytest.raises(LabError, match="c1 did not come up"):
        up(world.lab(), quiet, keep_failed=True)
    assert world.domains() == GUESTS


@pytest.mark.parametrize("trouble", [LabError("a slow answer"), KeyboardInterrupt()])
def test_a_second_up_that_fails_destroys_nothing(world: World, trouble: BaseException) -> None:
    """The lab and the data on its disk were there before."""
    up(world.lab(), quiet)
    volumes = world.volumes()
    world.connection.lookupByName("lab-c1").destroy()
    world.trouble = trouble
    with pytest.raises(type(trouble)):
        up(world.lab(), quiet)
    assert (world.domains(), world.volumes()) == (GUESTS, volumes)
    assert not [words for words in world.vagrant if words[0] == "destroy"]


def test_the_first_error_is_the_one_that_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise LabError("libvirt is gone")

    told: list[str] = []
    world.trouble = LabError("c1 did not come up")
    monkeypatch.setattr(up_module, "destroy_guests", fails)
    with pytest.raises(LabError, match="c1 did not come up"):
        up(world.lab(), lambda _, text: told.append(text))
    assert any("libvirt is gone" in text for text in told)


def test_vagrant_is_never_asked_to_destroy_without_names(world: World) -> None:
    up(world.lab(), quiet)
    destroy_module.destroy_guests(world.lab(), [])
    assert not [words for words in world.vagrant if words[0] == "destroy"]


@pytest.mark.parametrize("description", ["My VM", "", "hanfslab lab in {other}"])
def test_a_guest_of_somebody_elses_is_neither_used_nor_deleted(world: World, tmp_path: Path, description: str) -> None:
    other = Folder(tmp_path / "other")
    other.state.mkdir(parents=True)
    world.define("lab-c1", description.format(other=other.path))
    for command in (lambda: up(world.lab(), quiet), lambda: destroy(world.lab())):
        with pytest.raises(UsageError, match="a guest 'lab-c1' is there already"):
            command()
    assert world.domains() == {"lab-c1"}


def test_a_lab_whose_folder_was_moved_is_still_its_own(world: World, tmp_path: Path) -> None:
    up(world.lab(), quiet)
    moved = tmp_path / "moved"
    world.place.path.rename(moved)
    world.place = Folder(moved)
    destroy(world.lab())
    assert world.domains() == set()


def test_a_network_or_volume_of_somebody_elses_is_neither_used_nor_deleted(world: World) -> None:
    world.connection.networkCreateXML("<network><name>lab-service</name></network>")
    with pytest.raises(UsageError, match="a network 'lab-service' is there"):
        up(world.lab(), quiet)
    destroy(world.lab())
    assert world.networks() == ["lab-service"]
    world.connection.networkLookupByName("lab-service").destroy()
    world.upload(world.lab().pool, "lab-c2-seed.img", Path("/dev/null"))
    with pytest.raises(UsageError, match=r"a volume 'lab-c2-seed\.img' is in the storage pool"):
        up(world.lab(), quiet)
    destroy(world.lab())
    assert world.volumes() == ["lab-c2-seed.img"]


def test_a_lab_file_that_changed_under_guests(world: World) -> None:
    up(world.lab(), quiet)
    with pytest.raises(UsageError, match=r"lab\.toml was changed since the guests were made"):
        up(world.lab(changed=True), quiet)
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


def test_the_guests_box_stays_theirs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    up(world.lab(), quiet)
    monkeypatch.setattr(prepare, "current", lambda: Box("hanfslab/bookworm", "12.2", world.place.path))
    assert prepare.check(world.lab()).version == "12.1"
    monkeypatch.setattr(prepare, "installed", list)
    with pytest.raises(UsageError, match=r"the guest image 12\.1 that this lab was made from is gone"):
        prepare.check(world.lab())


def test_errors_of_libvirt_are_ours() -> None:
    with pytest.raises(HanfslabError):
        connection_module.find(lambda _: libvirt.open("nowhere:///"), "x")
