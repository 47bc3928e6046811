"""Every figure, in the order in which they are measured: short ones first."""

from benchmarks.figure import Figure
from benchmarks.figures import box, cli, cold, cold_peer, memory, status, warm
from hanfslab.names import named

FIGURES = (cli.FIGURE, box.FIGURE, status.FIGURE, warm.FIGURE, cold_peer.FIGURE, cold.FIGURE, memory.FIGURE)


def chosen(names: list[str]) -> list[Figure]:
    """The figures of these names in the registry's order; all when none is named.

    Raises:
        UsageError: there is none of that name.
    """
    known = {figure.name: figure for figure in FIGURES}
    wanted = {named("figure", name, known).name for name in names}
    return [figure for figure in FIGURES if figure.name in wanted or not names]
