"""`hanfslab logs`."""

from typing import Annotated

import typer

from hanfslab.cli.output import note


def command(
    node: Annotated[str, typer.Argument(metavar="NODE", help="A node's name, such as nfs1 or c1.")],
    source: Annotated[
        str,
        typer.Option(
            "--source", "-s", help="console, kernel, journal; of a server also cluster, notify.  [default: all]"
        ),
    ] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many from the end of each.")] = 20,
) -> None:
    """Print the last lines of a node's logs.

    The console can be read even when the guest hangs.

    \b
    Example:
      hanfslab logs nfs1 --source cluster -n 100
    """
    from pathlib import Path

    from hanfslab.errors import UsageError
    from hanfslab.lab import logs
    from hanfslab.lab.control import Unreachable
    from hanfslab.lab.lab import open_lab
    from hanfslab.topology.load import find, load

    found = load(find(Path.cwd())).node(node)
    known = logs.sources(found)
    if source and source not in known:
        raise UsageError(f"{node} has no log '{source}'", f"it has {', '.join(known)}")
    lab = open_lab()
    for name in [source] if source else known:
        try:
            text = logs.read(lab, found, name, lines)
        except Unreachable as error:
            note(f"{name}: {error.message}")
            if source:
                raise
            break
        print(text if source else f"--- {node} {name} ---\n{text}")
