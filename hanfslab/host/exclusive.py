"""What only one process of a user may do on a host at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from hanfslab.errors import LabError
from hanfslab.host.paths import state_folder
from hanfslab.lock import hold
from hanfslab.timeouts import Timeout

TURN = Timeout("TURN", 1800, "another lab's `vagrant up` on a host without KVM takes minutes, several wait in a row")


def exclusive(
    name: str, seconds: float | None = None, waiting: Callable[[str], None] = lambda holder: None
) -> AbstractContextManager[None]:
    """Hold a lock of this host, such as `vagrant`, whose networks and boxes race with one another.

    Args:
        seconds: how long to wait for it; without, as long as other labs may take.
        waiting: told the holder's process id, when there is something to wait for.

    Raises:
        LabError: it was not free in time.
    """
    return hold(
        state_folder() / f"{name}.lock",
        lambda holder: LabError(f"process {holder} still uses {name} for another lab", "wait for it, or end it"),
        TURN.scaled() if seconds is None else seconds,
        waiting,
    )
