"""`hanfslab campaign`."""

from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json

LONGEST_SEED = 2**32


def command(
    cycles: Annotated[int | None, typer.Option(help="How many failovers.  [default: 5]")] = None,
    hours: Annotated[float | None, typer.Option(help="How long, instead of how many.")] = None,
    every: Annotated[str, typer.Option(help="Time from one fault to the next: 90s, 2m, 1h.")] = "2m",
    fault: Annotated[
        list[str] | None, typer.Option(help="reboot or power; repeatable: each in turn.  [default: reboot]")
    ] = None,
    workload: Annotated[
        list[str] | None, typer.Option(help="bonnie, mlock or pulse; repeatable.  [default: all]")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same plan.  [default: by chance]")] = None,
    as_is: Annotated[bool, typer.Option("--as-is", help="Do not reset the lab first.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what is in results.json.")] = False,
) -> None:
    """Make failover after failover while the clients work.

    The lab is reset first. Then what the clients saw is judged. The server that owns the service is struck, so the
    service goes back and forth. What is seen goes into a new folder in runs/. The pulse always runs: it tells how long
    the service was away. A fault waits until the cluster is whole again. Ctrl-C ends after the failover that is going
    on and reports; twice stops at once.

    Exit code 0: every check holds; 1: one failed; 3: no verdict; 4: the lab broke.

    \b
    Example:
      hanfslab campaign --cycles 2 --every 90s
      hanfslab campaign --hours 6 --fault reboot --fault power
    """
    import secrets
    from pathlib import Path

    from hanfslab.campaign.plan import Asked
    from hanfslab.report.campaign import campaign

    asked = Asked(
        cycles=cycles,
        hours=hours,
        every=every,
        faults=tuple(fault or ("reboot",)),
        workloads=tuple(workload or ("bonnie", "mlock")),
        as_is=as_is,
        seed=secrets.randbelow(LONGEST_SEED) if seed is None else seed,
    )
    results = campaign(Path.cwd(), asked, note, quiet=json)
    if json:
        print_json(results.data())
    raise typer.Exit(results.exit_code)
