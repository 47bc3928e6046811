"""Read a history: as far as it can be read, saying where it could not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hanfslab.campaign.event import Event, parse
from hanfslab.errors import UsageError


@dataclass(frozen=True)
class Reading:
    """What could be read of a history, in the order of time, and where it is damaged, if it is."""

    events: tuple[Event, ...]
    damage: str = ""


class DamagedError(Exception):
    """A line of a history is no event; says which and why."""


def stream(path: Path) -> Iterator[Event]:
    """The events of a history in the order of the file.

    Raises:
        DamagedError: after the last event before a torn or damaged line.
        UsageError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _event(line, number)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _event(line: bytes, number: int) -> Event:
    try:
        return parse(line.decode())
    except (ValueError, RecursionError) as error:
        what = "damaged" if line.endswith(b"\n") else "torn"
        raise DamagedError(f"line {number} is {what}: read up to there") from error


def read(path: Path) -> Reading:
    """All of a history that can be read, in the order of time.

    Raises:
        UsageError: the file cannot be read.
    """
    events: list[Event] = []
    damage = ""
    try:
        for event in stream(path):
            events.append(event)
    except DamagedError as error:
        damage = str(error)
    events.sort(key=lambda event: event.time)
    return Reading(tuple(events), damage)
