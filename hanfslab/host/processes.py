"""What /proc says about processes: who is who, and who lives in which namespace."""

import contextlib
import os
import pwd
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hanfslab.timeouts import Timeout

PROC = Path("/proc")
TERM = Timeout("HOST_TERM", 10, "libvirtd saves its state and ends within a second or two, also on a busy machine")


@dataclass(frozen=True)
class Namespaces:
    """A mount and a network namespace, by the inode numbers the kernel gave them."""

    mnt: int
    net: int


@dataclass(frozen=True)
class Process:
    """One process as /proc shows it."""

    pid: int
    name: str
    argv: list[str]

    @property
    def guest(self) -> str:
        """The guest's name if this is the QEMU of one, else nothing."""
        if not self.name.startswith("qemu-system"):
            return ""
        names = [word for word in self.argv if word.startswith("guest=")]
        return names[0].removeprefix("guest=").split(",")[0] if names else ""


def started(pid: int) -> int:
    """When a process began, in ticks since boot; 0 if it does not live. With the pid it names one process."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in "ZX" else int(fields[19])


def namespaces(pid: int | str) -> Namespaces | None:
    """The namespaces of a process, or None if it is gone or may not be looked at."""
    try:
        return Namespaces(*(os.stat(PROC / str(pid) / "ns" / kind).st_ino for kind in ("mnt", "net")))
    except OSError:
        return None


def boot_id() -> str:
    """Which boot of the machine this is: pids and namespaces mean nothing in another one."""
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()


def inside(where: Namespaces) -> Iterator[Process]:
    """All processes that live in these namespaces."""
    for folder in PROC.iterdir():
        if folder.name.isdigit() and namespaces(folder.name) == where and started(int(folder.name)):
            try:
                raw = (folder / "cmdline").read_bytes().decode(errors="replace")
                argv = raw.rstrip("\0").split("\0")
                yield Process(int(folder.name), Path(argv[0]).name, argv)
            except OSError:
                continue


def mounts(pid: int, folder: Path) -> bool:
    """Whether a process has something below a folder bind-mounted; its file system may begin anywhere above."""
    try:
        return f"/{folder.parent.name}/{folder.name}/" in Path(f"/proc/{pid}/mountinfo").read_text()
    except OSError:
        return False


def mounted_anywhere(path: Path) -> bool:
    """Whether something is mounted at a path in any namespace: removing the folder would silently unmount it there."""
    looked: set[str] = set()
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if (space := os.readlink(folder / "ns/mnt")) not in looked:
                looked.add(space)
                if f" {path} " in (folder / "mountinfo").read_text():
                    return True
    return False


def user_name() -> str:
    """Whose process this is: by its user id, since the environment may still name who became them."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"


def lineage() -> set[int]:
    """This process and its ancestors."""
    pids, pid = set(), os.getpid()
    while pid > 1:
        pids.add(pid)
        try:
            pid = int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
    return pids


def end(pids: set[int]) -> None:
    """End processes: ask, wait, then kill; returns when none of them lives."""
    deadline = TERM.deadline()
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in filter(started, pids):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        while any(map(started, pids)) and not deadline.is_due:
            time.sleep(0.05)
        deadline = TERM.deadline()
