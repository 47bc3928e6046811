"""Vagrant's progress, failures and limit, with a `vagrant` that does what a test says."""

import os
import time
from pathlib import Path

import pytest

from hanfslab.errors import LabError
from hanfslab.lab.vagrant import ONLY_MAKE, Vagrant
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


def run(folder: Path, script: str, seconds: float = 10, only_make: bool = False) -> list[tuple[str, str]]:
    program = folder / "bin" / "vagrant"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    told: list[tuple[str, str]] = []
    Vagrant(folder, only_make).told(["up"], seconds, lambda name, text: told.append((name, text)))
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


@pytest.mark.parametrize("only_make", [True, False])
def test_whether_guests_are_only_made_is_hanfslabs_to_say(
    folder: Path, only_make: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ONLY_MAKE, "1")
    monkeypatch.setenv("VAGRANT_CWD", "/elsewhere")
    told = run(
        folder, f'echo "==> env: made ${{{ONLY_MAKE}:-and started}} ${{VAGRANT_CWD:-here}}"', only_make=only_make
    )
    assert told == [("env", "made 1 here" if only_make else "made and started here")]


def test_vagrant_asks_nobody_outside(folder: Path) -> None:
    told = run(folder, 'echo "==> env: $VAGRANT_CHECKPOINT_DISABLE $VAGRANT_DEFAULT_PROVIDER"')
    assert told == [("env", "1 libvirt")]
