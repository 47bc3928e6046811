"""The command lines that make and furnish the namespaces and start programs in them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hanfslab.errors import LabError
from hanfslab.host import config, daemons, holder, namespace, processes
from hanfslab.host.holder import Holder
from hanfslab.host.paths import HostFolder
from hanfslab.host.processes import Namespaces, Process

HOLDER = Holder(77, 5, processes.boot_id(), Namespaces(1, 2), kvm="hidden", ready=True)


class Ran:
    """A runner that remembers instead."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []

    def __call__(self, argv: Sequence[str], seconds: float = 20) -> str:
        self.commands.append(list(argv))
        return ""


@pytest.fixture
def folder(tmp_path: Path) -> HostFolder:
    made = HostFolder(tmp_path / "state" / "host")
    config.prepare(made)
    return made


def test_a_program_is_started_inside() -> None:
    command = namespace.enter_command(7, ["virsh", "list"])
    assert command == ["nsenter", "-t", "7", "-m", "-n", "--", "virsh", "list"]


def test_our_mounts_never_reach_the_machine(folder: HostFolder) -> None:
    command = namespace.holder_command(folder)
    assert command[: command.index("--")] == [
        *("setsid", "--fork", "unshare", "--mount", "--net", "--propagation", "slave")]  # fmt: skip


@pytest.mark.parametrize("hide", [True, False])
def test_furnish(folder: HostFolder, hide: bool) -> None:
    commands = namespace.furnish_commands(folder, hide)
    over = {command[-1] for command in commands if "--bind" in command}
    libvirts = {f"/{part}/libvirt" for part in ("etc", "var/lib", "var/cache", "var/log", "run")}
    assert over == libvirts | ({"/dev/kvm"} if hide else set())
    assert commands.index(["umount", "-l", "/sys"]) < commands.index(["mount", "-t", "sysfs", "sysfs", "/sys"])
    assert ["ip", "link", "set", "lo", "up"] in commands


def test_create_records_when_all_is_mounted(folder: HostFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = replace(HOLDER, kvm="absent", ready=False)
    monkeypatch.setattr(namespace.subprocess, "run", lambda *_a, **_k: fake.write(folder.record))  # type: ignore[attr-defined]
    ran = Ran()
    made = namespace.create(folder, "hidden", ran)
    assert all(command[:3] == ["nsenter", "-t", "77"] for command in ran.commands)
    assert made == holder.read(folder.record) == replace(fake, kvm="hidden", ready=True)


def test_create_fails_where_no_namespaces_are_allowed(folder: HostFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANFSLAB_TIMEOUT_HOST_HOLDER", "0.1")
    monkeypatch.setattr(namespace.subprocess, "run", lambda *_a, **_k: None)  # type: ignore[attr-defined]
    with pytest.raises(LabError, match="does not let root"):
        namespace.create(folder, "absent", Ran())


def test_configuration(folder: HostFolder) -> None:
    assert folder.no_kvm.stat().st_mode & 0o777 == 0
    assert folder.no_kvm.stat().st_size == 0
    assert "namespaces = []" in (folder.etc / "qemu.conf").read_text()
    assert folder.base.stat().st_mode & 0o011 == 0o011
    (folder.etc / "qemu").mkdir()
    config.prepare(folder)
    assert (folder.etc / "qemu").is_dir(), "definitions survive"


def test_mountpoints_are_removed_only_if_made_and_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, made, used = (tmp_path / name for name in ("there", "made", "used"))
    there.mkdir()
    folder = HostFolder(tmp_path)
    monkeypatch.setattr(HostFolder, "binds", {Path("1"): there, Path("2"): made, Path("3"): used})
    config.make_mountpoints(folder)
    (used / "socket").touch()
    config.remove_mountpoints(folder)
    assert [path.exists() for path in (there, made, used)] == [True, False, True]


@pytest.mark.parametrize(
    ("there", "started"),
    [([], ["virtlogd", "libvirtd"]), (["virtlogd"], ["libvirtd"]), (["virtlogd", "libvirtd"], [])],
)
def test_only_missing_daemons_are_started(
    folder: HostFolder, monkeypatch: pytest.MonkeyPatch, there: list[str], started: list[str]
) -> None:
    monkeypatch.setattr(processes, "inside", lambda _: [Process(1, name, [name]) for name in there])
    ran = Ran()
    assert daemons.start(folder, HOLDER, ran) == started
    assert [command[-4] for command in ran.commands] == started


def test_a_hung_libvirtd_is_ended_and_started_once(folder: HostFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = {"virtlogd": 3, "libvirtd": 4}
    monkeypatch.setattr(processes, "inside", lambda _: [Process(pid, name, [name]) for name, pid in alive.items()])
    monkeypatch.setattr(processes, "end", lambda pids: [alive.pop(n) for n, p in list(alive.items()) if p in pids])
    commands: list[list[str]] = []

    def run(argv: Sequence[str], seconds: float = 20) -> str:
        commands.append(list(argv))
        if "virsh" in argv and "libvirtd" in alive:
            raise LabError("virsh: no end within 90 s")
        return ""

    daemons.ensure(folder, HOLDER, run)
    assert alive == {"virtlogd": 3}
    assert ["virsh" in command for command in commands] == [True, False, True]


def test_commands_of_people_are_told_from_daemons(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["libvirtd", "dnsmasq", "ssh", "qemu-system-x86_64", "bash", "python3.11"]
    monkeypatch.setattr(processes, "inside", lambda _: [Process(10**7 + i, n, [n]) for i, n in enumerate(names)])
    assert [one.name for one in daemons.commands(HOLDER)] == ["bash", "python3.11"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({"pid": 1, "where": {}})])
def test_an_unreadable_record_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "holder.json").write_text(text)
    assert holder.read(tmp_path / "holder.json") is None


@pytest.mark.parametrize("change", [{"boot": "another"}, {"started": 1}, {"pid": 2**22 + 1}])
def test_a_holder_lives_only_as_the_process_it_was(change: dict[str, Any]) -> None:
    import os

    me = Holder(os.getpid(), processes.started(os.getpid()), processes.boot_id(), Namespaces(1, 2))
    assert me.alive
    assert not replace(me, **change).alive
