"""What only one process of a user may do on a host at a time."""

from contextlib import AbstractContextManager

from hanfslab.errors import LabError
from hanfslab.host.paths import state_folder
from hanfslab.lock import hold
from hanfslab.timeouts import Timeout

TURN = Timeout("TURN", 1800, "another lab's `vagrant up` on a host without KVM takes minutes, several wait in a row")


def exclusive(name: str) -> AbstractContextManager[None]:
    """Hold a lock of this host, such as `vagrant`, whose networks and boxes race with one another.

    Raises:
        LabError: it was not free in time.
    """
    return hold(
        state_folder() / f"{name}.lock",
        lambda holder: LabError(f"process {holder} still uses {name} for another lab", "wait for it, or end it"),
        TURN.scaled(),
    )
