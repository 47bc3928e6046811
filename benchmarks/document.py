"""Results as text: a line each for a terminal, and the page `docs/benchmarks.md`."""

from itertools import groupby

from benchmarks.figure import Figure, Limit, Series, Spread
from benchmarks.machine import Machine
from benchmarks.results import Result

SMALL = 0.2  # a ratio below it is easier to read as one part of so many
HEAD = """# Benchmarks

Written by `./run bench`, which measures each figure beside its limit or its peer in the same run, the two in turn.
Numbers are medians, with the least and the most in brackets. A ratio is made of two measurements that followed each
other. "Of the limit": the result in parts of what it may be at most. [The data](benchmarks.json) has every single
measurement.
"""


def amount(spread: Spread, unit: str) -> str:
    """A measured amount with its spread."""
    ends = "" if spread.least == spread.most else f" ({_number(spread.least)}..{_number(spread.most)})"
    return f"{_number(spread.median)} {unit}{ends}"


def compared(limit: Limit, series: Series) -> str:
    """What is limited, with its spread."""
    spread = limit.spread(series)
    if limit.kind != "times":
        return amount(spread, limit.unit) + (" more" if limit.kind == "more" else "")
    ends = "" if spread.least == spread.most else f" ({ratio(spread.least)}..{ratio(spread.most)})"
    return f"{ratio(spread.median)} x{ends}"


def at_most(limit: Limit) -> str:
    """The limit."""
    if limit.kind == "times":
        return f"{f'1/{1 / limit.at_most:.0f}' if limit.at_most < SMALL else f'{limit.at_most:g}'} x"
    return f"{limit.at_most:g} {limit.unit}" + (" more" if limit.kind == "more" else "")


def ratio(value: float) -> str:
    """A ratio, a small one as one part of so many."""
    return f"1/{1 / value:.1f}" if 0 < value < SMALL else f"{value:.2f}"


def share(limit: Limit, series: Series) -> str:
    """What is limited, in parts of the limit, with its spread."""
    spread = limit.spread(series).over(limit.at_most)
    ends = "" if spread.least == spread.most else f" ({spread.least:.2f}..{spread.most:.2f})"
    return f"{spread.median:.2f}{ends}"


def lines(figure: Figure, result: Result) -> list[str]:
    """A result in a line for each part of it."""
    if result.error:
        return [f"{figure.name}: not measured: {result.error}"]
    return [_line(figure, series) for series in result.series]


def page(figures: list[Figure], results: list[Result]) -> str:
    """The page with all results, grouped by the machine that they are from."""
    named = {figure.name: figure for figure in figures}
    missing = [figure.name for figure in figures if figure.name not in {result.figure for result in results}]
    text = [HEAD, _legend(figures)]
    for machine, group in groupby(sorted(results, key=lambda one: repr(one.machine)), key=lambda one: one.machine):
        text += [_machine(machine), _table([(named[result.figure], result) for result in group])]
    if missing:
        text.append(f"Not measured yet: {', '.join(missing)}.\n")
    return "\n".join(text)


def _line(figure: Figure, series: Series) -> str:
    title = f"{figure.name} {series.part}".strip()
    peer = f", {figure.against} {amount(Spread.of(series.peer), figure.limit.unit)}" if series.peer else ""
    measured = f"{figure.what} {amount(Spread.of(series.ours), figure.limit.unit)}{peer}"
    verdict = "within" if figure.limit.keeps(series) else "BEYOND"
    return (f"{title}: {compared(figure.limit, series)}, at most {at_most(figure.limit)}: {verdict},"
            f" {share(figure.limit, series)} of the limit; {measured}; {len(series.ours)} times")  # fmt: skip


def _legend(figures: list[Figure]) -> str:
    rows = [f"| {one.name} | {one.what} | {one.against} | {at_most(one.limit)} |" for one in figures]
    return "\n".join(["| figure | measured | against | at most |", "| --- | --- | --- | --- |", *rows, ""])


def _machine(machine: Machine) -> str:
    return (f"## {machine.cpu}, {machine.cores} cores, {machine.memory}\n\nLinux {machine.kernel}, QEMU {machine.qemu},"
            f" libvirt {machine.libvirt}, accelerator {machine.accelerator}.\n")  # fmt: skip


def _table(pairs: list[tuple[Figure, Result]]) -> str:
    titles = "figure|measured|peer|result|at most|of the limit||times|load before|hanfslab|date"
    head = titles.split("|")
    rows = [_row(figure, result, series) for figure, result in pairs for series in result.series]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]) + "\n"


def _row(figure: Figure, result: Result, series: Series) -> list[str]:
    limit = figure.limit
    return [
        f"{figure.name} {series.part}".strip(),
        amount(Spread.of(series.ours), limit.unit),
        amount(Spread.of(series.peer), limit.unit) if series.peer else "",
        compared(limit, series),
        at_most(limit),
        share(limit, series),
        "within" if limit.keeps(series) else "**beyond**",
        str(len(series.ours)),
        f"{result.load:.1f}",
        result.hanfslab,
        result.date,
    ]


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
