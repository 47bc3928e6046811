"""The command line as tests see it: every command with its words, and a process that runs one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from hanfslab.cli.main import app

SECONDS = 60  # for a command that starts no guest, on a busy machine


def every_command() -> dict[str, Any]:
    """Each command and group by its words, such as `box build`; the program itself is the empty text."""
    return dict(_below("", typer.main.get_command(app)))


def _below(words: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield words, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _below(f"{words} {name}".strip(), child)


def hanfslab(*words: str, place: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `hanfslab` as a person does, in a folder, where no libvirt and no home of this machine's is in reach."""
    surely = {
        "HOME": str(place),
        "PATH": "/usr/bin:/bin",
        "HANFSLAB_STATE": str(place / "state"),
        "HANFSLAB_CACHE": str(place / "cache"),
    }
    command = [sys.executable, "-m", "hanfslab", *words]
    return subprocess.run(command, cwd=place, env=surely | environment, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)  # fmt: skip
