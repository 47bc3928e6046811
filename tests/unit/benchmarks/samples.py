"""A figure of each kind, and results, for the tests."""

from benchmarks.figure import Figure, Limit, Series
from benchmarks.machine import Machine
from benchmarks.results import Result

MACHINE = Machine(
    cpu="A CPU", cores=2, memory="23.0 GiB", kernel="6.1.0", qemu="7.2.1", libvirt="9.0.0", accelerator="tcg"
)
TIMES = Figure("fast", "`ours`", "`theirs`", Limit("times", 2.0), 5, lambda _bench, _repeat: [])
PART = Figure("small", "memory", "", Limit("most", 4.0, "GiB"), 1, lambda _bench, _repeat: [])
MORE = Figure("start", "`a`", "`b`", Limit("more", 0.25), 10, lambda _bench, _repeat: [])
TINY = Figure("tiny", "`c`", "`d`", Limit("times", 1 / 20), 1, lambda _bench, _repeat: [])


def result(
    figure: str, *series: Series, error: str = "", machine: Machine = MACHINE, date: str = "2026-11-22"
) -> Result:
    return Result(figure=figure, series=list(series), error=error, machine=machine, hanfslab="0.1.0 abc1234", date=date,
                  load=0.5)  # fmt: skip
