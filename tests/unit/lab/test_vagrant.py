"""Vagrant's progress, failures and limit, with a `vagrant` that does what a test says."""

import os
import time
from pathlib import Path

import pytest

from hanfslab.errors import LabError
from hanfslab.lab.vagrant import Vagrant
from hanfslab.timeouts import Deadline, wait_until

LINES = """Bringing machine 'nfs1' up with 'libvirt' provider...
==> nfs1: Waiting for domain to get an IP address...
    nfs1: SSH address: 10.1.2.3:22
==> nfs1:  -- Name:              lab_nfs1
==> c1: Machine booted and ready!
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return tmp_path


def run(folder: Path, script: str, seconds: float = 10) -> list[tuple[str, str]]:
    program = folder / "bin" / "vagrant"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    told: list[tuple[str, str]] = []
    Vagrant(folder).told(["up"], seconds, lambda name, text: told.append((name, text)))
    return told


def test_progress_is_told_guest_by_guest(folder: Path) -> None:
    told = run(folder, f'cat <<"END"\n{LINES}END')
    assert told == [("nfs1", "Waiting for domain to get an IP address..."), ("c1", "Machine booted and ready!")]


def test_a_failure_has_vagrants_last_lines(folder: Path) -> None:
    with pytest.raises(LabError, match=r"vagrant up: failed(?s:.)*no such pool") as error:
        run(folder, "seq 100; echo no such pool >&2; exit 1")
    assert len(error.value.message.splitlines()) < 20


def test_a_vagrant_that_hangs_is_killed_with_all_it_started(folder: Path) -> None:
    started = time.monotonic()
    with pytest.raises(LabError, match="not done within"):
        run(folder, f"sleep 60 & echo $! >{folder}/child; wait", seconds=0.5)
    assert time.monotonic() - started < 10
    child = Path("/proc") / (folder / "child").read_text().strip() / "stat"
    wait_until(lambda: not child.exists() or child.read_text().split()[2] == "Z", Deadline(10), "the child is gone")


def test_vagrant_asks_nobody_outside(folder: Path) -> None:
    told = run(folder, 'echo "==> env: $VAGRANT_CHECKPOINT_DISABLE $VAGRANT_DEFAULT_PROVIDER"')
    assert told == [("env", "1 libvirt")]
