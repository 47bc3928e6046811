"""`hanfslab failover`."""

from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json


def command(
    fault: Annotated[str, typer.Option("--fault", "-f", help="reboot (graceful) or power (reset).")] = "reboot",
    json: Annotated[bool, typer.Option("--json", help="Print what happened as JSON.")] = False,
) -> None:
    """Strike the node that owns the service, and wait until its peer has taken over and it is back.

    Example: hanfslab failover --fault power
    """
    from hanfslab.campaign.failover import failover
    from hanfslab.lab.lab import open_lab

    done = failover(open_lab(), fault, note)
    if json:
        print_json(done)
