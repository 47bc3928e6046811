"""`hanfslab reset`."""

from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json


def command(
    json: Annotated[bool, typer.Option("--json", help="Print the lab's status as JSON.")] = False,
) -> None:
    """Give the lab the state that its first `up` left.

    Whatever was done to it since is gone. Takes seconds where the snapshot "clean" can be used; otherwise the lab comes
    up cold, with clean disks.

    \b
    Example:
      hanfslab reset
    """
    import time

    from hanfslab.lab.lab import open_lab
    from hanfslab.lab.up import reset
    from hanfslab.report.guests import Progress
    from hanfslab.report.status import told

    lab, started = open_lab(), time.monotonic()
    with Progress([node.name for node in lab.topology.nodes]) as progress:
        status = reset(lab, progress.tell)
    if json:
        print_json(status.model_dump())
    note(told("clean", status, time.monotonic() - started))
