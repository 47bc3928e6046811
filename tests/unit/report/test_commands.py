import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hanfslab.campaign.clock import HostClock
from hanfslab.campaign.plan import Asked
from hanfslab.report import campaign as campaigns
from tests.unit.campaign.scripted import FakeClock, ScriptedLab
from tests.unit.checkers.histories import sound


def hanfslab(*arguments: str, place: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from hanfslab.cli.main import main; main()", *arguments]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    (tmp_path / "lab.toml").write_text("")
    folder = tmp_path / "runs" / "lab-20231114T221320Z"
    folder.mkdir(parents=True)
    events = sorted(sound(), key=lambda event: event.time)
    (folder / "history.jsonl").write_text("".join(event.line() for event in events))
    (tmp_path / "runs" / "latest").symlink_to(folder.name)
    return folder


@pytest.mark.parametrize("given", ["latest", "runs/latest", "runs/latest/history.jsonl", "lab-20231114T221320Z"])
def test_a_run_is_judged_again_from_its_history(run_folder: Path, given: str) -> None:
    done = hanfslab("check", given, "--json", place=run_folder.parent.parent)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((run_folder / "results.json").read_text())
    assert json.loads(done.stdout)["verdict"] == "pass"


def test_the_verdict_is_the_exit_code(run_folder: Path) -> None:
    history = run_folder / "history.jsonl"
    history.write_text(history.read_text()[:-30])
    done = hanfslab("check", place=run_folder)
    assert done.returncode == 3
    assert "torn" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nowhere"], "no run"),
        (["campaign", "--hours", "0"], "--hours 0"),
        (["campaign", "--every", "5s"], "shorter than a failover can take"),
        (["campaign", "--fault", "rebot"], "did you mean 'reboot'?"),
        (["campaign", "--workload", "bonie"], "did you mean 'bonnie'?"),
    ],
)
def test_mistakes_get_one_message_and_exit_code_2(run_folder: Path, arguments: list[str], message: str) -> None:
    done = hanfslab(*arguments, place=run_folder)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_lab_a_campaign_says_so(tmp_path: Path) -> None:
    done = hanfslab("campaign", place=tmp_path)
    assert done.returncode == 2
    assert "no lab.toml" in done.stderr


def test_a_campaign_says_what_it_will_do_and_ends_with_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, said = FakeClock(), list[str]()
    for name in ("monotonic", "wall", "sleep"):
        method: Callable[..., float | None] = getattr(clock, name)
        monkeypatch.setattr(HostClock, name, lambda self, *given, method=method: method(*given))
    monkeypatch.setattr(campaigns, "versions", lambda: {"hanfslab": "0"})
    lab = ScriptedLab(tmp_path, clock)
    results = campaigns.on_lab(lab, Asked(cycles=1, seed=1), said.append)
    assert said == [
        "1 failover by reboot of the server that owns the service, one every 2 min, with bonnie, mlock, pulse on "
        "the clients: about 2 min 30 s (seed 1)"
    ]
    assert results.exit_code == 0
    printed = capsys.readouterr()
    assert "verdict: pass (every check holds)" in printed.out
    assert "failover 1: nfs2 took over after 25 s" in printed.err
