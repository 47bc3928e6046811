import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hanfslab.topology.model import LabFile
from hanfslab.topology.nodes import topology
from hanfslab.workloads.logs import parts
from hanfslab.workloads.pulse import Pulse
from tests.unit.workloads.programs import PROGRAMS, records, run, start


def wait_for(log: Path, count: int) -> None:
    deadline = time.monotonic() + 20
    while not log.exists() or log.read_text().count("\n") < count:
        assert time.monotonic() < deadline, "the program recorded nothing"
        time.sleep(0.01)


def test_programs_can_be_run_by_others() -> None:
    for program in PROGRAMS.iterdir():
        assert program.read_text().startswith("#!/")
        assert program.stat().st_mode & stat.S_IXOTH


def test_a_pulse_writes_and_reads_back(tmp_path: Path) -> None:
    log, file = tmp_path / "log", tmp_path / "deep" / "file"
    assert run("pulse", str(log), str(file), "0", "3").returncode == 0
    found = records(log)
    assert [(one["type"], one["f"], one["n"]) for one in found] == [("invoke", "open", 0), ("ok", "open", 0)] + [
        (kind, f, n) for n in (1, 2, 3) for f in ("write", "read") for kind in ("invoke", "ok")
    ]
    assert abs(found[-1]["time"] - time.time()) < 60
    assert file.stat().st_size == 4096
    assert file.read_text().startswith("00000000000000000003 ")
    job = Pulse().jobs(topology(LabFile()))[1]
    events = [event for record in found for event in Pulse().events(job, record)]
    assert (events[2].process, events[2].value) == ("c1/pulse-1", {"file": "v4.2:/pulse-c1", "n": 1})


def test_a_pulse_that_meets_an_error_goes_on_as_another_process(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    run("pulse", str(tmp_path / "log"), str(tmp_path / "file"), "0", "2")
    found = records(tmp_path / "log")
    assert [(one["type"], one["process"]) for one in found] == [("invoke", 0), ("info", 0), ("invoke", 1), ("info", 1)]
    assert found[1]["error"] == {"errno": 21, "name": "EISDIR"}


def test_a_pulse_ends_after_its_operation_when_told_to(tmp_path: Path) -> None:
    log = tmp_path / "log"
    pulse = start("pulse", str(log), str(tmp_path / "file"), "0.05")
    wait_for(log, 6)
    pulse.terminate()
    assert pulse.wait(20) == 0
    found = records(log)
    assert sum(one["type"] == "invoke" for one in found) * 2 == len(found)


def test_a_program_is_repeated_and_its_words_kept(tmp_path: Path) -> None:
    log = tmp_path / "work" / "x" / "log"
    log.parent.mkdir(parents=True)
    fresh = tmp_path / "fresh"
    script = 'test ! -e left || exit 9; touch left; echo out; echo "err \xe4" >&2; exit 3'
    command = ["sh", "-c", f"cd {fresh} && {script}"]
    assert (
        run("repeat", str(log), "--fresh", str(fresh), "--pause", "0", "--count", "2", "--", *command).returncode == 0
    )
    found = records(log)
    assert [(one["type"], one["n"]) for one in found] == [("invoke", 0), ("ended", 0), ("invoke", 1), ("ended", 1)]
    for end in found[1::2]:
        assert (end["status"], end["signal"], end["stopped"], end["out"], end["err"]) == (
            3,
            0,
            False,
            "out\n",
            "err \xe4\n",
        )
    assert log.read_text().isascii()


def test_options_of_the_program_are_its_own(tmp_path: Path) -> None:
    run("repeat", str(tmp_path / "log"), "--count", "1", "--", "echo", "-n", "--pause", "-d", "x")
    assert records(tmp_path / "log")[1]["out"] == "--pause -d x"


def test_of_long_output_the_beginning_and_the_end_are_kept(tmp_path: Path) -> None:
    run("repeat", str(tmp_path / "log"), "--count", "1", "--", "seq", "1", "100000")
    said = records(tmp_path / "log")[1]["out"]
    assert said.startswith("1\n2\n")
    assert said.endswith("99999\n100000\n")
    assert "[...]" in said
    assert len(said) < 40_000


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    run("repeat", str(tmp_path / "log"), "--count", "1", "--", str(tmp_path / "nothing"))
    end = records(tmp_path / "log")[1]
    assert end["status"] == 127
    assert "No such file" in end["err"]


def test_a_program_that_was_killed(tmp_path: Path) -> None:
    run("repeat", str(tmp_path / "log"), "--count", "1", "--", "sh", "-c", "kill -9 $$")
    end = records(tmp_path / "log")[1]
    assert (end["signal"], end["stopped"]) == (9, False)


def test_its_end_kills_the_program_and_says_so(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = tmp_path / "child"
    repeat = start("repeat", str(log), "--", "sh", "-c", f"echo $$ >{child}.new; mv {child}.new {child}; exec sleep 60")
    wait_for(child, 1)
    repeat.terminate()
    assert repeat.wait(20) == 0
    end = records(log)[1]
    assert (end["signal"], end["stopped"]) == (9, True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(child.read_text()), 0)


def test_what_a_program_leaves_running_is_killed_before_the_next_run(tmp_path: Path) -> None:
    child = tmp_path / "child"
    run("repeat", str(tmp_path / "log"), "--count", "1", "--", "sh", "-c", f"sleep 60 & echo $! >{child}")
    deadline = time.monotonic() + 20
    while alive(int(child.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(process: int) -> bool:
    """Whether it runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_can_be_interrupted_whatever_repeat_inherited(tmp_path: Path) -> None:
    arguments = (str(tmp_path / "log"), "--count", "1", "--", "sh", "-c", "kill -INT $$; sleep 5")
    ignoring = "import signal, sys, runpy; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.argv = sys.argv[1:]; "
    subprocess.run(
        [sys.executable, "-c", ignoring + "runpy.run_path(sys.argv[0])", str(PROGRAMS / "repeat"), *arguments],
        timeout=30,
        check=False,
    )
    assert records(tmp_path / "log")[1]["signal"] == 2


def test_a_run_that_ends_while_others_are_being_stopped_says_so(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "stopping").touch()
    run("repeat", str(tmp_path / "x" / "log"), "--count", "1", "--", "true")
    assert records(tmp_path / "x" / "log")[1]["stopped"] is True


def test_no_run_begins_once_the_end_is_announced(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    run("repeat", str(tmp_path / "x" / "log"), "--pause", "0", "--", "touch", str(tmp_path / "ending"))
    assert [record["type"] for record in records(tmp_path / "x" / "log")] == ["invoke", "ended"]


def test_records_are_read_from_an_offset(tmp_path: Path) -> None:
    one, two, none = tmp_path / "one", tmp_path / "two", tmp_path / "none"
    one.write_text('{"a": 1}\n{"a": 2}\n{"a"')
    two.write_text("")
    done = run("read-records", str(one), "9", str(two), "0", str(none), "0")
    assert parts(done.stdout) == {str(one): '{"a": 2}\n{"a"', str(two): "", str(none): ""}
    assert parts(run("read-records", str(none), "0", str(one), "0").stdout)[str(one)] == one.read_text()
    assert parts(run("read-records", str(one), "22").stdout) == {str(one): ""}
    assert parts("") == {}
