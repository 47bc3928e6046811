"""What was measured: kept as JSON, one result a figure, the newest of each."""

import json
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from benchmarks.figure import Figure, Series
from benchmarks.machine import Machine


class Result(BaseModel):
    """A figure that was measured, or why it could not be.

    Args:
        load: how many processes wanted a processor just before.
    """

    figure: str
    series: list[Series] = []
    error: str = ""
    machine: Machine
    hanfslab: str
    date: str
    load: float

    def keeps(self, figure: Figure) -> bool:
        """Whether it was measured and each part of it is within the figure's limit."""
        return bool(self.series) and not self.error and all(figure.limit.keeps(one) for one in self.series)


_KEPT = TypeAdapter(list[Result])


def read(file: Path) -> list[Result]:
    """The results of before; none when there is no such file."""
    return _KEPT.validate_json(file.read_bytes()) if file.exists() else []


def merged(before: list[Result], now: list[Result], order: list[str]) -> list[Result]:
    """The newest result of each figure; one that could not be measured replaces none.

    Args:
        order: the names of all figures; a result of one that is no more goes.
    """
    known = {result.figure: result for result in [*before, *(one for one in now if not one.error)]}
    return [known[name] for name in order if name in known]


def write(file: Path, results: list[Result]) -> None:
    """Keep results."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps([result.model_dump() for result in results], indent=1) + "\n")
    new.replace(file)
