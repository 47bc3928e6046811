"""The demonstration: the commands that a person would type, one after the other, each with its time."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from hanfslab.topology.load import FILE

LIMIT_SECONDS = 3 * 3600  # every step has deadlines of its own; this is for the one that forgets


def demo(folder: Path, cycles: int, every: str) -> int:
    """Run the whole experiment in a folder.

    Args:
        cycles: how many failovers.
        every: the time between two faults, such as `2m`.

    Returns:
        The exit code of the first step that failed, or the campaign's; the lab is shut down either way.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = [["doctor"], ["box", "build"], *([] if (folder / FILE).exists() else [["init"]]), ["validate"]]
    times: dict[str, float] = {}
    for words in before:
        if code := _step(words, folder, times):
            return code
    code = _step(["up"], folder, times)
    code = code or _step(["status"], folder, times)
    code = code or _step(["campaign", "--cycles", str(cycles), "--every", every], folder, times)
    down = _step(["down"], folder, times)
    print("\n" + "".join(f"{seconds:6.0f} s  hanfslab {words}\n" for words, seconds in times.items()), file=sys.stderr)
    return code or down


def _step(words: list[str], folder: Path, times: dict[str, float]) -> int:
    print(f"\n$ hanfslab {' '.join(words)}", file=sys.stderr, flush=True)
    started = time.monotonic()
    with subprocess.Popen([sys.executable, "-P", "-m", "hanfslab", *words], cwd=folder) as step:
        ours = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the step's, which ends in order
        try:
            code = step.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            step.terminate()
            code = step.wait()
        finally:
            signal.signal(signal.SIGINT, ours)
    times[" ".join(words)] = time.monotonic() - started
    return code
