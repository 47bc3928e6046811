"""How long the command line takes to start."""

import sys

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Limit, Series
from benchmarks.labs import HANFSLAB
from benchmarks.limits import START


def measure(bench: Bench, repeat: int) -> list[Series]:
    """`hanfslab --help` and a Python that does nothing, in turn; once before, so that both are in memory."""
    series = Series(ours=[], peer=[])
    for number in range(repeat + 1):
        ours = bench.runs(HANFSLAB, "--help", limit=START).seconds
        peer = bench.runs(sys.executable, "-c", "pass", limit=START).seconds
        if number:
            series.ours.append(ours)
            series.peer.append(peer)
    return [series]


FIGURE = Figure("cli", "hanfslab's `--help`", "`python -c pass`", Limit("more", 0.25), 10, measure)
