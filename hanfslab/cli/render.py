"""`hanfslab render`."""

from pathlib import Path
from typing import Annotated

import typer

from hanfslab.cli.output import note, print_json


def command(
    to: Annotated[Path | None, typer.Option("--to", help="Write the files below this folder instead.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print them as a JSON object, by path.")] = False,
) -> None:
    """Show every file that the lab would be made of: the Vagrantfile, libvirt's networks, each guest's own.

    Nothing is touched; keys are made by `hanfslab up` and left out here.

    Example: hanfslab render --to /tmp/look
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
