import errno
from typing import Any

import pytest

from hanfslab.errors import UsageError
from hanfslab.topology.model import LabFile
from hanfslab.topology.nodes import Topology, topology
from hanfslab.workloads.job import Job
from hanfslab.workloads.mlock import Mlock
from hanfslab.workloads.mlock_text import judge

# As mlock of Debian's heartbeat 3.0.6 says it, shortened; lines ended by a blank and all.
GOOD = (
    "Iteration 0: \n1-1:\tPASSED.\n1-2:\tPASSED.\n2-0:\tPASSED.\n7-1:\tPASSED.\n12-1:\tPASSED.\n"
    "Iteration 1: \n1-1:\tPASSED.\n12-1:\tPASSED.\nAll tests finished successfully!\n"
)
REFUSED = "Iteration 0: \n1-1:\tPASSED.\n2-0:\ttest failed, result =37\n"
FREE = "Iteration 0: \n2-1:\tPASSED.\n2-4:\ttest failed, result =0\n"
BROKEN = "Iteration 0: \n1-1:\tPASSED.\n3-0:\tPASSED.\nsocket broken\n"
DATA = "Iteration 0: \n7-8:\t\nread content is not matched\nconent in file is =abcde,\nthe msg compared with is edcba\n"
WARNED = "Iteration 0: \n2-1:\twarning\n2-2:\tPASSED.\n ********There are 1 warnings, 0 errors******"


@pytest.mark.parametrize(
    ("out", "err", "signal", "kind", "error"),
    [
        (GOOD, "", 0, "ok", None),
        (WARNED, "", 0, "ok", None),
        (REFUSED, "", 0, "fail", "ENOLCK"),
        ("1-1:\ttest failed, result =11\n", "", 0, "fail", "EAGAIN"),
        ("1-1:\ttest failed, result =5\n", "", 0, "fail", "EIO"),
        ("1-1:\ttest failed, result =4095\n", "", 0, "fail", "UNKNOWN"),
        (FREE, "", 0, "fail", "NOT_REFUSED"),
        (DATA, "", 0, "fail", "DATA"),
        ("Iteration 0: \n7-1:\t", "write: Input/output error\n", 0, "fail", "EIO"),
        ("Iteration 0: \n", "open: Stale file handle\n", 0, "fail", "ESTALE"),
        ("Iteration 0: \n", "open: Permission denied\n", 0, "fail", "EACCES"),
        (BROKEN, "", 0, "info", "PEER"),
        ("Iteration 0: \n1-1:\tPASSED.\n", "recv: Connection reset by peer\n", 0, "info", "PEER"),
        ("", "connect: Connection refused\n", 0, "info", "PEER"),
        ("", "bind: Address already in use\n", 0, "info", "PEER"),
        ("gethostbyname: Error, servername =c9 \n", "", 0, "info", "PEER"),
        ("Iteration 0: \n1-1:\tPASSED.\n", "", 9, "info", "KILLED"),
        ("Iteration 0: \n", "", 0, "info", "NO_END"),
        ("", "", 0, "info", "NO_END"),
    ],
)
def test_it_is_judged_by_its_text(out: str, err: str, signal: int, kind: str, error: str | None) -> None:
    said = judge(out, err, signal)
    assert (said.kind, said.error.get("name")) == (kind, error)


def test_the_errno_of_the_page_is_kept_with_its_name() -> None:
    assert judge(REFUSED).error == {"errno": errno.ENOLCK, "name": "ENOLCK", "text": "test 2-0 failed, result =37"}


def test_lines_that_passed_are_counted_but_no_torn_one() -> None:
    said = judge(GOOD)
    assert (said.passed, said.iterations, said.warnings) == (7, 2, 0)
    assert judge("Iteration 0: \n1-1:\tPASSED.\n1-2:\tPASS").passed == 1
    assert judge(WARNED).warnings == 1


def test_success_after_a_failure_is_no_success() -> None:
    assert judge(REFUSED + "All tests finished successfully!\n").kind == "fail"


def lab(clients: int, *versions: str) -> Topology:
    return topology(LabFile.model_validate({"clients": {"count": clients}, "nfs": {"versions": list(versions)}}))


@pytest.mark.parametrize(
    ("clients", "versions"),
    [(2, ("3", "4.2")), (3, ("3", "4.0", "4.2")), (5, ("3", "4.2")), (4, ("3", "4.0", "4.1", "4.2")), (2, ("4.1",))],
)
def test_each_version_has_a_pair_and_no_client_listens_twice(clients: int, versions: tuple[str, ...]) -> None:
    lab_ = lab(clients, *versions)
    jobs = Mlock().jobs(lab_)
    listeners = [job for job in jobs if job.name.endswith("listen")]
    assert [job.version for job in listeners] == list(versions)
    assert len({job.node for job in listeners}) == len(versions)
    for listener in listeners:
        other = next(job for job in jobs if job.version == listener.version and job is not listener)
        assert other.node != listener.node
        assert other.arguments[-1] == lab_.node(listener.node).service.address
        assert other.arguments[-2] == listener.arguments[-1]
    assert len({(job.node, job.unit) for job in jobs}) == len(jobs)


def test_pairs_of_different_versions_never_meet_in_one_file() -> None:
    names = [
        job.arguments[job.arguments.index("-N") + 2].rpartition("/")[2] for job in Mlock().jobs(lab(2, "3", "4.2"))
    ]
    assert names == ["mlock-v3", "mlock-v3", "mlock-v4.2", "mlock-v4.2"]


def test_paths_are_short_enough_for_mlock() -> None:
    jobs = Mlock().jobs(lab(4, "3", "4.0", "4.1", "4.2"))
    assert max(len(job.arguments[job.arguments.index("-N") + 2]) for job in jobs) <= 31


@pytest.mark.parametrize(
    ("clients", "versions", "message"), [(1, ("3",), "two clients"), (2, ("3", "4.0", "4.2"), "3 versions")]
)
def test_a_lab_that_is_too_small_is_refused(clients: int, versions: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Mlock().jobs(lab(clients, *versions))


def jobs() -> list[Job]:
    return Mlock().jobs(lab(2, "3", "4.2"))


def record(out: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "ended",
        "n": 2,
        "time": 7.0,
        "status": 1,
        "signal": 0,
        "stopped": False,
        "out": out,
        "err": "",
        **more,
    }


def test_runs_become_processes_that_never_repeat() -> None:
    mlock, all_jobs = Mlock(), jobs()
    names = {
        (job.node, mlock.events(job, {"type": "invoke", "n": n, "time": 1.0})[0].process)
        for job in all_jobs
        for n in range(50)
    }
    assert len(names) == 50 * len(all_jobs)


def test_an_end_tells_version_role_and_lines() -> None:
    event = Mlock().events(jobs()[0], record(GOOD))[0]
    assert (event.type, event.f, event.process) == ("ok", "mlock", "c1/mlock-4")
    assert event.value == {"version": "3", "role": "listen", "run": 2, "passed": 7, "iterations": 2, "warnings": 0}


@pytest.mark.parametrize(
    ("out", "kind"), [(BROKEN, "info"), (FREE, "info"), ("Iteration 0: \n", "info"), (REFUSED, "fail"), (GOOD, "info")]
)
def test_what_is_said_while_the_work_is_stopped_is_no_finding_unless_an_errno_was_met(out: str, kind: str) -> None:
    assert Mlock().events(jobs()[0], record(out, stopped=True))[0].type == kind
