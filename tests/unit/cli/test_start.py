"""The command line starts fast, because it imports what a command needs only when that command runs."""

import subprocess
import sys

import pytest

from tests.unit.cli.commands import SECONDS

HEAVY = {"rich", "libvirt", "jinja2", "vagrant", "platformdirs", "asyncio", "tomllib"}
LOADED = """
import sys
sys.argv = ["hanfslab", *sys.argv[1:]]
from hanfslab.cli.main import main
try:
    main()
except SystemExit:
    pass
print(*sys.modules, file=sys.stderr)
"""


def loaded(*words: str) -> set[str]:
    """The top-level packages that are imported once a command has run."""
    done = subprocess.run([sys.executable, "-c", LOADED, *words], capture_output=True, text=True, timeout=SECONDS,
                          check=True)  # fmt: skip
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_the_list_of_commands_imports_nothing_heavy() -> None:
    modules = loaded("--help")
    assert "typer" in modules
    assert not modules & (HEAVY | {"pydantic"})


# Typer by itself reads options with pydantic where that is installed; nothing else may come with it.
@pytest.mark.parametrize("words", ["campaign --help", "box build --help"])
def test_the_help_of_a_command_imports_nothing_heavy(words: str) -> None:
    assert not loaded(*words.split()) & HEAVY


def test_a_lab_is_reached_before_anything_is_imported_that_only_shows_or_makes_it() -> None:
    code = "import sys, hanfslab.lab.lab; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=True)
    modules = {name.partition(".")[0] for name in done.stdout.split()}
    assert "libvirt" in modules
    assert not modules & {"rich", "jinja2", "vagrant", "asyncio"}


def test_a_start_hardly_looks_for_garbage() -> None:
    code = (
        "import hanfslab.cli.main, hanfslab.topology.load, gc; print(*(one['collections'] for one in gc.get_stats()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=True)
    assert sum(map(int, done.stdout.split())) < 20  # 8 before anything of ours runs; 73 if nobody minds


def test_a_command_that_needs_it_is_seen_to_import_it(tmp_path: object) -> None:
    assert "pydantic" in loaded("validate", str(tmp_path))
