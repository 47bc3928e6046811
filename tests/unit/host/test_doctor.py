"""`hanfslab doctor` as typed: one line a check, JSON, exit codes."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from hanfslab.cli.doctor import command
from hanfslab.host import gather
from hanfslab.host.facts import HostFacts

HOSTS = Path(__file__).parent / "hosts"
app = typer.Typer()
app.command()(command)


@pytest.mark.parametrize(("host", "code"), [("laptop-kvm", 0), ("sandbox-root", 0), ("nothing-installed", 4)])
def test_exit_code_and_lines(monkeypatch: pytest.MonkeyPatch, host: str, code: int) -> None:
    facts = HostFacts.model_validate_json((HOSTS / f"{host}.json").read_text())
    monkeypatch.setattr(gather, "gather", lambda _again: facts)
    plain, as_json = CliRunner().invoke(app, []), CliRunner().invoke(app, ["--json"])
    assert plain.exit_code == as_json.exit_code == code
    lines, checks = plain.stdout.splitlines(), json.loads(as_json.stdout)
    assert len(lines) == len(checks) == 10
    for line, check in zip(lines, checks, strict=True):
        assert line.startswith(check["state"])
        assert check["name"] in line
        assert check["remedy"] in line


def test_facts_can_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (HOSTS / "laptop-kvm.json").read_text()
    monkeypatch.setattr(gather, "gather", lambda _again: HostFacts.model_validate_json(text))
    assert json.loads(CliRunner().invoke(app, ["--facts"]).stdout) == json.loads(text)
