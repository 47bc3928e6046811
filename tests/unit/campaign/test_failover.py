from pathlib import Path

import pytest

from hanfslab.campaign.failover import failover
from hanfslab.errors import LabError, UsageError
from tests.unit.campaign.scripted import NEVER, FakeClock, Script, ScriptedLab


def lab(folder: Path, *scripts: Script) -> ScriptedLab:
    return ScriptedLab(folder, FakeClock(), list(scripts))


@pytest.mark.parametrize("kind", ["reboot", "power"])
def test_the_owner_is_struck_and_all_is_awaited(tmp_path: Path, kind: str) -> None:
    scripted, said = lab(tmp_path), list[str]()
    done = failover(scripted, kind, said.append, scripted.clock_object)
    assert done == {"fault": kind, "node": "nfs1", "to": "nfs2", "taken": 25.0, "happened": 45.0, "whole": 50.0}
    assert said[0] == f"{kind} of nfs1"
    assert said[-1] == "both servers hear each other: after 50 s"


def test_nobody_to_strike(tmp_path: Path) -> None:
    scripted = lab(tmp_path)
    scripted.owner = None
    with pytest.raises(LabError, match="not exactly one server"):
        failover(scripted, "power", clock=scripted.clock_object)
    assert scripted.strikes == []


def test_a_wrong_name_touches_nothing(tmp_path: Path) -> None:
    scripted = lab(tmp_path)
    with pytest.raises(UsageError, match="no fault 'pwer'"):
        failover(scripted, "pwer", clock=scripted.clock_object)
    assert scripted.strikes == []


@pytest.mark.parametrize(
    ("script", "what"),
    [
        (Script(taken=NEVER), "nfs2 took over"),
        (Script(back=NEVER), "new boot id"),
        (Script(linked=NEVER), "hear each other"),
    ],
)
def test_what_does_not_follow_is_named(tmp_path: Path, script: Script, what: str) -> None:
    scripted = lab(tmp_path, script)
    with pytest.raises(LabError, match=what):
        failover(scripted, "power", clock=scripted.clock_object)
