"""What every command prints with: JSON for scripts, notes on stderr for people."""

import json
import sys
from typing import Any


def print_json(data: Any) -> None:
    """Print data as indented JSON on standard output."""
    print(json.dumps(data, indent=2))


def note(text: str) -> None:
    """Say on standard error what is being done."""
    print(text, file=sys.stderr, flush=True)
