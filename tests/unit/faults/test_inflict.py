from pathlib import Path

import pytest

from hanfslab.campaign.history import History
from hanfslab.campaign.reader import read
from hanfslab.errors import LabError, UsageError
from hanfslab.faults import FAULTS, fault
from hanfslab.faults.inflict import inflict
from tests.unit.campaign.scripted import NEVER, FakeClock, Script, ScriptedLab


@pytest.fixture
def scripted(tmp_path: Path) -> ScriptedLab:
    return ScriptedLab(tmp_path, FakeClock())


def told(lab: ScriptedLab, name: str, **value: object) -> list[tuple[str, str, float]]:
    history = History(lab.folder / "history.jsonl", lab.clock_object)
    try:
        inflict(lab, FAULTS[name], "nfs1", history, 3, lab.clock_object)
    finally:
        events = read(history.path).events
        assert all(event.process == "fault" and event.value == {"node": "nfs1", "n": 3} for event in events)
        lab.commands.append(("told", *(event.type for event in events)))
    return [(event.type, event.f, round(event.time)) for event in events]


@pytest.mark.parametrize("name", list(FAULTS))
def test_it_is_ok_once_a_new_boot_id_is_seen(scripted: ScriptedLab, name: str) -> None:
    events = told(scripted, name)
    assert events[0] == ("invoke", name, 0)
    assert events[1][:2] == ("ok", name)
    assert events[1][2] == pytest.approx(45, abs=2)


@pytest.mark.parametrize("name", list(FAULTS))
def test_without_a_new_boot_id_nobody_knows(scripted: ScriptedLab, name: str) -> None:
    scripted.unstruck = True
    with pytest.raises(LabError, match="not known to have happened"):
        told(scripted, name)
    assert scripted.commands[-1] == ("told", "invoke", "info")


def test_a_node_that_never_answers_again_is_no_proof(scripted: ScriptedLab) -> None:
    scripted.scripts = [Script(back=NEVER)]
    with pytest.raises(LabError, match="not known to have happened"):
        told(scripted, "power")


def test_a_node_that_does_not_answer_is_not_struck(scripted: ScriptedLab) -> None:
    scripted.dead.add("nfs1")
    with pytest.raises(LabError, match="could not be proved"):
        told(scripted, "power")
    assert scripted.strikes == []
    assert scripted.commands[-1] == ("told",)


def test_a_reset_that_libvirt_refuses_is_recorded_as_unknown(
    scripted: ScriptedLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(node: str) -> None:
        raise LabError(f"{node} is shut off")

    monkeypatch.setattr(scripted, "reset", refuse)
    with pytest.raises(LabError, match="shut off"):
        told(scripted, "power")
    assert scripted.commands[-1] == ("told", "invoke", "info")


def test_by_hand_it_needs_no_history(scripted: ScriptedLab) -> None:
    ticks: list[float] = []
    clock = scripted.clock_object
    inflict(scripted, FAULTS["power"], "nfs1", clock=clock, watch=lambda: ticks.append(clock.now))
    assert len(ticks) == 45


def test_an_unknown_fault_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        fault("powr")
    assert error.value.hint == "did you mean 'power'?"
    with pytest.raises(UsageError) as error:
        fault("earthquake")
    assert error.value.hint == "there are: reboot, power"
