"""`hanfslab ssh`."""

from typing import Annotated

import typer


def command(
    node: Annotated[str, typer.Argument(metavar="NODE", help="A node's name, such as nfs1 or c1.")],
    words: Annotated[list[str] | None, typer.Argument(metavar="COMMAND", help="After --; none is a shell.")] = None,
) -> None:
    """Open a shell in a guest, or run a command there, as root.

    The exit code is the command's; 4: the guest does not answer; 255: the connection broke later.

    \b
    Example:
      hanfslab ssh c1
      hanfslab ssh nfs1 -- cat /proc/locks
    """
    import os
    import sys

    from hanfslab.lab.lab import open_lab
    from hanfslab.lab.limits import ANSWER

    lab = open_lab(node=node)
    lab.running_domain(node)
    # ssh itself would wait on a shell that hangs
    lab.ssh.run(lab.topology.node(node), "true", timeout=ANSWER.scaled(lab.scale))
    line = lab.ssh.command(lab.topology.node(node), tty=sys.stdin.isatty() and sys.stdout.isatty())
    if words:
        line += ["--", *words]  # as ssh(1) has it: the guest's shell reads them
    os.execvp(line[0], line)  # noqa: S606  the terminal, Ctrl-C and the exit code are ssh's own
