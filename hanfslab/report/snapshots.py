"""A lab's snapshots as a table."""

from datetime import datetime

from rich.table import Table
from rich.text import Text

from hanfslab.lab.snapshots import Snapshot


def snapshot_table(rows: list[tuple[Snapshot, str]]) -> Table:
    """Snapshots, each with why it cannot be used, or nothing."""
    table = Table(box=None, pad_edge=False)
    for title in ("name", "saved", "size", ""):
        table.add_column(title)
    for saved, why in rows:
        when = datetime.fromtimestamp(saved.time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(Text(saved.name), when, f"{saved.size >> 20} MiB", Text(f"cannot be used: {why}" if why else ""))
    return table
