"""`hanfslab validate`."""

from pathlib import Path
from typing import Annotated

import typer

from hanfslab.cli.output import print_json


def command(
    folder: Annotated[Path, typer.Argument(help="The lab's folder, or one below it.")] = Path(),
    json: Annotated[bool, typer.Option("--json", help="Print the lab with every default as JSON.")] = False,
) -> None:
    """Check lab.toml; nothing is touched.

    Names, values, addresses, and whether the lab fits this host's memory.

    \b
    Example:
      hanfslab validate page-2004
    """
    from hanfslab.errors import UsageError
    from hanfslab.lab.memory import check_memory, host_memory
    from hanfslab.topology.load import find, load

    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder", "make a lab with: hanfslab init")
    path = find(folder.resolve())
    lab = load(path)
    check_memory(lab, host_memory())
    if json:
        print_json(lab.spec.model_dump())
    else:
        print(f"{path}: {len(lab.servers)} servers and {len(lab.clients)} clients, {lab.floating} floats in "
              f"{lab.service_network}")  # fmt: skip
