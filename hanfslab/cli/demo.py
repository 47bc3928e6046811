"""`hanfslab demo`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(help="The lab's folder; made if it is not there.")] = Path("demo"),
    cycles: Annotated[int, typer.Option("--cycles", min=1, help="How many failovers.")] = 2,
    every: Annotated[str, typer.Option("--every", help="Time from one fault to the next: 90s, 2m, 1h.")] = "2m",
) -> None:
    """Show the whole experiment, small.

    Checks the host, builds the box, brings a lab up, runs a short campaign, prints its summary, shuts the lab down.
    The exit code is the campaign's.

    \b
    Example:
      hanfslab demo --cycles 3
    """
    from hanfslab.campaign.plan import Asked, plan
    from hanfslab.demo import demo
    from hanfslab.topology.load import FILE, load
    from hanfslab.topology.model import LabFile

    file = folder / FILE
    spec = load(file).spec if file.exists() else LabFile()
    plan(Asked(cycles=cycles, every=every), spec.cluster)  # what cannot be is said before a box is built
    raise typer.Exit(demo(folder, cycles, every))
