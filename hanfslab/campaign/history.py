"""A run's history while it is written: one clock, appended and flushed as it becomes known."""

import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from hanfslab.campaign.clock import Clock, HostClock
from hanfslab.campaign.event import Event
from hanfslab.errors import LabError


class Recorder(Protocol):
    """Where events go."""

    def add(
        self, process: str, kind: str, f: str, value: dict[str, Any] | None = None, error: dict[str, Any] | None = None
    ) -> Event:
        """Record what happens now."""


class Nowhere:
    """For a fault by hand, which has no run: nothing is kept."""

    def add(
        self, process: str, kind: str, f: str, value: dict[str, Any] | None = None, error: dict[str, Any] | None = None
    ) -> Event:
        """Record nothing."""
        return Event(0.0, process, kind, f, value or {}, error or {})


class History:
    """The writer of `history.jsonl`.

    A running history is in the order of arrival: what guests recorded is collected some seconds after it
    happened. When it is closed, the file is put in the order of `time`. A history whose writer was killed
    stays in the order of arrival; the reader sorts, so both say the same.

    Args:
        path: the file; it must not be there yet.
        clock: the host's, or a test's. The run begins now.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self._clock = clock or HostClock()
        self._start = self._clock.monotonic()
        self._listeners: list[Callable[[Event], None]] = []
        try:
            self._file = path.open("x", encoding="ascii")
        except OSError as error:
            raise LabError(f"{path}: {error.strerror}") from error

    @property
    def now(self) -> float:
        """Seconds since the run began."""
        return self._clock.monotonic() - self._start

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Have every further event told to somebody."""
        self._listeners.append(listener)

    def add(
        self, process: str, kind: str, f: str, value: dict[str, Any] | None = None, error: dict[str, Any] | None = None
    ) -> Event:
        """Record what happens now."""
        event = Event(self.now, process, kind, f, value or {}, error or {})
        self.append(event)
        return event

    def append(self, *events: Event) -> None:
        """Record what happened at the events' own times; a crash of this process after this loses none of them."""
        if not events:
            return
        try:
            self._file.write("".join(event.line() for event in events))
            self._file.flush()
        except OSError as error:
            raise LabError(f"{self.path}: {error.strerror}", "the run ends here; make room on the disk") from error
        for event in events:
            for listener in self._listeners:
                listener(event)

    def close(self) -> None:
        """Put the file in the order of time, whole or not at all."""
        if self._file.closed:
            return
        try:
            self._file.close()
            sort(self.path)
        except OSError as error:
            raise LabError(f"{self.path}: {error.strerror}") from error


def sort(path: Path) -> None:
    """Put a history in the order of its times; events of one time stay in the order of arrival."""
    places: list[tuple[float, int, int]] = []
    begin = 0
    with path.open("rb") as old:
        for line in old:
            places.append((json.loads(line)["time"], begin, len(line)))
            begin += len(line)
        if all(one[0] <= two[0] for one, two in pairwise(places)):
            return
        places.sort()
        sorted_file = path.with_suffix(".sorting")
        with sorted_file.open("wb") as new:
            for _, offset, length in places:
                old.seek(offset)
                new.write(old.read(length))
            new.flush()
            os.fsync(new.fileno())
    sorted_file.replace(path)
