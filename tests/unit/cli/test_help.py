"""Every command tells how it is used, and what it tells is true."""

import re
import shlex

import pytest
from typer.testing import CliRunner

from hanfslab.cli.main import app
from tests.unit.cli.commands import every_command

COMMANDS = every_command()
LEAVES = {words: command for words, command in COMMANDS.items() if not hasattr(command, "commands")}
LIST_WIDTH = 66  # what a list of commands shows of a first sentence on 80 columns


def examples(help_text: str) -> list[str]:
    """The command lines below `Example:`."""
    return [line.strip() for line in help_text.partition("Example:\n")[2].splitlines() if line.strip()]


def parse(line: str) -> str:
    """Parse a command line as the program would, without running it; the words of its command."""
    program, *words = shlex.split(line)
    assert program == "hanfslab"
    command, said = COMMANDS[""], ""
    while hasattr(command, "commands"):
        said = f"{said} {words.pop(0)}".strip()
        command = COMMANDS[said]
    command.make_context(said, words)
    return said


def test_the_commands_of_the_contract_are_there() -> None:
    wanted = "doctor box init render validate up status ssh logs reset snapshot failover campaign check down destroy "
    wanted += "demo host"
    assert set(wanted.split()) <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_help_is_printed_and_is_no_error(words: str, asked: str) -> None:
    done = CliRunner().invoke(app, [*words.split(), asked])
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: ")
    assert done.stderr == ""


@pytest.mark.parametrize("words", LEAVES)
def test_each_example_is_a_command_line_of_that_command(words: str) -> None:
    lines = examples(LEAVES[words].help)
    assert lines
    for line in lines:
        assert parse(line) == words


@pytest.mark.parametrize(
    "line", ["hanfslab status --wtch", "hanfslab ssh", "hanfslab check a b", "hanfslab logs c1 -n x"]
)
def test_a_wrong_example_would_be_noticed(line: str) -> None:
    with pytest.raises(Exception, match=r"(?i)option|argument|parameter|integer"):
        parse(line)


@pytest.mark.parametrize("words", [words for words in COMMANDS if words])
def test_the_first_sentence_fits_into_the_list_of_commands(words: str) -> None:
    first = COMMANDS[words].help.partition("\n")[0]
    assert first.endswith(".")
    assert len(first.partition(". ")[0]) <= LIST_WIDTH


@pytest.mark.parametrize("words", LEAVES)
def test_every_option_is_explained(words: str) -> None:
    for option in LEAVES[words].params:
        if option.name != "help":
            assert getattr(option, "help", None), option.name


def test_what_prints_data_prints_it_as_json_too() -> None:
    for words in (
        "doctor",
        "validate",
        "render",
        "up",
        "status",
        "failover",
        "campaign",
        "check",
        "box list",
        "host status",
        "reset",
        "snapshot list",
    ):
        assert any("--json" in option.opts for option in LEAVES[words].params), words


def test_the_list_cuts_no_sentence() -> None:
    done = CliRunner().invoke(app, ["--help"])
    assert "..." not in re.sub(r"\[ARGS\]\.\.\.", "", done.stdout)
