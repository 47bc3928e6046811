"""The command line: one command a file, errors as one line and an exit code."""

import importlib
import os
import sys
from typing import Annotated

import typer

import hanfslab
from hanfslab.errors import HanfslabError

# In the order in which a person meets them.
COMMANDS = ("doctor", "init", "validate", "render", "up", "status", "ssh", "logs", "failover", "campaign", "check",
            "down", "destroy", "demo")  # fmt: skip
GROUPS = ("box", "host")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"hanfslab {hanfslab.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A virtual lab that measures what NFS failover does to clients' I/O and to their locks."""


for _name in COMMANDS:
    app.command(_name)(importlib.import_module(f"hanfslab.cli.{_name}").command)
for _name in GROUPS:
    app.add_typer(importlib.import_module(f"hanfslab.cli.{_name}").app, name=_name)


def main() -> None:
    """Run a command; a mistake of the user's or a broken lab ends in one line and its exit code."""
    try:
        app()
    except HanfslabError as error:
        print(f"hanfslab: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        if os.environ.get("HANFSLAB_TRACEBACK"):
            raise
        sys.exit(error.exit_code)
