"""What README and docs say of commands, files and limits is true of this version."""

import re
from pathlib import Path

import pytest

from hanfslab.box import rootfs
from hanfslab.campaign import cycle
from hanfslab.host import needs
from hanfslab.lab import limits
from hanfslab.timeouts import Timeout
from hanfslab.topology.load import load
from tests.unit.cli.commands import every_command
from tests.unit.cli.test_help import LEAVES, parse

CLONE = Path(__file__).parents[3]
README = (CLONE / "README.md").read_text()
PAGES = {page.name: page.read_text() for page in (*CLONE.glob("*.md"), *(CLONE / "docs").glob("*.md"))}
PACKAGE = "".join(path.read_text() for path in (CLONE / "hanfslab").rglob("*.py")) + (CLONE / "run").read_text()


def command_lines(text: str) -> list[str]:
    """The hanfslab command lines of a page's shell blocks, and those between backticks that say more than a name."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines = [line.partition("#")[0].strip() for line in blocks.splitlines()]
    lines += [quoted.replace("\n", " ") for quoted in re.findall(r"`(hanfslab [^`]+)`", outside)]
    return [line for line in lines if line.startswith("hanfslab ") and "--install-completion" not in line]


@pytest.mark.parametrize("page", [name for name in PAGES if name not in ("CHANGELOG.md",)])
def test_every_command_line_can_be_typed(page: str) -> None:
    for line in command_lines(PAGES[page]):
        assert parse(re.sub(r"\.\.\.|\|.*", "", line)) in LEAVES, line


def test_the_readme_has_command_lines() -> None:
    assert {"box build", "init", "up", "status", "failover", "campaign", "check", "down", "destroy"} <= {
        parse(line) for line in command_lines(README)
    }


def test_the_readme_lists_every_command() -> None:
    table = README.partition("| command | does |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z]+(?: [a-z]+)?)`", table)) >= set(LEAVES)
    assert set(LEAVES) < set(every_command())


def test_the_readmes_lab_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "lab.toml"
    for text in re.findall(r"```toml\n(.*?)```", "".join(PAGES.values()), re.DOTALL):
        file.write_text(text)
        load(file)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    folder = CLONE if (CLONE / page).exists() else CLONE / "docs"
    for target in re.findall(r"\]\(([^):]+)\)", PAGES[page]):
        assert (folder / target).is_file(), target


@pytest.mark.parametrize("page", PAGES)
def test_variables_exist(page: str) -> None:
    known = {f"HANFSLAB_TIMEOUT_{name}" for name in re.findall(r'Timeout\(\s*"([A-Z_]+)"', PACKAGE)}
    known |= set(re.findall(r"HANFSLAB_[A-Z]+", PACKAGE))
    for name in re.findall(r"HANFSLAB_[A-Z_]*[A-Z]", PAGES[page]):
        assert name in known, name


def test_limits_are_as_the_page_says() -> None:
    found = [
        value for module in (limits, cycle, rootfs) for value in vars(module).values() if isinstance(value, Timeout)
    ]
    seconds = {timeout.name: timeout.seconds for timeout in found}
    rows = re.findall(r"`HANFSLAB_TIMEOUT_([A-Z]+)` \|[^|]+\| (\d+) \|", PAGES["troubleshooting.md"])
    assert len(rows) >= 10
    assert {name: float(text) for name, text in rows} == {name: seconds[name] for name, _ in rows}


def test_the_storage_that_a_lab_needs_is_the_one_that_is_asked_for() -> None:
    assert f"{needs.LAB_STORAGE // needs.GIB} GiB in libvirt's storage pool" in README
