from typing import Any

import pytest

from hanfslab.campaign.event import Event
from tests.unit.checkers.histories import begin, end, finding, judged, run_of, sound


def with_(*more: Event) -> list[Event]:
    return [*sound(), *more]


GOOD = run_of("bonnie", "c1/bonnie-0", 5, 70, "ok")


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        (with_(*GOOD), "pass"),
        # one failed run among good ones
        (
            with_(*GOOD, *run_of("bonnie", "c1/bonnie-1", 71, 90, "fail", name="FAILED", text="Input/output error")),
            "fail",
        ),
        # one that was stopped at the end; and none that came to its end
        (with_(*GOOD, *run_of("bonnie", "c1/bonnie-1", 71, 100, "info", name="STOPPED")), "pass"),
        (with_(*run_of("bonnie", "c1/bonnie-1", 71, 100, "info", name="STOPPED")), "unknown"),
        # still going on after an hour
        (with_(*GOOD, *run_of("bonnie", "c1/bonnie-1", 71, 3700, "info", name="STOPPED")), "fail"),
        # asked for, and never seen
        ([begin(workloads=["bonnie", "pulse"]), end(9)], "unknown"),
    ],
)
def test_bonnie(events: list[Event], verdict: str) -> None:
    assert finding(events, "bonnie").verdict == verdict


ENOLCK: dict[str, Any] = {"errno": 37, "name": "ENOLCK", "text": "test 2-0 failed, result =37"}
FREE: dict[str, Any] = {"errno": 0, "name": "NOT_REFUSED", "text": "test 2-4 failed, result =0"}
KILLED = run_of("mlock", "c2/mlock-0", 5, 28, "info", role="connect", name="KILLED", signal=9)
FINE = [*run_of("mlock", "c1/mlock-2", 40, 55, "ok"), *run_of("mlock", "c2/mlock-2", 40, 55, "ok", role="connect")]


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        (with_(*FINE), "pass"),
        (with_(*FINE, *run_of("mlock", "c1/mlock-0", 5, 30, "fail", **ENOLCK)), "fail"),
        # a lock that was free although it was held; its twin: the one that held it had been killed
        (with_(*FINE, *run_of("mlock", "c1/mlock-0", 5, 29, "fail", **FREE)), "fail"),
        (with_(*FINE, *KILLED, *run_of("mlock", "c1/mlock-0", 5, 29, "fail", **FREE)), "pass"),
        (with_(*FINE, *KILLED, *run_of("mlock", "c1/mlock-0", 5, 29, "fail", version="4.2", **FREE)), "fail"),
        (with_(*FINE, *KILLED, *run_of("mlock", "c1/mlock-0", 5, 99, "fail", **FREE)), "fail"),
        (with_(*FINE, *KILLED, *run_of("mlock", "c1/mlock-0", 5, 29, "fail", **ENOLCK)), "fail"),
        # the two lost each other
        (with_(*FINE, *run_of("mlock", "c1/mlock-4", 60, 61, "info", name="PEER", text="socket broken")), "pass"),
        (with_(*run_of("mlock", "c1/mlock-4", 60, 61, "info", name="PEER", text="socket broken")), "unknown"),
    ],
)
def test_mlock(events: list[Event], verdict: str) -> None:
    assert finding(events, "mlock").verdict == verdict


OTHER = run_of("bonnie", "c2/bonnie-0", 5, 100, "info", version="4.2", name="STOPPED")
LONELY = run_of("mlock", "c1/mlock-5", 60, 61, "info", version="4.2", name="PEER")


@pytest.mark.parametrize(
    ("events", "name", "missing"),
    [
        (with_(*GOOD, *OTHER), "bonnie", "c2 v4.2"),
        ([begin(workloads=["bonnie"]), *GOOD, end(99)], "bonnie", "c2"),
        (with_(*FINE, *LONELY), "mlock", "v4.2"),
        ([begin(workloads=["mlock"]), *FINE, end(99)], "mlock", "v4.2"),
    ],
)
def test_a_client_or_version_without_a_run_that_ended_well_is_named(
    events: list[Event], name: str, missing: str
) -> None:
    found = finding(events, name)
    assert found.verdict == "unknown"
    assert f" on {missing};" in found.summary


def test_every_client_and_version_with_one_good_run_is_enough() -> None:
    both = [*GOOD, *OTHER, *run_of("bonnie", "c2/bonnie-1", 5, 90, "ok", version="4.2")]
    assert finding([begin(workloads=["bonnie"]), *both, end(101)], "bonnie").verdict == "pass"
    pair = [*FINE, *LONELY, *run_of("mlock", "c2/mlock-7", 62, 80, "ok", version="4.2")]
    assert finding([begin(workloads=["mlock"]), *pair, end(101)], "mlock").verdict == "pass"


def test_mlock_counts_its_lines_and_names_the_errno() -> None:
    assert finding(with_(*FINE), "mlock").summary == "2 runs ended well, 20 lines PASSED"
    failed = finding(with_(*run_of("mlock", "c1/mlock-0", 5, 30, "fail", **ENOLCK)), "mlock")
    assert failed.summary == "1 of 1 runs failed; the first: c1/mlock-0 at 30.0 s: ENOLCK: test 2-0 failed, result =37"
    assert failed.evidence == [{"time": 30, "process": "c1/mlock-0", **ENOLCK}]


def test_tallies() -> None:
    results = judged(with_(*GOOD, *FINE, *KILLED))
    assert [(one.name, one.ok, one.failed, one.interrupted, one.passed_lines) for one in results.workloads] == [
        ("bonnie", 1, 0, 0, None),
        ("mlock", 2, 0, 1, 30),
    ]
