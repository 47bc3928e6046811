"""What the guests' `repeat` program records: a program run again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ended:
    """A run that ended.

    Attributes:
        status: its exit code.
        signal: what killed it, or 0.
        stopped: whether it was killed because the campaign ended.
        out: its output; of a long one the middle is missing.
        err: its error output.
    """

    status: int
    signal: int
    stopped: bool
    out: str
    err: str


def ended(record: Mapping[str, Any]) -> Ended | None:
    """How a run ended; None when the record says that one began."""
    if record["type"] != "ended":
        return None
    return Ended(
        int(record["status"]), int(record["signal"]), bool(record["stopped"]), str(record["out"]), str(record["err"])
    )


def last_lines(text: str, count: int = 3) -> str:
    """The last lines with anything in them."""
    return "\n".join([line.rstrip() for line in text.splitlines() if line.strip()][-count:])
