"""How long a person waits for a running lab's status."""

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Limit, Series


def measure(bench: Bench, repeat: int) -> list[Series]:
    """`hanfslab status` of a lab of four guests that is whole, again and again."""
    lab = bench.lab()
    lab.prepare()
    lab.warm()
    return [Series(ours=[lab.types("status").seconds for _ in range(repeat)])]


FIGURE = Figure("status", "`hanfslab status` of a running lab of 2 + 2 guests", "", Limit("most", 1.0), 10, measure)
