"""Going where the guests are."""

import os
from pathlib import Path

import pytest

from hanfslab.errors import LabError
from hanfslab.host import enter, libvirtd, processes, system
from hanfslab.host.choice import Facts, System
from hanfslab.host.holder import Holder
from hanfslab.host.paths import HostFolder
from hanfslab.host.processes import Namespaces, Process

DAEMONS = [Process(1, "virtlogd", []), Process(2, "libvirtd", [])]


class World:
    """A host that is only pretended; `went` is into whose namespaces this process went."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.went: list[Holder] = []
        self.starts = 0
        self.system: System = "absent"
        self.inside = list(DAEMONS)
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(enter, "join", self.went.append)
        monkeypatch.setattr(processes, "inside", lambda _: list(self.inside))
        monkeypatch.setattr(system, "facts", lambda _suspect: Facts(True, "root", self.system))
        monkeypatch.setattr(libvirtd, "start", self.start)
        monkeypatch.setattr(enter, "kvm_usable", lambda: False)
        monkeypatch.setattr(enter, "kvm_suspect", lambda: False)
        monkeypatch.setattr(libvirtd, "KVM", Path("/"))

    def start(self, *_: object) -> Holder:
        self.starts += 1
        return self.record()

    def record(self, where: Namespaces | None = None, alive: bool = True, kvm: str = "hidden") -> Holder:
        began = processes.started(os.getpid()) if alive else 1
        one = Holder(os.getpid(), began, processes.boot_id(), where or Namespaces(1, 2), kvm, True)
        HostFolder.default().base.mkdir(parents=True, exist_ok=True)
        one.write(HostFolder.default().record)
        return one


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("HANFSLAB_STATE", str(tmp_path))
    monkeypatch.delenv("HANFSLAB_LIBVIRT", raising=False)
    monkeypatch.setenv("LIBVIRT_DEFAULT_URI", "")
    monkeypatch.setenv("PATH", os.environ["PATH"])
    return World(monkeypatch)


def test_the_systems_is_used_as_it_is(world: World) -> None:
    world.system = "works"
    enter.enter()
    assert (world.went, world.starts) == ([], 0)
    assert os.environ["LIBVIRT_DEFAULT_URI"] == enter.libvirt_uri()


def test_a_private_one_is_started_and_entered(world: World) -> None:
    enter.enter()
    assert (world.went, world.starts) == ([world.record()], 1)
    assert os.environ["LIBVIRT_DEFAULT_URI"] == enter.libvirt_uri()
    assert os.environ["PATH"].endswith("/sbin")


def test_one_that_runs_is_entered_without_a_start_whatever_the_system_has(world: World) -> None:
    world.system = "works"
    found = world.record()
    enter.enter()
    assert (world.went, world.starts) == ([found], 0)


def test_dead_daemons_are_started_before_entering(world: World) -> None:
    world.record()
    world.inside = DAEMONS[:1]
    enter.enter()
    assert world.starts == 1
    assert world.went


def test_kvm_that_became_usable_starts_it_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enter, "kvm_usable", lambda: True)
    world.record(kvm="hidden")
    enter.enter()
    assert world.starts == 1


def test_inside_nothing_happens(world: World) -> None:
    world.record(where=processes.namespaces("self"))
    enter.enter()
    assert (world.went, world.starts) == ([], 0)


def test_inside_of_one_that_is_gone(world: World) -> None:
    world.record(where=processes.namespaces("self"), alive=False)
    with pytest.raises(LabError, match="is gone"):
        enter.enter()


def test_asked_for_the_system(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "facts", lambda _: Facts(True, "root", "works", asked="system"))
    monkeypatch.setenv("HANFSLAB_LIBVIRT", "system")
    world.record()
    enter.enter()
    assert (world.went, world.starts) == ([], 0)
