import json
from pathlib import Path

import pytest

from hanfslab.campaign.history import History
from hanfslab.campaign.reader import read
from hanfslab.campaign.timeline import Timeline
from hanfslab.errors import LabError, UsageError
from hanfslab.lab.control import Completed
from hanfslab.topology.model import LabFile
from hanfslab.topology.nodes import topology
from hanfslab.workloads import WORKLOADS, chosen, workload
from hanfslab.workloads.job import Job
from hanfslab.workloads.logs import PIECE, Log
from hanfslab.workloads.work import Work, jobs
from tests.unit.campaign.scripted import NEVER, FakeClock, Script, ScriptedLab


class Bench:
    def __init__(self, folder: Path, *names: str) -> None:
        self.clock = FakeClock()
        self.lab = ScriptedLab(folder, self.clock)
        self.history = History(folder / "history.jsonl", self.clock)
        timeline = Timeline(self.history, self.clock)
        for client in ("c1", "c2"):
            timeline.measure(self.lab, client)
        self.work = Work(
            self.lab, [WORKLOADS[name] for name in names], self.history, timeline, folder / "work", self.clock
        )

    def told(self, process: str) -> list[str]:
        return [event.type for event in read(self.history.path).events if event.process == process]


def test_what_an_earlier_campaign_left_is_cleaned_up_first(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pulse")
    bench.work.start()
    assert [command[:4] for command in bench.lab.commands if command[0] == "c1"][:3] == [
        ("c1", "systemctl", "stop", "hanfslab-work-*"),
        ("c1", "rm", "-rf", "/var/lib/hanfslab/workloads"),
        ("c1", "install", "-d", "-o"),
    ]


def test_no_command_touches_a_mount(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pulse", "bonnie", "mlock")
    bench.work.start()
    bench.clock.sleep(30)
    bench.work.poll()
    bench.work.stop()
    others = [command for command in bench.lab.commands if command[1] != "systemd-run"]
    assert not any("/mnt" in word for command in others for word in command)


def test_a_unit_that_systemd_refuses_is_a_broken_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path, "pulse")
    monkeypatch.setattr(bench.lab, "_start", lambda node, command: Completed(1, "", "Unit exists\n"))
    with pytest.raises(LabError, match="c1: systemd-run failed with 1: Unit exists"):
        bench.work.start()


def test_records_come_once_whatever_the_pieces(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pulse")
    bench.work.start()
    for pause in (0.1, 3.0, 0.4, 7.7):
        bench.clock.sleep(pause)
        bench.work.poll()
    bench.work.stop()
    types = bench.told("c1/pulse-0")
    assert types == ["invoke", "ok"] * (len(types) // 2)
    assert len(types) > 40


def test_what_hangs_when_the_work_is_stopped_ends_as_unknown(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pulse")
    bench.lab.scripts = [Script(taken=NEVER)]
    bench.work.start()
    bench.lab.reset("nfs1")
    bench.clock.sleep(60)
    bench.work.stop()
    last = [event for event in read(bench.history.path).events if event.process == "c1/pulse-0"][-1]
    assert (last.type, last.error, round(last.time)) == ("info", {"name": "STOPPED"}, 60)


def test_a_client_that_is_gone_does_not_keep_others_waiting(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pulse")
    bench.work.start()
    bench.lab.dead.add("c1")
    began = bench.clock.now
    for _ in range(5):
        bench.clock.sleep(2)
        bench.work.poll()
    assert bench.clock.now - began == pytest.approx(10 + 10)  # one timeout, then it is left alone
    bench.work.stop()
    assert bench.told("c2/pulse-0").count("ok") > 20
    lost = [event.value for event in read(bench.history.path).events if event.f == "collect"]
    assert lost == [{"node": "c1"}]


JOB = Job("pulse", "c1", "v3", 0, 1, "3", "pulse", ())


def test_a_line_that_is_not_finished_is_left_for_the_next_time(tmp_path: Path) -> None:
    log = Log(JOB, tmp_path)
    assert log.take('{"n": 1}\n{"n"') == [{"n": 1}]
    assert log.offset == 9
    assert log.take('{"n": 2}\n') == [{"n": 2}]
    assert (tmp_path / "c1-v3.jsonl").read_text() == '{"n": 1}\n{"n": 2}\n'


def test_damaged_lines_are_counted_and_passed_over(tmp_path: Path) -> None:
    log = Log(JOB, tmp_path)
    assert log.take('nonsense\n[1]\n{"n": 1}\n\x00\x00\n') == [{"n": 1}]
    assert log.damaged == 3
    log.take("x" * PIECE)  # without an end: it would be asked for for ever
    assert log.offset == 25 + PIECE


def test_a_record_that_says_too_little_is_passed_over(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pulse")
    bench.work.start()
    program = bench.lab.programs["c1", "hanfslab-work-pulse-v3"]
    program.log = json.dumps({"type": "ok"}) + "\n"
    bench.clock.sleep(2)
    bench.work.poll()
    assert bench.told("c1/pulse-0")[:2] == ["invoke", "ok"]


def test_what_a_guest_says_oddly_is_copied_all_the_same(tmp_path: Path) -> None:
    log = Log(JOB, tmp_path)
    assert len(log.take('{"n": 1, "out": "said"}\n{"n": 2, "out": "\\ud800", "err": ""}\n{"x": "\ud800"}\n')) == 3
    assert (tmp_path / "c1-v3.txt").read_text() == "--- run 1\nsaid\n--- run 2\n\\ud800\n"
    assert (tmp_path / "c1-v3.jsonl").read_text().endswith('{"x": "\\ud800"}\n')


ODD = {
    "deep": '{"n": ' + "[" * 100_000,
    "deep, whole": '{"n": ' + "[" * 5000 + "]" * 5000 + "}",
    "endless number": '{"type": "invoke", "f": "write", "process": 0, "time": 1, "n": Infinity}',
    "huge time": '{"type": "invoke", "f": "write", "process": 0, "n": 1, "time": 1' + "0" * 400 + "}",
    "long time": '{"type": "invoke", "f": "write", "process": 0, "n": 1, "time": 1e300}',
    "no time": '{"type": "invoke", "f": "write", "process": 0, "n": 1, "time": NaN}',
    "no type": '{"type": "weird", "f": "write", "process": 0, "n": 1, "time": 1700000000}',
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_record_costs_itself_and_no_other(tmp_path: Path, name: str) -> None:
    bench = Bench(tmp_path, "pulse")
    bench.work.start()
    bench.lab.programs["c1", "hanfslab-work-pulse-v3"].log = ODD[name] + "\n"
    bench.clock.sleep(2)
    bench.work.poll()
    bench.history.close()
    reading = read(bench.history.path)
    assert reading.damage == ""
    assert [event.type for event in reading.events if event.process == "c1/pulse-0"][:2] == ["invoke", "ok"]


@pytest.mark.parametrize("clients", [2, 3, 4])
def test_all_jobs_together_never_share_a_unit_log_or_process(clients: int) -> None:
    spec = LabFile.model_validate({"clients": {"count": clients}, "nfs": {"versions": ["3", "4.2"]}})
    clock = FakeClock()
    lab = ScriptedLab(Path(), clock, spec=spec)
    all_jobs = jobs(lab, chosen(["bonnie", "mlock"]))
    assert lab.topology == topology(spec)
    assert len({(job.node, job.unit) for job in all_jobs}) == len(all_jobs)
    assert len({(job.node, job.log) for job in all_jobs}) == len(all_jobs)
    names = [job.process(n) for job in all_jobs for n in range(9)]
    assert len(set(names)) == len(names)


def test_no_two_pulses_share_a_file_of_the_export() -> None:
    files = [job.arguments[0].split("/", 3)[3] for job in WORKLOADS["pulse"].jobs(topology(LabFile()))]
    assert len(set(files)) == len(files) == 4


def test_an_unknown_workload_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        workload("mloc")
    assert error.value.hint == "did you mean 'mlock'?"
