"""Seconds, and waiting for them: the host's clock, or a test's."""

import time
from typing import Protocol


class Clock(Protocol):
    """What a campaign knows of time."""

    def monotonic(self) -> float:
        """Seconds that only grow."""

    def wall(self) -> float:
        """Seconds since 1970, as the host's clock has them."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class HostClock:
    """The host's clock."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait; a signal does not end it early."""
        time.sleep(seconds)
