"""Long-running programs of a build: their whole output in a file, and nothing of them left when they are stopped."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from hanfslab.errors import LabError
from hanfslab.host.programs import environment

LAST_LINES = 12
# What mmdebstrap needs to take its own temporary files away; then it is killed.
PATIENCE = 15


def logged(argv: Sequence[str], log: Path, seconds: float, env: Mapping[str, str] | None = None) -> None:
    """Run a program, its output appended to a file.

    Args:
        argv: the program and its words.
        log: where all that it says goes.
        seconds: the limit.
        env: on top of the present environment.

    Raises:
        LabError: it is not there, failed (with its last lines), or was not done in time.
    """
    with log.open("ab") as output:
        start = output.tell()
        try:
            process = subprocess.Popen(list(argv), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                       env={**environment(), **(env or {})}, start_new_session=True)  # fmt: skip
        except FileNotFoundError:
            raise LabError(f"{argv[0]}: not installed", "`hanfslab doctor` says what is missing") from None
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise LabError(f"{argv[0]}: no end within {seconds:.0f} s", f"all that it said is in {log}") from None
        finally:
            _end(process)
    if code:
        raise _failure(argv[0], code, log, start)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop the program and what it started; nothing happens to one that has ended by itself."""
    if process.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(name: str, code: int, log: Path, start: int) -> LabError:
    with log.open("rb") as file:
        file.seek(start)
        said = file.read().decode(errors="replace")
    hint = f"all that it said is in {log}"
    if full := next((line for line in said.splitlines() if "No space left on device" in line), ""):
        return LabError(f"{name}: the disk is full: {full.strip()}", hint)
    last = [f"  {line}" for line in said.splitlines() if line.strip()][-LAST_LINES:]
    return LabError("\n".join([f"{name} failed (exit code {code}), its last lines:", *last]), hint)
