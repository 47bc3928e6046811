"""Going into the namespaces of another process, for real where root may make some."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hanfslab.errors import LabError, UsageError
from hanfslab.host import join, processes
from hanfslab.host.holder import Holder
from hanfslab.host.namespace import enter_command
from hanfslab.host.processes import Namespaces
from hanfslab.timeouts import Deadline, wait_until

SECONDS = 20  # for a Python that goes there, on a busy machine
ENTERS = """
import os, subprocess
from hanfslab.host import daemons, enter, processes
daemons.NAMES = ()  # nothing to be started in there
os.umask(0o027)
enter.enter()
enter.join = None  # what is inside never goes again
enter.enter()
child = subprocess.run(["readlink", "/proc/self/ns/mnt", "/proc/self/ns/net"], capture_output=True, text=True)
print(processes.namespaces("self"), os.getcwd(), oct(os.umask(0)), len(os.listdir("/proc/self/fd")), *os.listdir())
print(child.stdout)
"""


@pytest.fixture
def holder() -> Iterator[Holder]:
    """A process with namespaces of its own."""
    command = ["unshare", "--mount", "--net", "--propagation", "slave", "sleep", "60"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            if os.geteuid() != 0:
                pytest.skip("needs root")
            mine = processes.namespaces("self")
            wait_until(lambda: process.poll() is not None or name(process.pid) == "sleep", Deadline(SECONDS), "unshare")
            where = processes.namespaces(process.pid)
            if where is None or where == mine:
                pytest.skip("no namespaces can be made here")
            began = processes.started(process.pid)
            yield Holder(process.pid, began, processes.boot_id(), where, ready=True)
        finally:
            process.kill()


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process passes for one with a single thread; the test runner may have more."""
    (tmp_path / "tasks" / "1").mkdir(parents=True)
    monkeypatch.setattr(join, "TASKS", tmp_path / "tasks")


def me() -> Holder:
    return Holder(os.getpid(), processes.started(os.getpid()), processes.boot_id(), Namespaces(1, 2))


def name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def inside(holder: Holder, *words: str) -> None:
    subprocess.run(enter_command(holder.pid, words), check=True, timeout=SECONDS)


def enters(holder: Holder, folder: Path, state: Path) -> subprocess.CompletedProcess[str]:
    """Enter from a folder in a process of its own."""
    (state / "host").mkdir(parents=True)
    holder.write(state / "host" / "holder.json")
    environment = {**os.environ, "HANFSLAB_STATE": str(state), "HANFSLAB_LIBVIRT": "private"}
    return subprocess.run([sys.executable, "-c", ENTERS], cwd=folder, env=environment, capture_output=True, text=True,
                          timeout=SECONDS, check=False)  # fmt: skip


def test_a_process_goes_there_with_its_children_and_stays_as_it_was(holder: Holder, tmp_path: Path) -> None:
    (tmp_path / "over" / "mounted inside").mkdir(parents=True)
    (tmp_path / "a folder").mkdir()
    inside(holder, "mount", "--bind", str(tmp_path / "over"), str(tmp_path / "a folder"))
    done = enters(holder, tmp_path / "a folder", tmp_path / "state")
    said, *children = done.stdout.splitlines()
    # standard input, output, error, and the folder that is listed: nothing else is open
    assert said == f"{holder.where} {tmp_path}/a folder 0o27 4 mounted inside", done.stderr
    assert children[:2] == [f"mnt:[{holder.where.mnt}]", f"net:[{holder.where.net}]"]
    assert processes.namespaces("self") != holder.where


def test_a_folder_that_is_not_there_inside(holder: Holder, tmp_path: Path) -> None:
    (tmp_path / "above" / "here").mkdir(parents=True)
    inside(holder, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path / "above"))
    done = enters(holder, tmp_path / "above" / "here", tmp_path / "state")
    assert f"LabError: {tmp_path}/above/here: No such file or directory where the private" in done.stderr


def test_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(UsageError, match="folder is gone"):
        join.join(me())


def test_a_process_with_threads_stays_where_it_is() -> None:
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        with pytest.raises(LabError, match="one thread"):
            join.join(replace(me(), started=1))
    finally:
        end.set()
        other.join()


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("change", [{"pid": 2**22 + 1}, {"started": 1}])
def test_a_holder_that_is_gone_or_somebody_else(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join.ctypes, "CDLL", lambda *_, **__: None)  # type: ignore[attr-defined]
    with pytest.raises(LabError, match="stopped meanwhile"):
        join.join(replace(me(), **change))


@pytest.mark.usefixtures("alone")
def test_a_container_that_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    class Libc:
        def setns(self, _fd: int, _flags: int) -> int:
            join.ctypes.set_errno(errno.EPERM)  # type: ignore[attr-defined]
            return -1

    monkeypatch.setattr(join.ctypes, "CDLL", lambda *_, **__: Libc())  # type: ignore[attr-defined]
    with pytest.raises(LabError, match="Operation not permitted") as refused:
        join.join(me())
    assert "CAP_SYS_ADMIN" in refused.value.hint
