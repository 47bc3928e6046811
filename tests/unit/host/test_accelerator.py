"""The probe: a QEMU that is a script, and what is remembered of it."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from hanfslab.host import accelerator, boot, kvm, verdicts
from hanfslab.host.verdicts import Verdict

# Finds its console in the arguments and its accelerator in $2, then acts.
QEMU = """#!/bin/sh
echo "$2" >>{log}
accel=$2
for word; do case $word in file:*) console=${{word#file:}};; esac; done
{act}
"""
Script = Callable[[str], Path]


@pytest.fixture
def qemu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HANFSLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HANFSLAB_TIMEOUT_HOST_KVM_PROBE", "0.6")
    kernel = tmp_path / "vmlinuz"
    kernel.write_text("kernel")
    monkeypatch.setattr(accelerator, "probe_kernel", lambda: kernel)
    monkeypatch.setattr(kvm, "device", lambda: kvm.KvmDevice("openable", (8624, 2792, 107)))

    def write(act: str) -> Path:
        log, script = tmp_path / "log", tmp_path / boot.QEMU
        script.write_text(QEMU.format(log=log, act=act))
        script.chmod(0o755)
        return log

    return write


GOOD = 'echo "[0.0] Linux version 6.1" >$console; echo "VFS: Unable to mount root fs" >>$console; exec sleep 60'
BROKEN = f"[ $accel = kvm ] && exec sleep 60; {GOOD}"
ABORTS = f"[ $accel = kvm ] && {{ echo 'Assertion failed.' >&2; kill -6 $$; }}; {GOOD}"


def test_kvm_counts_once_a_kernel_started(qemu: Script) -> None:
    log = qemu(GOOD)
    found = accelerator.accelerator()
    assert (found.kind, found.scale) == ("kvm", 1.0)
    assert log.read_text().split() == ["kvm"]
    assert accelerator.kvm_works() is True


@pytest.mark.parametrize(("act", "why"), [(BROKEN, "no guest kernel started"), (ABORTS, "Assertion failed.")])
def test_kvm_that_opens_and_does_not_work(qemu: Script, act: str, why: str) -> None:
    qemu(act)
    found = accelerator.accelerator()
    assert found.kind == "tcg"
    assert why in found.reason
    assert accelerator.kvm_works() is False


def test_the_answer_is_remembered_until_asked_again(qemu: Script) -> None:
    log = qemu(ABORTS)
    first = accelerator.accelerator()
    assert accelerator.accelerator() == first
    assert log.read_text().split() == ["kvm", "tcg"]
    accelerator.accelerator(again=True)
    assert log.read_text().split() == ["kvm", "tcg"] * 2


def test_the_answer_is_forgotten_with_what_it_depends_on(qemu: Script, tmp_path: Path) -> None:
    log = qemu(GOOD)
    accelerator.accelerator()
    assert accelerator.tcg_scale() > 0
    (tmp_path / "vmlinuz").write_text("another kernel")
    accelerator.accelerator()
    assert log.read_text().split() == ["kvm", "tcg", "kvm"]


@pytest.mark.parametrize("name", ["host", "cpu", "qemu", "kvm"])
def test_a_verdict_of_other_facts_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("HANFSLAB_CACHE", str(tmp_path))
    facts = {"host": "6.1", "cpu": "EPYC", "qemu": ["/q", 1, 2.5], "kvm": [1, 2]}
    verdicts.remembered("kvm", facts, lambda: Verdict(True, 1, "old"))
    assert verdicts.remembered("kvm", facts, lambda: Verdict(True, 1, "new")).text == "old"
    assert verdicts.remembered("kvm", {**facts, name: "x"}, lambda: Verdict(True, 1, "new")).text == "new"


def test_a_broken_cache_is_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANFSLAB_CACHE", str(tmp_path))
    (tmp_path / "probe-kvm.json").write_text("{")
    assert verdicts.remembered("kvm", {}, lambda: Verdict(True, 1, "new")).text == "new"


def test_without_a_kernel_nothing_is_remembered(qemu: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "probe_kernel", lambda: None)
    found = accelerator.accelerator()
    assert (found.kind, found.scale) == ("tcg", accelerator.UNMEASURED_SCALE)
    assert "not probed yet" in found.reason
    assert not (tmp_path / "cache").exists()
    assert accelerator.kvm_works() is None


@pytest.mark.parametrize(
    ("seconds", "cpus", "scale"),
    [(0.1, 8, 1.0), (2.4, 8, 3.0), (2.4, 4, 3.0), (2.4, 2, 6.0), (2.4, 1, 12.0), (60, 8, 20.0)],
)
def test_scale(seconds: float, cpus: int, scale: float) -> None:
    assert accelerator.scale(Verdict(True, seconds, ""), cpus) == scale


def test_scale_of_a_boot_that_never_came_is_the_highest() -> None:
    assert accelerator.scale(Verdict(False, 0, ""), 8) == accelerator.SCALES[1]


def test_device(tmp_path: Path) -> None:
    hidden = tmp_path / "kvm"
    hidden.touch(mode=0)
    assert kvm.device(tmp_path / "none").state == "absent"
    assert kvm.device(hidden).state == "hidden"
    assert kvm.device(Path("/dev/null")).state == "openable"
    assert stat.S_ISCHR(kvm.device(Path("/dev/null")).stat[0])
