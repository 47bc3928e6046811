"""`hanfslab demo`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(help="The lab's folder; made if it is not there.")] = Path("demo"),
    cycles: Annotated[int, typer.Option("--cycles", min=1, help="How many failovers.")] = 2,
    every: Annotated[str, typer.Option("--every", help="A fault each such time.")] = "2m",
) -> None:
    """Show the whole experiment, small: check the host, build the box, up, a short campaign, its summary, down.

    The exit code is the campaign's.

    Example: hanfslab demo --cycles 3
    """
    from hanfslab.demo import demo

    raise typer.Exit(demo(folder, cycles, every))
