"""Start and stop of the private libvirtd, with processes and programs that only pretend."""

import fcntl
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hanfslab.errors import LabError
from hanfslab.host import config, daemons, holder, libvirtd, namespace, processes
from hanfslab.host.holder import Holder
from hanfslab.host.paths import HostFolder
from hanfslab.host.processes import Namespaces, Process

STRANGER = Process(901, "qemu-system-x86_64", ["qemu-system-x86_64", "guest=not-ours"])
QEMU = Process(900, "qemu-system-x86_64", ["qemu-system-x86_64", "guest=lab-c1"])


class World:
    """What lives in the namespaces, and what was done about it."""

    def __init__(self, folder: HostFolder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.there: list[Process] = []
        self.ended: set[int] = set()
        self.created: list[str] = []
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(processes, "inside", lambda _: list(self.there))
        monkeypatch.setattr(processes, "end", self.end)
        monkeypatch.setattr(processes, "mounts", lambda pid, _: pid != STRANGER.pid)
        monkeypatch.setattr(namespace, "create", self.create)
        monkeypatch.setattr(daemons, "ensure", lambda *_: None)
        monkeypatch.setattr(config, "make_mountpoints", lambda _: None)
        monkeypatch.setattr(libvirtd, "KVM", folder.base)  # something that exists

    def end(self, pids: set[int]) -> None:
        self.ended |= pids
        self.there = [one for one in self.there if one.pid not in pids]

    def create(self, folder: HostFolder, kvm: str, _run: object) -> Holder:
        self.created.append(kvm)
        return self.record(kvm=kvm)

    def record(self, kvm: str = "hidden", ready: bool = True, boot: str = "", alive: bool = True) -> Holder:
        began = processes.started(os.getpid()) if alive else 1
        one = Holder(os.getpid(), began, boot or processes.boot_id(), Namespaces(1, 2), kvm, ready)
        one.write(self.folder.record)
        return one


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    folder = HostFolder(tmp_path / "host")
    folder.base.mkdir()
    return World(folder, monkeypatch)


def yes() -> bool:
    return True


def no() -> bool:
    return False


@pytest.mark.parametrize(("usable", "kvm"), [(yes, "visible"), (no, "hidden")])
def test_first_start(world: World, usable: Callable[[], bool], kvm: str) -> None:
    assert libvirtd.start(world.folder, usable).kvm == kvm
    assert world.created == [kvm]
    libvirtd.start(world.folder, usable)
    assert world.created == [kvm], "a second start changes nothing"


def test_kvm_that_became_usable_is_shown_once_nobody_is_inside(world: World) -> None:
    world.record(kvm="hidden")
    world.there = [QEMU]
    assert libvirtd.start(world.folder, yes).kvm == "hidden"
    world.there = []
    assert libvirtd.start(world.folder, yes).kvm == "visible"


@pytest.mark.parametrize(("ready", "alive"), [(False, True), (True, False)])
def test_what_a_killed_one_left_is_ended(world: World, ready: bool, alive: bool) -> None:
    world.record(ready=ready, alive=alive)
    world.there = [QEMU]
    (world.folder.run).mkdir()
    (world.folder.run / "libvirtd.pid").touch()
    libvirtd.start(world.folder, no)
    assert world.ended == {900}
    assert world.created == ["hidden"]
    assert not (world.folder.run / "libvirtd.pid").exists()


def test_a_dead_holders_namespace_number_may_be_somebody_elses_by_now(world: World) -> None:
    world.record(alive=False)
    world.there = [QEMU, STRANGER]
    libvirtd.start(world.folder, no)
    assert world.ended == {900}


def test_processes_of_another_boot_are_nobodys_business(world: World) -> None:
    world.record(boot="another")
    world.there = [QEMU]
    libvirtd.start(world.folder, no)
    assert world.ended == set()


def test_our_own_namespaces_are_never_cleaned(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = processes.namespaces("self")
    assert mine
    replace(world.record(alive=False), where=mine).write(world.folder.record)
    world.there = [QEMU]
    libvirtd.clean(world.folder)
    assert world.ended == set()


def test_stop_refuses_while_guests_run(world: World) -> None:
    world.record()
    world.there = [QEMU]
    with pytest.raises(LabError, match="lab-c1"):
        libvirtd.stop(world.folder)
    assert world.ended == set()
    assert libvirtd.stop(world.folder, force=True) == ["lab-c1"]
    assert world.ended == {900}
    assert holder.read(world.folder.record) is None


def test_stop_refuses_while_a_command_runs(world: World) -> None:
    world.record()
    world.there = [Process(10**7, "python3", ["python3", "hanfslab", "up"])]
    with pytest.raises(LabError, match="hanfslab up"):
        libvirtd.stop(world.folder)


def test_stop_of_nothing_does_nothing(world: World) -> None:
    assert libvirtd.stop(world.folder) == []


def test_two_starts_wait_for_each_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANFSLAB_TIMEOUT_HOST_LOCK", "0.2")
    with world.folder.lock.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LabError, match="another hanfslab"):
            libvirtd.start(world.folder, no)
    libvirtd.start(world.folder, no)


def test_only_root(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for call in (lambda: libvirtd.start(world.folder, no), lambda: libvirtd.stop(world.folder)):
        with pytest.raises(LabError, match="needs root"):
            call()


@pytest.mark.parametrize("cause", [KeyboardInterrupt, LabError("no namespaces"), OSError(28, "No space left", "/x")])
def test_nothing_half_made_stays(world: World, monkeypatch: pytest.MonkeyPatch, cause: BaseException) -> None:
    def create(*_: object) -> Holder:
        world.record(ready=False)
        world.there = [QEMU]
        raise cause

    monkeypatch.setattr(namespace, "create", create)
    with pytest.raises((KeyboardInterrupt, LabError)):
        libvirtd.start(world.folder, no)
    assert world.ended == {900}
    assert holder.read(world.folder.record) is None
