"""`hanfslab check`."""

from typing import Annotated

import typer

from hanfslab.cli.output import print_json


def command(
    run: Annotated[str, typer.Argument(help="A run's folder, a history.jsonl, or a name in runs/.")] = "latest",
    json: Annotated[bool, typer.Option("--json", help="Print what is in results.json.")] = False,
) -> None:
    """Judge a run again, from its history alone.

    Writes results.json beside the history. Needs no guests, and no lab.
    Exit code 0: every check holds; 1: one failed; 3: no verdict; 4: the lab broke.

    \b
    Example:
      hanfslab check latest
    """
    from pathlib import Path

    from rich.console import Console

    from hanfslab.report.check import check
    from hanfslab.report.summary import summarize

    results, folder = check(run, Path.cwd())
    if json:
        print_json(results.data())
    else:
        summarize(results, folder, Console())
    raise typer.Exit(results.exit_code)
