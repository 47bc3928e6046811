"""One build of a user's at a time; the second one waits and says for whom."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hanfslab.timeouts import Timeout, wait_until

BUILD_TURN = Timeout("BUILD_TURN", 1800, "somebody else's build: minutes, ten times that over a slow line")


@contextmanager
def building(folder: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of builds; a dead process does not keep it.

    Raises:
        LabError: another process built for too long.
    """
    with (folder / "lock").open("a+") as file:
        if not _taken(file.fileno()):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            progress(f"box: process {holder} is building, waiting for it")
            wait_until(lambda: _taken(file.fileno()), BUILD_TURN.deadline(), f"box: process {holder} is still building")
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
