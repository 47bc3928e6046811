"""`hanfslab up`."""

from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json


def command(
    keep_failed: Annotated[
        bool, typer.Option("--no-destroy-on-error", help="Leave guests that failed, for a look at them.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the lab's status as JSON.")] = False,
) -> None:
    """Bring the lab up: guests, cluster, clients' mounts.

    A lab that is up stays as it is. If a guest does not come up, those that this command made are gone again.

    \b
    Example:
      hanfslab up
    """
    import time

    from hanfslab.cli.progress import Progress
    from hanfslab.lab.lab import open_lab
    from hanfslab.lab.up import up

    lab, started = open_lab(), time.monotonic()
    with Progress([node.name for node in lab.topology.nodes]) as progress:
        status = up(lab, progress.tell, keep_failed)
    if json:
        print_json(status.model_dump())
    note(f"up after {time.monotonic() - started:.0f} s: {status.owner} owns {status.service}, mounted on "
         + ", ".join(node.name for node in lab.topology.clients))  # fmt: skip
