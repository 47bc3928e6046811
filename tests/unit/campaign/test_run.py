import json
from pathlib import Path

import pytest

from hanfslab.campaign.folder import RunFolder
from hanfslab.campaign.interrupt import Interrupt
from hanfslab.campaign.plan import Asked, plan
from hanfslab.campaign.reader import read
from hanfslab.campaign.run import run
from hanfslab.checkers.results import Finding, Results
from hanfslab.errors import LabError, UsageError
from hanfslab.topology.model import LabFile
from tests.unit.campaign.scripted import NEVER, FakeClock, Script, ScriptedLab, commands


class Listener:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.shown = 0

    def say(self, time: float, text: str) -> None:
        self.said.append(text)

    def show(self, state: object) -> None:
        self.shown += 1


class Campaign:
    """A campaign on a scripted lab."""

    def __init__(self, folder: Path, *scripts: Script, spec: LabFile | None = None, **asked: object) -> None:
        self.clock = FakeClock()
        self.lab = ScriptedLab(folder, self.clock, list(scripts), spec)
        self.asked = Asked(**{"cycles": 3, "seed": 7, **asked})  # type: ignore[arg-type]
        self.interrupt = Interrupt()
        self.listener = Listener()

    def run(self) -> tuple[RunFolder, Results]:
        planned = plan(self.asked, self.lab.topology.spec.cluster)
        return run(self.lab, planned, {"hanfslab": "0"}, self.listener, self.clock, self.interrupt)


def check(results: Results, name: str) -> Finding:
    return next(check for check in results.checks if check.name == name)


def test_three_failovers_back_and_forth(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    _, results = campaign.run()
    assert [one.verdict for one in results.checks] == ["pass"] * 6, results.checks
    assert results.exit_code == 0
    assert [(one.node, one.to) for one in results.failovers] == [("nfs1", "nfs2"), ("nfs2", "nfs1"), ("nfs1", "nfs2")]
    first = results.failovers[0]
    # gone 2 s after the fault, answered 1 s after the takeover at 25 s; the last answer came up to 0.5 s before
    for seen in first.clients:
        assert seen.gap == pytest.approx(24.3, abs=0.4)
        assert seen.first_io == pytest.approx(26.0, abs=0.1)
    assert {(seen.client, seen.version) for seen in first.clients} == {
        (c, v) for c in ("c1", "c2") for v in ("3", "4.2")
    }
    assert first.whole == pytest.approx(50, abs=3)
    assert [one.time for one in results.failovers] == pytest.approx([30, 150, 270], abs=5)
    assert campaign.listener.shown > 100


def test_the_folder_holds_everything(tmp_path: Path) -> None:
    folder, results = Campaign(tmp_path, cycles=1).run()
    assert (tmp_path / "runs" / "latest").resolve() == folder.path
    assert json.loads(folder.results.read_text()) == json.loads(json.dumps(results.data()))
    assert sorted(path.name for path in (folder.path / "nodes").iterdir()) == ["c1", "c2", "nfs1", "nfs2"]
    assert (folder.workloads / "bonnie" / "c1-v3.txt").read_text().startswith("--- run 0\n1.98,")
    assert (folder.workloads / "pulse" / "c2-v4.2.jsonl").stat().st_size > 1000
    assert "seed = 7" in (folder.path / "run.toml").read_text()


def test_the_finished_history_is_in_the_order_of_time_and_whole(tmp_path: Path) -> None:
    folder, _ = Campaign(tmp_path, cycles=1).run()
    times = [json.loads(line)["time"] for line in folder.history.read_text().splitlines()]
    assert times == sorted(times)
    events = read(folder.history).events
    ended: set[str] = set()
    opened: set[str] = set()
    for event in events:
        if not event.node:
            continue
        assert event.process not in ended, "a process goes on after an info"
        if event.type == "invoke":
            assert event.process not in opened
            opened.add(event.process)
        else:
            assert event.process in opened, event
            opened.discard(event.process)
            if event.type == "info":
                ended.add(event.process)
    assert not opened, "something never ended"


def test_programs_are_units_of_their_own_and_stopped_at_the_end(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, cycles=1)
    campaign.run()
    started = list(commands(campaign.lab, "systemd-run"))
    assert len(started) == 4 + 2 + 4
    assert all("--collect" in command and "--uid=vagrant" in command for command in started)
    assert all(program.stopped for program in campaign.lab.programs.values())


def test_a_takeover_that_never_comes_breaks_the_lab(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, Script(), Script(taken=NEVER))
    folder, results = campaign.run()
    assert results.verdict == "broken"
    assert results.exit_code == 4
    assert "nfs1 taking over from nfs2" in check(results, "lab").summary
    assert len(results.failovers) == 2
    assert all(program.stopped for program in campaign.lab.programs.values())
    assert (folder.node("nfs1") / "ha-log").exists()


def test_a_node_that_never_returns_breaks_the_lab_and_its_fault_is_not_proved(tmp_path: Path) -> None:
    _, results = Campaign(tmp_path, Script(back=NEVER, linked=NEVER)).run()
    assert results.verdict == "broken"
    assert "nfs1 answering with a new boot id" in check(results, "lab").summary
    assert check(results, "faults").verdict == "unknown"


def test_a_node_that_returns_without_its_cluster_breaks_the_lab(tmp_path: Path) -> None:
    _, results = Campaign(tmp_path, Script(linked=NEVER)).run()
    assert "nfs1 back in the cluster" in check(results, "lab").summary
    assert check(results, "faults").verdict == "pass"


def test_a_fault_that_does_not_happen_is_never_counted(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    campaign.lab.unstruck = True
    _, results = campaign.run()
    assert results.verdict == "broken"
    assert check(results, "faults").verdict == "unknown"
    assert not results.failovers[0].known


def test_two_owners_fail_and_end_the_run(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, Script(both=True))
    _, results = campaign.run()
    assert results.verdict == "fail"
    assert results.exit_code == 1
    assert check(results, "owner").verdict == "fail"
    assert len(results.failovers) == 1


def test_a_client_that_does_not_answer_for_a_while_loses_nothing(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, cycles=2)
    campaign.clock.at(60, lambda: campaign.lab.dead.add("c1"))
    campaign.clock.at(140, lambda: campaign.lab.dead.clear())
    folder, results = campaign.run()
    assert results.verdict == "pass", results.checks
    numbers = [
        event.value["n"]
        for event in read(folder.history).events
        if event.process == "c1/pulse-0" and event.type == "ok"
    ]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_client_that_is_gone_for_good_leaves_the_verdict_open(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, cycles=1)
    campaign.clock.at(32, lambda: campaign.lab.dead.add("c1"))
    _, results = campaign.run()
    assert results.verdict == "unknown"
    assert "c1" in check(results, "lab").summary
    assert check(results, "service").verdict == "unknown"


def test_a_pulse_that_never_comes_back_fails_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    _, results = Campaign(tmp_path, Script(stale=("3",)), cycles=2).run()
    service = check(results, "service")
    assert service.verdict == "fail"
    assert "1 (c1 over NFS 3)" in service.summary
    assert "4.2" not in service.summary
    assert len(results.failovers) == 2


def test_mlock_that_meets_no_lock_record_available_fails(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, cycles=1)
    campaign.lab.says["mlock"] = (1, "Iteration 0: \n1-1:\tPASSED.\n2-0:\ttest failed, result =37\n", "")
    _, results = campaign.run()
    assert results.verdict == "fail"
    assert "ENOLCK" in check(results, "mlock").summary
    assert check(results, "bonnie").verdict == "pass"


def test_bonnie_runs_that_are_going_come_to_their_end(tmp_path: Path) -> None:
    """Each takes 20 s and goes through a failover; a check of runs that were all cut off would say nothing."""
    folder, _ = Campaign(tmp_path, cycles=1).run()
    ends = [event.type for event in read(folder.history).events if event.f == "bonnie" and event.type != "invoke"]
    assert set(ends) == {"ok"}


def test_a_bonnie_that_hangs_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, Script(), cycles=1)
    campaign.clock.at(61.0, lambda: setattr(campaign.lab, "frozen", True))
    folder, results = campaign.run()
    assert any("runs coming to their end: not within" in text for text in campaign.listener.said)
    assert [event for event in read(folder.history).events if event.f == "bonnie" and event.type == "info"]
    assert results.failovers


def test_a_guest_killed_from_outside_ends_the_run_and_is_named(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    campaign.clock.at(100.0, lambda: campaign.lab.off.add("c2"))
    _, results = campaign.run()
    assert results.exit_code == 4
    assert "c2 is off: not by this campaign" in check(results, "lab").summary


def test_ctrl_c_once_ends_after_the_failover(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    campaign.clock.at(40, campaign.interrupt.press)
    folder, results = campaign.run()
    assert len(results.failovers) == 1
    assert results.failovers[0].whole is not None
    assert results.verdict == "pass"
    assert "1 of 3 planned" in check(results, "faults").summary
    assert (folder.node("nfs1") / "ha-log").exists()


def test_ctrl_c_between_two_failovers_makes_no_other(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    campaign.clock.at(120, campaign.interrupt.press)
    _, results = campaign.run()
    assert len(results.failovers) == 1
    assert campaign.clock.now - campaign.clock.start < 140


def test_ctrl_c_twice_stops_at_once_and_still_stops_the_work(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    campaign.clock.at(36, campaign.interrupt.press)
    campaign.clock.at(37, campaign.interrupt.press)
    _, results = campaign.run()
    assert campaign.clock.now - campaign.clock.start < 45
    assert results.verdict == "unknown"
    assert "Ctrl-C" in check(results, "lab").summary
    assert all(program.stopped for program in campaign.lab.programs.values())


def test_nothing_is_begun_without_exactly_one_owner(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    campaign.lab.owner = None
    with pytest.raises(LabError, match="not exactly one server"):
        campaign.run()
    assert not (tmp_path / "runs").exists()
    assert campaign.lab.commands == []


def test_nothing_is_begun_when_the_lab_cannot_run_a_workload(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, spec=LabFile.model_validate({"clients": {"count": 1}}))
    with pytest.raises(UsageError, match="mlock needs two clients"):
        campaign.run()
    assert list(tmp_path.iterdir()) == []


def test_servers_that_stop_hearing_each_other_break_the_lab_before_a_fault(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    campaign.lab.deaf = True
    _, results = campaign.run()
    assert "exactly one owner" in check(results, "lab").summary
    assert results.failovers == []
    assert results.verdict == "broken"


def test_slow_commands_do_not_lose_a_failover(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, cycles=2)
    campaign.lab.slow = 0.7
    _, results = campaign.run()
    assert results.verdict == "pass", results.checks


def test_a_full_disk_ends_the_run_as_a_broken_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = Campaign(tmp_path)

    def full() -> None:
        def no_room(*args: object) -> None:
            raise LabError("history.jsonl: No space left on device")

        monkeypatch.setattr("hanfslab.campaign.history.History.append", no_room)

    campaign.clock.at(50, full)
    with pytest.raises(LabError, match="No space left"):
        campaign.run()
    assert all(program.stopped for program in campaign.lab.programs.values())


@pytest.mark.parametrize("kind", ["reboot", "power"])
def test_either_fault_is_proved_by_a_new_boot_id(tmp_path: Path, kind: str) -> None:
    _, results = Campaign(tmp_path, cycles=1, faults=(kind,)).run()
    assert [(one.fault, one.known) for one in results.failovers] == [(kind, True)]
