"""/proc: one process told from another with the same pid, guests told from QEMU's other uses."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanfslab.host import processes
from hanfslab.host.processes import Namespaces, Process


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


def test_started_tells_living_dead_and_zombie(child: subprocess.Popen[bytes]) -> None:
    assert processes.started(child.pid) >= processes.started(os.getpid()) > 0
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet buried
    assert processes.started(child.pid) == 0
    child.wait()
    assert processes.started(child.pid) == 0


def test_inside_finds_those_of_the_same_namespaces(child: subprocess.Popen[bytes]) -> None:
    where = processes.namespaces("self")
    assert where is not None
    assert {child.pid, os.getpid()} <= {one.pid for one in processes.inside(where)}
    assert list(processes.inside(Namespaces(1, 1))) == []


def test_lineage_is_this_process_and_its_parents() -> None:
    assert {os.getpid(), os.getppid()} <= processes.lineage()


def test_end_ends(child: subprocess.Popen[bytes]) -> None:
    processes.end({child.pid})
    assert child.wait(5) == -signal.SIGTERM


def test_end_kills_what_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANFSLAB_TIMEOUT_HOST_TERM", "0.3")
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as deaf:
        assert deaf.stdout
        deaf.stdout.readline()
        processes.end({deaf.pid})
        assert deaf.wait(5) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("argv", "guest"),
    [
        (["/usr/bin/qemu-system-x86_64", "-name", "guest=lab-nfs1,debug-threads=on", "-S"], "lab-nfs1"),
        (["/usr/bin/qemu-system-x86_64", "-S", "-no-user-config", "-machine", "none"], ""),
        (["/usr/sbin/dnsmasq", "guest=no"], ""),
    ],
)
def test_guest(argv: list[str], guest: str) -> None:
    assert Process(1, Path(argv[0]).name, argv).guest == guest


def test_mounted_anywhere() -> None:
    assert processes.mounted_anywhere(Path("/proc"))
    assert not processes.mounted_anywhere(Path("/nowhere/at/all"))
