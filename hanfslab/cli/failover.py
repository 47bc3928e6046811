"""`hanfslab failover`."""

from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json


def command(
    fault: Annotated[str, typer.Option("--fault", "-f", help="reboot (graceful) or power (reset).")] = "reboot",
    json: Annotated[bool, typer.Option("--json", help="Print what happened as JSON.")] = False,
) -> None:
    """Strike the server that owns the service, once.

    Ends when its peer has taken over and both are in the cluster again.

    \b
    Example:
      hanfslab failover --fault power
    """
    from hanfslab.campaign.failover import failover
    from hanfslab.faults import fault as known
    from hanfslab.lab.lab import open_lab

    known(fault)  # a wrong name is said before anything is asked of the host
    done = failover(open_lab(), fault, note)
    if json:
        print_json(done)
