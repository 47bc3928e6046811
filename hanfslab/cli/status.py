"""`hanfslab status`."""

from typing import TYPE_CHECKING, Annotated

import typer

from hanfslab.cli.output import print_json

if TYPE_CHECKING:
    from hanfslab.lab.status import LabStatus

WATCH_SECONDS = 2.0  # as watch(1)


def command(
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Again every two seconds, until Ctrl-C.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say who owns the service and whether the lab is whole.

    Whole: one server has disk, address and NFS, the servers hear each other, every client has mounted the service.
    Exit code 0: the lab is whole; 4: it is not.

    \b
    Example:
      hanfslab status --watch
    """
    import time

    from hanfslab.lab.lab import open_lab

    lab = open_lab()
    while True:
        status = lab.glance()
        if json:
            print_json(status.model_dump())
        else:
            _show(status, clear=watch)
        if not watch:
            raise typer.Exit(0 if status.whole else 4)
        time.sleep(WATCH_SECONDS)


def _show(status: "LabStatus", clear: bool) -> None:
    from rich.console import Console

    from hanfslab.report.status import status_table

    console = Console()
    if clear:
        console.clear()
    console.print(status_table(status))
