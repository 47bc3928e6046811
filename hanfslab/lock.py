"""A file that one process at a time holds; a process that died holds nothing."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hanfslab.errors import HanfslabError, LabError
from hanfslab.timeouts import Deadline, wait_until


@contextmanager
def hold(
    path: Path,
    refusal: Callable[[str], HanfslabError],
    seconds: float = 0.0,
    waiting: Callable[[str], None] = lambda holder: None,
) -> Iterator[None]:
    """Hold a lock file; no process that is started meanwhile inherits it.

    Args:
        path: the file; its folder is made.
        refusal: the error for a lock that another process holds, from that process's id.
        seconds: how long to wait for it before that.
        waiting: told the process's id once, when there is something to wait for.

    Raises:
        LabError: the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")  # Python opens files close-on-exec
    except OSError as error:
        raise LabError(f"{path}: {error.strerror}") from error
    with file:
        if not _taken(file.fileno()):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            waiting(holder)
            try:
                wait_until(lambda: _taken(file.fileno()), Deadline(seconds), str(path), tick=0.1)
            except LabError:
                raise refusal(holder) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
