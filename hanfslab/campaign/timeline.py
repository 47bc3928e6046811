"""Guests' times on the run's one clock."""

from hanfslab.campaign.clock import Clock
from hanfslab.campaign.history import History
from hanfslab.lab.control import Control


class Timeline:
    """Maps what guests' clocks said to seconds since the run began, by the latest measurement.

    Args:
        history: whose clock it is; gets an event for each measurement.
        clock: the host's, or a test's.
    """

    def __init__(self, history: History, clock: Clock) -> None:
        self._history = history
        self._clock = clock
        self._shift: dict[str, float] = {}  # what to add to a guest's clock

    def measure(self, lab: Control, node: str) -> None:
        """Measure a guest's clock; raises Unreachable."""
        measured = lab.clock(node)
        # Both clocks are read now, so that a step of the host's wall clock later does no harm.
        self._shift[node] = self._history.now - (self._clock.wall() + measured.offset)
        value = {"node": node, "offset": round(measured.offset, 6), "error": round(measured.error, 6)}
        self._history.add("clock", "ok", "offset", value)

    def at(self, node: str, guest: float) -> float:
        """Seconds since the run began, of a guest's time; the guest must have been measured."""
        return guest + self._shift[node]
