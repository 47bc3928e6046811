"""How long to wait: deadlines that can be passed around, and every limit with its reason.

Each limit is for a host with KVM; a host without multiplies it by its measured factor (`Host.scale`).
`HANFSLAB_TIMEOUT_<NAME>=SECONDS` overrides one, unscaled.
"""

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from hanfslab.errors import LabError, UsageError

LONGEST = 1e6  # seconds; a longer wait is a slip, and more than the system can wait for is an error


class Deadline:
    """A point in time that can be asked whether it has passed.

    Args:
        seconds: from now.
        clock: seconds that only grow.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds until it is due; zero when it is."""
        return max(0.0, self._end - self._clock())

    @property
    def is_due(self) -> bool:
        """Whether the time is up."""
        return self.left <= 0


@dataclass(frozen=True)
class Timeout:
    """A limit with a name, its seconds under KVM and the reason for that number."""

    name: str
    seconds: float
    reason: str

    def scaled(self, scale: float = 1.0) -> float:
        """Seconds to wait on a host that is `scale` times slower than KVM.

        Raises:
            UsageError: its variable holds no number of seconds.
        """
        variable = f"HANFSLAB_TIMEOUT_{self.name}"
        override = os.environ.get(variable)
        return _seconds(variable, override) if override else self.seconds * scale

    def deadline(self, scale: float = 1.0) -> Deadline:
        """The deadline, from now."""
        return Deadline(self.scaled(scale))


def _seconds(variable: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= LONGEST:
        raise UsageError(f"{variable}='{text}': should be a number of seconds", f"such as {variable}=120")
    return seconds


def wait_until(check: Callable[[], bool], deadline: Deadline, what: str, tick: float = 0.5) -> None:
    """Wait until a condition holds.

    Args:
        check: the condition; asked at least once, and never after the deadline.
        deadline: when to give up.
        what: the condition in words, for the error.
        tick: seconds between two looks.

    Raises:
        LabError: the condition did not hold in time.
    """
    while not check():
        if deadline.is_due:
            raise LabError(f"{what}: not within {deadline.seconds:.0f} s")
        time.sleep(min(tick, deadline.left))
