"""`hanfslab ssh`."""

from typing import Annotated

import typer


def command(
    node: Annotated[str, typer.Argument(help="A node's name, such as nfs1 or c1.")],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[-- COMMAND...]", help="None is a shell.")
    ] = None,
) -> None:
    """Open a shell in a guest, or run a command there; its exit code is the command's, 255 without a connection.

    Example: hanfslab ssh c1 -- df -t nfs4
    """
    import os
    import sys

    from hanfslab.lab.lab import open_lab

    lab = open_lab()
    lab.running_domain(node)
    line = lab.ssh.command(lab.topology.node(node), tty=sys.stdin.isatty() and sys.stdout.isatty())
    if words:
        line += ["--", *words]  # as ssh(1) has it: the guest's shell reads them
    os.execvp(line[0], line)  # noqa: S606  the terminal, Ctrl-C and the exit code are ssh's own
