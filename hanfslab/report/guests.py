"""Progress of a lab's guests: a live table in a terminal, a line at each change in a pipe."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table


class Progress:
    """What each guest waits for.

    Args:
        names: the guests, in the order in which they are shown.
    """

    def __init__(self, names: list[str]) -> None:
        self._says = dict.fromkeys(names, "")
        self._started = time.monotonic()
        self._live = self._in_terminal() if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live:
            self._live.stop()

    def tell(self, name: str, text: str) -> None:
        """Say what a guest waits for now."""
        if self._says.get(name) == text:
            return
        self._says[name] = text
        if not self._live:
            print(f"{self._seconds():5.0f} s  {name:6} {text}", file=sys.stderr, flush=True)

    def _in_terminal(self) -> "Live":
        from rich.console import Console  # a script that waits for a warm start need not wait for this too
        from rich.live import Live

        return Live(console=Console(stderr=True), transient=True, get_renderable=self._table)

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _table(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, show_header=False)
        for name, text in self._says.items():
            table.add_row(name, Text(text))
        table.add_row("", f"{self._seconds():.0f} s", style="dim")
        return table
