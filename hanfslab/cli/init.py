"""`hanfslab init`."""

from pathlib import Path
from typing import Annotated

import typer

from hanfslab.cli.output import note


def command(
    folder: Annotated[Path, typer.Argument(help="The lab's folder; made if it is not there.")] = Path(),
) -> None:
    """Write a commented lab.toml, with every key at its default.

    \b
    Example:
      hanfslab init page-2004
    """
    import shlex

    from hanfslab.topology.example import write_example

    there = "" if folder == Path() else f"cd {shlex.quote(str(folder))}; "
    note(f"wrote {write_example(folder)}; next: {there}hanfslab up")
