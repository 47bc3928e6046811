"""Vagrant, through python-vagrant: with a deadline, its errors kept, and its progress told guest by guest."""

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import vagrant

from hanfslab.errors import LabError

ENVIRONMENT = {"VAGRANT_CHECKPOINT_DISABLE": "1", "VAGRANT_DEFAULT_PROVIDER": "libvirt", "VAGRANT_NO_COLOR": "1"}
ONLY_MAKE = "HANFSLAB_ONLY_MAKE"  # what Vagrantfile.j2 asks for
ELSEWHERE = {ONLY_MAKE, "VAGRANT_CWD", "VAGRANT_VAGRANTFILE", "VAGRANT_DOTFILE_PATH"}  # would act on another project
# Vagrant has a session of its own, so that Ctrl-C is not its; when hanfslab is killed, it must not go on alone.
WITH_US = ["setpriv", "--pdeathsig", "KILL", "--"]
LAST_LINES = 15
Told = Callable[[str, str], None]


class Vagrant(vagrant.Vagrant):
    """Vagrant in a lab's folder.

    python-vagrant gives a call no limit and throws its error output away; this runs the same command lines with both.

    Args:
        folder: where the Vagrantfile is.
        only_make: guests are made and not started.
    """

    def __init__(self, folder: Path, only_make: bool = False) -> None:
        theirs = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        made = {ONLY_MAKE: "1"} if only_make else {}
        super().__init__(str(folder), env=theirs | ENVIRONMENT | made)  # type: ignore[no-untyped-call]

    def told(self, words: list[str], seconds: float, tell: Told) -> None:
        """Run a Vagrant command and tell each guest's progress.

        Args:
            words: the command, such as `["destroy", "--force"]`.
            seconds: the limit; then Vagrant and what it started are killed.
            tell: called with a guest's name and what Vagrant says of it.

        Raises:
            LabError: it failed, with its last lines, or was not done in time.
        """
        command: list[str] = self._make_vagrant_command(words)  # type: ignore[no-untyped-call]
        process = subprocess.Popen(
            [*WITH_US, *command], cwd=self.root, env=self.env, start_new_session=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        limit = threading.Timer(seconds, _kill, [process])
        limit.start()
        try:
            last = _follow(process, tell)
            code = process.wait()
        except BaseException:
            _kill(process)
            process.wait()
            raise
        finally:
            limit.cancel()
        if code:
            why = f"not done within {seconds:.0f} s" if code == -signal.SIGKILL else "failed"
            raise LabError(f"vagrant {words[0]}: {why}\n" + "\n".join(last))


def _follow(process: subprocess.Popen[str], tell: Told) -> deque[str]:
    last: deque[str] = deque(maxlen=LAST_LINES)
    for line in process.stdout or ():
        if line.strip():
            last.append("  " + line.rstrip())
        # its dump of a guest's settings, a line each beginning with "--", is what `hanfslab render` shows
        if said := re.match(r"==> ([a-z][a-z0-9-]*): +(?!\s|--)(.+)", line):
            tell(said[1], said[2].strip())
    return last


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
