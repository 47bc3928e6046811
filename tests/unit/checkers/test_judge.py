import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanfslab.campaign.event import TYPES, Event
from hanfslab.checkers.judge import judge_file, write
from hanfslab.checkers.results import EXIT_CODES, Finding, Results, worst
from hanfslab.errors import LabError
from tests.unit.checkers.histories import judged, sound


def test_a_sound_failover_passes_every_check() -> None:
    results = judged(sound())
    assert [(check.name, check.verdict) for check in results.checks] == [
        ("lab", "pass"),
        ("faults", "pass"),
        ("owner", "pass"),
        ("service", "pass"),
    ]
    assert (results.verdict, results.exit_code) == ("pass", 0)


def test_results_have_the_shape_of_the_contract() -> None:
    data = json.loads(json.dumps(judged(sound()).data()))
    assert list(data) == ["verdict", "checks", "failovers", "workloads", "run", "damage"]
    assert all(list(check) == ["name", "verdict", "summary", "evidence"] for check in data["checks"])
    failover = data["failovers"][0]
    assert (failover["n"], failover["fault"], failover["node"], failover["time"]) == (1, "power", "nfs1", 30)
    assert failover["phases"] == {
        "detect": None,
        "mount": None,
        "nfs": None,
        "address": None,
        "first_io": 25.0,
        "first_lock": None,
    }
    assert failover["locks"] == dict.fromkeys(["survived", "told", "stolen", "stalled", "unknown"])
    assert (failover["to"], failover["taken"], failover["whole"], failover["known"]) == ("nfs2", 24, 50, True)
    assert failover["clients"][1] == {"client": "c1", "version": "4.2", "gap": 24.48, "first_io": 25.0, "hung": None}


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["pass", "unknown"], "unknown"),
        (["unknown", "broken", "pass"], "broken"),
        (["broken", "fail"], "fail"),
        (["pass"], "pass"),
        ([], "unknown"),
    ],
)
def test_the_worst_verdict_counts(verdicts: list[str], expected: str) -> None:
    assert worst(verdicts) == expected


def test_exit_codes_are_the_contracts() -> None:
    codes = {verdict: Results([Finding("x", verdict, "")], [], [], {}).exit_code for verdict in EXIT_CODES}
    assert codes == {"pass": 0, "fail": 1, "unknown": 3, "broken": 4}


def test_an_empty_history_has_no_verdict() -> None:
    assert judged([]).verdict == "unknown"


def test_a_torn_history_is_judged_up_to_there_and_never_passes(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text("".join(event.line() for event in sorted(sound(), key=lambda event: event.time)) + '{"time": 1')
    results = judge_file(path)
    assert results.verdict == "unknown"
    assert results.failovers[0].to == "nfs2"
    assert "torn" in results.checks[0].summary
    write(results, tmp_path / "results.json")
    assert json.loads((tmp_path / "results.json").read_text()) == json.loads(json.dumps(results.data()))


def test_results_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"results\.json"):
        write(judged([]), tmp_path / "nowhere" / "results.json")


processes = st.sampled_from(["c1/pulse-0", "c1/bonnie-1", "c2/mlock-0", "fault", "audit", "cluster", "odd", "/", "-"])
names = st.sampled_from(["write", "read", "owner", "run", "whole", "power", "bonnie", "mlock", "collect", "?"])
anything = st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3))
values = st.dictionaries(
    st.sampled_from(
        [
            "node",
            "n",
            "mount",
            "address",
            "nfsd",
            "answered",
            "file",
            "version",
            "passed",
            "clients",
            "versions",
            "faults",
            "workloads",
            "broken",
        ]
    ),
    anything,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.builds(Event, st.floats(0, 1e5), processes, st.sampled_from(TYPES), names, values, values), max_size=30)
)
def test_whatever_a_history_says_it_is_judged(events: list[Event]) -> None:
    assert judged(events).verdict in EXIT_CODES
    json.dumps(judged(events).data())
