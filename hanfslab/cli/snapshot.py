"""`hanfslab snapshot`."""

from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json

app = typer.Typer(no_args_is_help=True, help="Save and restore the whole lab: memory and disks of one moment.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Letters, digits, dots, dashes and underscores.")]


@app.command("save")
def save_command(name: Name) -> None:
    """Save the lab as it is now; the guests pause for some seconds.

    A snapshot of that name is replaced.

    \b
    Example:
      hanfslab snapshot save before-the-split-brain
    """
    from hanfslab.lab.lab import open_lab
    from hanfslab.lab.save import save
    from hanfslab.lab.snapshots import check_name

    check_name(name)
    lab = open_lab()
    with lab.place.changing():
        saved = save(lab, name)
    note(f"saved {name}, {saved.size >> 20} MiB; back to it: hanfslab snapshot restore {name}")


@app.command("list")
def list_command(
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List the lab's snapshots, and why one cannot be used if so.

    \b
    Example:
      hanfslab snapshot list
    """
    from rich.console import Console

    from hanfslab.lab.lab import open_lab
    from hanfslab.lab.snapshots import misfit, snapshots
    from hanfslab.report.snapshots import snapshot_table

    lab = open_lab()
    rows = [(saved, misfit(lab, saved)) for saved in snapshots(lab).values()]
    if json:
        print_json([saved.model_dump() | {"usable": not why, "why": why} for saved, why in rows])
    else:
        Console().print(snapshot_table(rows))


@app.command("restore")
def restore_command(name: Name) -> None:
    """Give the lab the state of a snapshot, whatever its guests do now.

    \b
    Example:
      hanfslab snapshot restore before-the-split-brain
    """
    import time

    from hanfslab.lab.lab import open_lab
    from hanfslab.lab.restore import restore
    from hanfslab.lab.snapshots import snapshot
    from hanfslab.report.status import told

    lab, started = open_lab(), time.monotonic()
    with lab.place.changing():
        status = restore(lab, snapshot(lab, name))
    note(told(f"restored {name}", status, time.monotonic() - started))


@app.command("delete")
def delete_command(name: Name) -> None:
    """Delete a snapshot; the lab itself stays as it is.

    \b
    Example:
      hanfslab snapshot delete before-the-split-brain
    """
    from hanfslab.lab.lab import open_lab
    from hanfslab.lab.snapshots import remove, snapshot

    lab = open_lab()
    with lab.place.changing():
        snapshot(lab, name)
        remove(lab, name)
    note(f"deleted {name}")
