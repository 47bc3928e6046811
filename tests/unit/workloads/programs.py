"""The guests' programs, run here."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from hanfslab.data import data

PROGRAMS = data("templates", "client", "usr", "local", "lib", "hanfslab")


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one to its end."""
    interpreter = ["sh"] if name == "read-records" else [sys.executable]
    command = [*interpreter, str(PROGRAMS / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start one."""
    return subprocess.Popen([sys.executable, str(PROGRAMS / name), *arguments])


def records(log: Path) -> list[dict[str, Any]]:
    """What one recorded."""
    return [json.loads(line) for line in log.read_text().splitlines()]
