"""Running programs with a deadline, with the time of what they say, and nothing of them left."""

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.commands import Ran, run
from hanfslab.errors import LabError

SECONDS = 30.0


def python(program: str, folder: Path, **more: object) -> Ran:
    return run([sys.executable, "-c", program], cwd=folder, seconds=SECONDS, log=folder / "log" / "it.log", **more)  # type: ignore[arg-type]


def test_output_exit_code_and_time_of_each_line(tmp_path: Path) -> None:
    program = (
        "import sys, time; print('out'); print('one', file=sys.stderr, flush=True); time.sleep(0.5); sys.exit('two')"
    )
    ran = python(program, tmp_path, code=1)
    assert (ran.code, ran.out, ran.said) == (1, "out\n", "one\ntwo")
    (first, _), (second, _) = ran.lines
    assert 0.4 < second - first < ran.seconds


def test_the_moment_of_a_progress_line() -> None:
    ran = Ran(0, 9.0, "", [(1.0, "    1 s  nfs1   boots"), (8.5, "   87 s         whole; saves the snapshot clean ")])
    assert ran.when("whole; saves the snapshot clean") == 8.5
    assert ran.when("boots") == 1.0
    assert ran.when("boot") is None, "the end of a line, not any part of it"


def test_another_exit_code_is_an_error_that_says_what_the_program_said(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"(?s)exit code 3.*for a reason") as caught:
        python("import sys; print('for a reason', file=sys.stderr); sys.exit(3)", tmp_path)
    assert "it.log" in caught.value.hint


def test_seconds_are_exact(tmp_path: Path) -> None:
    """Popen's own wait with a limit would look after 0.21 s, and then not before 0.26."""
    took = [run(["sleep", "0.22"], cwd=tmp_path, seconds=SECONDS, log=tmp_path / "it.log").seconds for _ in range(8)]
    assert 0.22 <= min(took) < 0.25


def test_any_exit_code_when_it_does_not_matter(tmp_path: Path) -> None:
    assert python("raise SystemExit(3)", tmp_path, code=None).code == 3


def test_all_is_logged_also_of_what_failed(tmp_path: Path) -> None:
    python("print('first')", tmp_path)
    with pytest.raises(LabError):
        python("raise SystemExit('second')", tmp_path)
    log = (tmp_path / "log" / "it.log").read_text()
    assert "first" in log
    assert "second" in log
    assert "[1, " in log


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no-such-program"):
        run(["no-such-program"], cwd=tmp_path, seconds=SECONDS, log=tmp_path / "it.log")


def test_an_environment_on_top_of_ours(tmp_path: Path) -> None:
    assert python("import os; print(os.environ['MINE'])", tmp_path, env={"MINE": "yes"}).out == "yes\n"


def test_at_its_deadline_a_program_and_what_it_started_are_ended(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(LabError, match="no end within 1 s"):
        run(["sh", "-c", "sleep 300 & echo $! >child; wait"], cwd=tmp_path, seconds=1, log=tmp_path / "it.log")
    assert time.monotonic() - started < SECONDS
    child = int((tmp_path / "child").read_text())
    end = time.monotonic() + SECONDS
    while _lives(child):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_program_that_is_ended_may_take_back_what_it_made(tmp_path: Path) -> None:
    script = "trap 'rm made; exit 0' TERM; touch made; while :; do sleep 0.1; done"
    with pytest.raises(LabError, match="no end"):
        run(["sh", "-c", script], cwd=tmp_path, seconds=1, log=tmp_path / "it.log")
    assert not (tmp_path / "made").exists()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
