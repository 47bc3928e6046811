"""What a figure is: what is measured, what it is compared with, and what it may be at most."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

if TYPE_CHECKING:
    from benchmarks.bench import Bench

Kind = Literal["times", "more", "most"]


@dataclass(frozen=True)
class Spread:
    """The middle of repeated measurements, and their ends."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """The spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))

    def over(self, divisor: float) -> "Spread":
        """The same in parts of something."""
        return Spread(self.median / divisor, self.least / divisor, self.most / divisor)


class Series(BaseModel):
    """What was measured of one figure, or of one part of it: ours and the peer's, repeat by repeat."""

    part: str = ""
    ours: list[float]
    peer: list[float] = []


@dataclass(frozen=True)
class Limit:
    """What a figure may be at most.

    Args:
        kind: `times` as much as the peer, so much `more` than the peer, or at `most` so much with no peer.
        at_most: the limit.
        unit: of what is measured.
    """

    kind: Kind
    at_most: float
    unit: Literal["s", "GiB"] = "s"

    def values(self, series: Series) -> list[float]:
        """What is limited, repeat by repeat: ours and the peer's were measured one after the other."""
        if self.kind == "most":
            return series.ours
        pairs = list(zip(series.ours, series.peer, strict=True))
        return [ours / peer if self.kind == "times" else ours - peer for ours, peer in pairs]

    def spread(self, series: Series) -> Spread:
        """The spread of what is limited."""
        return Spread.of(self.values(series))

    def keeps(self, series: Series) -> bool:
        """Whether the median is within the limit."""
        return self.spread(series).median <= self.at_most


@dataclass(frozen=True)
class Figure:
    """A figure.

    Args:
        name: as it is chosen by.
        what: what is measured.
        against: what it is compared with; empty when it has only a limit.
        limit: what it may be at most.
        repeat: how often it is measured unless somebody says otherwise.
        measure: measures it so many times.
    """

    name: str
    what: str
    against: str
    limit: Limit
    repeat: int
    measure: Callable[["Bench", int], list[Series]]
