"""`hanfslab render`."""

from pathlib import Path
from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json


def command(
    to: Annotated[
        Path | None, typer.Option("--to", help="Write them below this folder, new or empty, instead.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print them as a JSON object: path to text.")] = False,
) -> None:
    """Show every file that the lab would be made of.

    The Vagrantfile, libvirt's networks, each guest's own. Nothing is touched; keys are made by `hanfslab up` and left
    out here.

    \b
    Example:
      hanfslab render --to look
    """
    from hanfslab.render.preview import preview, write
    from hanfslab.topology.load import find, load

    files = preview(load(find(Path.cwd())))
    if json:
        print_json(files)
    elif to:
        write(files, to)
        note(f"{len(files)} files below {to}")
    else:
        for path, text in files.items():
            print(f"=== {path}\n{text}")
