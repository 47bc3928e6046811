"""What this host can do and what it lacks: `hanfslab doctor`."""

from typing import Annotated

import typer

from hanfslab.cli import output


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    probe_again: Annotated[
        bool, typer.Option("--probe-again", help="Try KVM once more instead of believing the last probe.")
    ] = False,
    facts: Annotated[
        bool, typer.Option("--facts", help="Print the facts themselves as JSON, for a bug report.")
    ] = False,
) -> None:
    """Say what this host can do and what is missing.

    One line a check: ok, warn (a lab runs all the same) or missing, and after an arrow what to do about it.
    Exit code 0 if a lab can run here (warnings or not), 4 if not.

    \b
    Example:
      hanfslab doctor
    """
    from dataclasses import asdict

    from hanfslab.host.diagnose import can_run_a_lab, diagnose
    from hanfslab.host.gather import gather

    seen = gather(probe_again)
    checks = diagnose(seen)
    if facts:
        output.print_json(seen.model_dump())
    elif as_json:
        output.print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            remedy = f" -> {check.remedy}" if check.remedy else ""
            typer.echo(f"{check.state:8} {check.name:12} {check.found}{remedy}")
    raise typer.Exit(0 if can_run_a_lab(checks) else 4)
