"""Tab completion, as `hanfslab --install-completion` sets it up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.commands import SECONDS

PROGRAM = Path(sys.executable).with_name("hanfslab")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("hanfslab cam", {"campaign"}),
        ("hanfslab d", {"doctor", "down", "destroy", "demo"}),
        ("hanfslab host st", {"start", "stop", "status"}),
        ("hanfslab campaign --wo", {"--workload"}),
    ],
)
def test_bash_is_offered_what_fits(words: str, offered: set[str]) -> None:
    asked = {"_HANFSLAB_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [PROGRAM], env=os.environ | asked, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert set(done.stdout.split()) == offered
