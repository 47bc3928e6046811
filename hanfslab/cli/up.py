"""`hanfslab up`."""

from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json


def command(
    keep_failed: Annotated[
        bool, typer.Option("--no-destroy-on-error", help="Leave guests that failed, for a look at them.")
    ] = False,
    cold: Annotated[bool, typer.Option("--cold", help="Boot the guests with what is on their disks.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the lab's status as JSON.")] = False,
) -> None:
    """Bring the lab up: guests, cluster, clients' mounts.

    The first time guests are made and booted, which takes minutes, and the whole lab is saved as the snapshot "clean".
    After that a lab that is down gets that state again, in seconds; what was on its disks is gone then. --cold boots
    with what is there. A lab that is up stays as it is. If a guest does not come up the first time, all are gone again.

    \b
    Example:
      hanfslab up
    """
    import time

    from hanfslab.lab.lab import open_lab
    from hanfslab.lab.up import up
    from hanfslab.report.guests import Progress
    from hanfslab.report.status import told

    lab, started = open_lab(), time.monotonic()
    with Progress([node.name for node in lab.topology.nodes]) as progress:
        status = up(lab, progress.tell, keep_failed, cold)
    if json:
        print_json(status.model_dump())
    note(told("up", status, time.monotonic() - started))
