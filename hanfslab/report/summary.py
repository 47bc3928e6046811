"""A run's results for a terminal, or for a pipe."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hanfslab.checkers.results import Failover, Results
from hanfslab.report.words import clock, seconds

STYLES = {"pass": "green", "fail": "bold red", "broken": "bold magenta", "unknown": "yellow"}
MEANINGS = {
    "pass": "every check holds",
    "fail": "a check failed",
    "broken": "the lab itself broke",
    "unknown": "no verdict",
}


def summarize(results: Results, place: Path, console: Console) -> None:
    """Print what a run came to.

    Args:
        results: of the run.
        place: the run's folder.
        console: where to; a pipe gets the same words without colours.
    """
    if results.failovers:
        console.print(_failovers(results))
    if results.workloads:
        console.print(_workloads(results))
    console.print(_checks(results))
    if results.run.get("accelerator") == "tcg":
        _say(console, "Under TCG, without KVM: times are not those of real machines.")
    verdict = results.verdict
    _say(console, f"verdict: {verdict} ({MEANINGS[verdict]})", STYLES[verdict])
    _say(console, f"all that was seen: {place}")


def _say(console: Console, text: str, style: str = "") -> None:
    # texts of logs and paths may hold anything: no markup, and a path stays on one line
    console.print(Text(text, style), soft_wrap=True)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _failovers(results: Results) -> Table:
    keys = list(dict.fromkeys((seen.client, seen.version) for one in results.failovers for seen in one.clients))
    away = [f"{client} v{version}" for client, version in keys]
    table = _table(
        "Failovers: seconds without service on each client and NFS version",
        "n",
        "at",
        "fault",
        "from",
        "to",
        *away,
        "longest",
        "whole again",
    )
    for failover in results.failovers:
        table.add_row(*(Text(cell) for cell in _row(failover, keys)))
    return table


def _row(failover: Failover, keys: list[tuple[str, str]]) -> list[str]:
    gaps = {(seen.client, seen.version): seen.gap for seen in failover.clients}
    known = [gap for gap in gaps.values() if gap is not None]
    fault = failover.fault + ("" if failover.known else " (not proved)")
    return [
        str(failover.n),
        clock(failover.time),
        fault,
        failover.node,
        failover.to or "-",
        *(seconds(gaps.get(key)) for key in keys),
        seconds(max(known) if known else None),
        seconds(failover.whole),
    ]


def _workloads(results: Results) -> Table:
    table = _table("Workloads", "workload", "runs ok", "failed", "interrupted", "")
    for tally in results.workloads:
        more = "" if tally.passed_lines is None else f"{tally.passed_lines} lines PASSED"
        table.add_row(tally.name, str(tally.ok), str(tally.failed), str(tally.interrupted), more)
    return table


def _checks(results: Results) -> Table:
    table = _table("Checks", "check", "verdict", "")
    for check in results.checks:
        table.add_row(Text(check.name), Text(check.verdict, STYLES[check.verdict]), Text(check.summary))
    return table
