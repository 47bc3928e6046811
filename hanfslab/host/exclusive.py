"""One process of this user at a time; a lock that a dead process does not keep."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from hanfslab.host.paths import state_folder
from hanfslab.timeouts import Timeout, wait_until

TURN = Timeout("TURN", 1800, "another lab's `vagrant up` on a host without KVM takes minutes, several wait in a row")


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Hold a lock of this host, such as `vagrant`, whose networks and boxes race with one another.

    Raises:
        LabError: it was not free in time.
    """
    folder = state_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("a") as file:

        def taken() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        wait_until(taken, TURN.deadline(), f"the lock '{name}', which another hanfslab command holds")
        yield
