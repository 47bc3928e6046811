"""The command line: one command a file, errors as one line and an exit code."""

import contextlib
import importlib
import io
import os
import signal
import subprocess
import sys
import traceback
from types import FrameType
from typing import Annotated

import typer

import hanfslab
from hanfslab import terminal
from hanfslab.errors import HanfslabError

# In the order in which a person meets them.
COMMANDS = ("doctor", "init", "validate", "render", "up", "status", "ssh", "logs", "reset", "failover", "campaign",
            "check", "down", "destroy", "demo")  # fmt: skip
GROUPS = ("snapshot", "box", "host")
INTERRUPTED = 130  # what typer makes of a KeyboardInterrupt
BUG = "this is a bug of hanfslab " + hanfslab.__version__ + "; please report it with what stands above"

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
    """Run a command; whatever goes wrong ends with its exit code, and a mistake of the user's in one line."""
    _take_signals()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # guests may say what no text can hold
    try:
        app()
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # typer's 1, which here says that a check failed
            sys.exit(128 + signal.SIGPIPE)
        if ended.code == INTERRUPTED:
            _say("hanfslab: interrupted")
        raise
    except Exception as error:
        sys.exit(_failed(error))


def _failed(error: Exception) -> int:
    """Say what went wrong; returns the exit code, which is never a finding's."""
    known = isinstance(error, HanfslabError | OSError | subprocess.SubprocessError)
    if not known or os.environ.get("HANFSLAB_TRACEBACK"):
        _say("".join(traceback.format_exception(error)).rstrip())
    if isinstance(error, HanfslabError):
        _say(f"hanfslab: {error.message}" + (f"\n  {error.hint}" if error.hint else ""))
        return error.exit_code
    _say(f"hanfslab: {_reason(error)}" if known else f"hanfslab: {BUG}")
    return HanfslabError.exit_code


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return ": ".join([str(name) for name in (error.filename, error.filename2) if name] + [error.strerror])
    return str(error) or type(error).__name__


def _say(text: str) -> None:
    with contextlib.suppress(OSError):  # nobody may be there to read it; the exit code stays
        print(text, file=sys.stderr, flush=True)


def _take_signals() -> None:
    """A termination and a closed terminal clean up as Ctrl-C does; under nohup a closed terminal changes nothing."""
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    terminal.leave_if_gone()
    if number == signal.SIGHUP:  # both the kernel and the shell send one: the second must not break off the cleaning up
        signal.signal(number, lambda *_: None)
    raise KeyboardInterrupt
