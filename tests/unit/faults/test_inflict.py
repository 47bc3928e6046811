from pathlib import Path

import pytest

from hanfslab.campaign.history import History
from hanfslab.campaign.reader import read
from hanfslab.errors import LabError, UsageError
from hanfslab.faults import FAULTS, fault
from hanfslab.faults.inflict import Strike
from tests.unit.campaign.scripted import NEVER, FakeClock, Script, ScriptedLab


@pytest.fixture
def scripted(tmp_path: Path) -> ScriptedLab:
    return ScriptedLab(tmp_path, FakeClock())


SECONDS = 180


def told(lab: ScriptedLab, name: str) -> list[tuple[str, str, float]]:
    """The events of a fault that is looked at once a second until it is known, or given up."""
    history = History(lab.folder / "history.jsonl", lab.clock_object)
    strike = Strike(lab, FAULTS[name], "nfs1", history, 3)
    try:
        strike.begin()
        for _ in range(SECONDS):
            if not strike.look():
                lab.clock_object.sleep(1)
        strike.give_up()
    finally:
        events = read(history.path).events
        assert all(event.process == "fault" and event.value == {"node": "nfs1", "n": 3} for event in events)
        lab.commands.append(("told", *(event.type for event in events)))
    return [(event.type, event.f, round(event.time)) for event in events]


@pytest.mark.parametrize("name", list(FAULTS))
def test_it_is_ok_once_a_new_boot_id_is_seen(scripted: ScriptedLab, name: str) -> None:
    begun, known = told(scripted, name)
    assert begun == ("invoke", name, 0)
    assert known[:2] == ("ok", name)
    assert known[2] == pytest.approx(45, abs=2)


@pytest.mark.parametrize("name", list(FAULTS))
def test_without_a_new_boot_id_nobody_knows(scripted: ScriptedLab, name: str) -> None:
    scripted.unstruck = True
    assert [kind for kind, *_ in told(scripted, name)] == ["invoke", "info"]


def test_a_node_that_never_answers_again_is_no_proof(scripted: ScriptedLab) -> None:
    scripted.scripts = [Script(back=NEVER)]
    assert [kind for kind, *_ in told(scripted, "power")] == ["invoke", "info"]


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


def test_an_unknown_fault_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        fault("powr")
    assert error.value.hint == "did you mean 'power'?"
    with pytest.raises(UsageError) as error:
        fault("earthquake")
    assert error.value.hint == "there are: reboot, power"
