"""Starting a kernel, alone, to see whether and how fast it comes: nothing else tells what KVM is worth."""

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from hanfslab.host import programs
from hanfslab.timeouts import Deadline, Timeout

QEMU = "qemu-system-x86_64"
KVM = Timeout("HOST_KVM_PROBE", 10, "a working KVM prints the first line within a second, a broken one never")
TCG = Timeout("HOST_TCG_PROBE", 120, "6 s alone on a slow core; beside four busy guests many times that")
# The kernel's first words, and its last ones when it has neither an initrd nor a disk.
FIRST_WORDS = ("Linux version",)
LAST_WORDS = ("Unable to mount root fs", "Run /init as init process", "end Kernel panic")


@dataclass(frozen=True)
class Boot:
    """What was seen of a kernel that was started.

    Args:
        seconds: until the awaited words, or None if they never came.
        said: the last line of QEMU's own complaints, if any.
        aborted: QEMU ended by itself before the words came.
    """

    seconds: float | None
    said: str = ""
    aborted: bool = False


def command(kernel: Path, accel: str, cpu: str, console: Path) -> list[str]:
    """QEMU's command line for a kernel without disk or initrd, its console in a file."""
    return [QEMU, "-accel", accel, "-cpu", cpu, "-m", "256", "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-kernel", str(kernel), "-append", "console=ttyS0 panic=-1",
            "-serial", f"file:{console}"]  # fmt: skip


def boot(kernel: Path, accel: str, cpu: str, words: tuple[str, ...], deadline: Deadline) -> Boot:
    """Start a kernel and wait for words on its console; QEMU is gone when this returns."""
    with tempfile.TemporaryDirectory(prefix="hanfslab-probe-") as folder:
        console, complaints = Path(folder) / "console", Path(folder) / "stderr"
        begin = time.monotonic()
        with complaints.open("wb") as errors:
            qemu = subprocess.Popen(command(kernel, accel, cpu, console), stdin=subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL, stderr=errors, cwd=folder,
                                    env=programs.environment())  # fmt: skip
        try:
            seconds, aborted = _watch(qemu, console, words, begin, deadline)
        finally:
            qemu.kill()
            qemu.wait()
        said = complaints.read_text(errors="replace").strip().splitlines()
        return Boot(seconds, said[-1].removeprefix(f"{QEMU}: ") if said else "", aborted)


def _watch(qemu: subprocess.Popen[bytes], console: Path, words: tuple[str, ...], begin: float,
           deadline: Deadline) -> tuple[float | None, bool]:  # fmt: skip
    while True:
        ended = qemu.poll() is not None  # asked before reading, so that its last words are not missed
        text = console.read_text(errors="replace") if console.exists() else ""
        if any(word in text for word in words):
            return time.monotonic() - begin, False
        if ended or deadline.is_due:
            return None, ended
        time.sleep(0.05)
