"""Running programs for a figure: with a deadline, all that they say kept with its time, nothing left when it ends."""

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.limits import PATIENCE
from hanfslab.errors import LabError
from hanfslab.host.programs import environment

LAST_LINES = 8


@dataclass(frozen=True)
class Ran:
    """A program that ended: exit code, seconds, standard output, and its errors with the second of each line."""

    code: int
    seconds: float
    out: str
    lines: list[tuple[float, str]]

    @property
    def said(self) -> str:
        """Its standard error."""
        return "\n".join(line for _, line in self.lines)

    def when(self, words: str) -> float | None:
        """The second at which it said a line that ends with these words, or None."""
        return next((seconds for seconds, line in self.lines if line.rstrip().endswith(words)), None)


def run(argv: Sequence[str | Path], *, cwd: Path, seconds: float, log: Path, env: Mapping[str, str] | None = None,
        code: int | None = 0) -> Ran:  # fmt: skip
    """Run a program and wait for its end.

    Args:
        argv: the program and its words.
        cwd: where.
        seconds: the limit; then it is ended.
        log: what it was and all that it said is appended there.
        env: on top of the present environment.
        code: the exit code that is expected; None is any.

    Raises:
        LabError: another exit code, or no end in time.
    """
    words = [str(word) for word in argv]
    started = time.monotonic()
    try:
        process = subprocess.Popen(words, cwd=cwd, env={**environment(), **(env or {})}, start_new_session=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, errors="replace")  # fmt: skip
    except OSError as error:
        raise LabError(f"{words[0]}: {error.strerror}") from None
    out: list[str] = []
    lines: list[tuple[float, str]] = []
    readers = _readers(process, out, lines, started)
    timely = _ended_in_time(process, seconds)
    took = time.monotonic() - started
    for reader in readers:
        reader.join(PATIENCE.scaled())  # one that the program left behind may hold its output open
    ran = Ran(process.returncode, took, "".join(out), list(lines))
    _record(log, words, ran)
    name = " ".join([Path(words[0]).name, *words[1:]])[:100]
    if not timely:
        raise LabError(f"{name}: no end within {seconds:.0f} s", f"all that it said is in {log}")
    if code is not None and ran.code != code:
        last = [f"  {line}" for line in (ran.said or ran.out).splitlines() if line.strip()][-LAST_LINES:]
        raise LabError("\n".join([f"{name}: exit code {ran.code}", *last]), f"all that it said is in {log}")
    return ran


def _readers(process: subprocess.Popen[str], out: list[str], lines: list[tuple[float, str]],
             started: float) -> list[threading.Thread]:  # fmt: skip
    def read_out() -> None:
        out.extend(process.stdout or ())

    def read_errors() -> None:
        for line in process.stderr or ():
            lines.append((time.monotonic() - started, line.rstrip("\n")))

    readers = [threading.Thread(target=read, daemon=True) for read in (read_out, read_errors)]
    for reader in readers:
        reader.start()
    return readers


def _ended_in_time(process: subprocess.Popen[str], seconds: float) -> bool:
    """Whether a program ends in time; one that does not is ended.

    Popen's own wait looks now and then when it has a limit, up to 50 ms apart; the kernel tells at once.
    """
    descriptor = os.pidfd_open(process.pid)
    try:
        timely = bool(select.select([descriptor], [], [], seconds)[0])
    except BaseException:  # Ctrl-C: it has a session of its own and did not see it
        end(process)
        raise
    finally:
        os.close(descriptor)
    if timely:
        process.wait()
    else:
        end(process)
    return timely


def end(process: subprocess.Popen[str]) -> None:
    """End a program: asked first, so that it takes back what it made; then whatever is left of its group is killed."""
    _signal(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE.scaled())
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process: subprocess.Popen[str], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _record(log: Path, words: list[str], ran: Ran) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        print(f"$ {' '.join(words)}  [{ran.code}, {ran.seconds:.2f} s]", file=file)
        print(ran.out + "".join(f"{seconds:8.2f} {line}\n" for seconds, line in ran.lines), file=file)
