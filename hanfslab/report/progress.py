"""A campaign while it runs: a live view in a terminal, plain lines elsewhere."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from hanfslab.campaign.watch import State, Watcher
from hanfslab.report.words import clock, seconds

EVERY = 60.0  # seconds between two lines about how it stands, where there is no live view
LATE = 3.0  # seconds without an answer that are worth a line


class Lines:
    """Plain lines, for a pipe or a log."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next = EVERY

    def say(self, time: float, text: str) -> None:
        """Print what happened."""
        self._console.print(Text(f"{clock(time):>8}  {text}"), soft_wrap=True)

    def show(self, state: State) -> None:
        """Print how it stands, now and then."""
        if state.time >= self._next:
            self._next = state.time + EVERY
            self.say(state.time, "; ".join((_standing(state), *_work(state))))


class Screen:
    """A live view that stays below the lines about what happened."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._lines = Lines(live.console)

    def say(self, time: float, text: str) -> None:
        """Print what happened above the view."""
        self._lines.say(time, text)

    def show(self, state: State) -> None:
        """Bring the view up to date."""
        self._live.update(view(state))


def view(state: State) -> Group:
    """The live view."""
    table = Table.grid(padding=(0, 2))
    total = max(state.total, state.time)
    table.add_row(
        f"{clock(state.time)} of {clock(total)}", ProgressBar(total=total or 1.0, completed=state.time, width=40)
    )
    table.add_row("owner", Text(state.owner or "nobody"))
    table.add_row("now", Text(state.doing))
    table.add_row("failovers", Text(_due(state)))
    for line in _work(state):
        name, _, rest = line.partition(": ")
        table.add_row(name, Text(rest))
    return Group(Text(""), table)


def _standing(state: State) -> str:
    return f"{_due(state)}; owner {state.owner or 'nobody'}; {state.doing}"


def _due(state: State) -> str:
    due = "" if state.next_fault is None else f", next in {seconds(max(0.0, state.next_fault - state.time))}"
    return f"{state.done} of {state.planned} done{due}"


def _work(state: State) -> list[str]:
    counts = state.counts
    return [f"{name}: {_ended(counts[name])}" for name in sorted(counts) if name != "pulse"] + [
        f"pulse: {_pulses(state)}"
    ]


def _ended(count: Counter[str]) -> str:
    parts = [(count["ok"], "ok"), (count["fail"], "failed"), (count["info"], "interrupted")]
    running = count["invoke"] - count["ok"] - count["fail"] - count["info"]
    return ", ".join(f"{number} {word}" for number, word in [*parts, (running, "running")] if number) or "starting"


def _pulses(state: State) -> str:
    """Which pulses were not answered of late, as far as was collected."""
    latest = max(state.answered.values(), default=0.0)
    late = [
        f"{who} silent for {seconds(latest - time)}"
        for who, time in sorted(state.answered.items())
        if latest - time > LATE
    ]
    if not state.answered:
        return "not collected yet"
    return ", ".join(late) or f"all {len(state.answered)} answered, last at {clock(latest)}"


@contextmanager
def progress(console: Console) -> Iterator[Watcher]:
    """The view that suits a console."""
    if not console.is_terminal:
        yield Lines(console)
        return
    with Live(console=console, refresh_per_second=2, transient=True) as live:
        yield Screen(live)
