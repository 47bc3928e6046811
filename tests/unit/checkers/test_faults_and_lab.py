import pytest

from hanfslab.campaign.event import Event
from tests.unit.checkers.histories import begin, end, fault, finding, judged, sound, without

OTHER = [fault(85, "nfs2", 2)]
NO_END = [event for event in sound() if not (event.f == "run" and event.type != "invoke")]


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        (sound(), "pass"),
        # not proved, and its twin
        ([*sound(), *OTHER], "unknown"),
        ([*sound(), *OTHER, fault(90, "nfs2", 2, "ok")], "pass"),
        ([*sound(), *OTHER, fault(90, "nfs2", 2, "info")], "unknown"),
        ([*sound(), *OTHER, fault(90, "nfs2", 2, "fail")], "unknown"),
        # proof of another fault is none
        ([*sound(), *OTHER, fault(90, "nfs2", 1, "ok")], "unknown"),
        # fewer than planned: without a word, and because somebody ended it
        ([begin(faults=2), *without(sound(), type="invoke", f="run")], "unknown"),
        ([begin(faults=2), *without(NO_END, type="invoke", f="run"), end(101, early="by Ctrl-C")], "pass"),
        # none at all
        ([begin(), end(5, early="by Ctrl-C")], "unknown"),
    ],
)
def test_every_fault_is_proved(events: list[Event], verdict: str) -> None:
    assert finding(events, "faults").verdict == verdict


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        (sound(), "pass"),
        ([*NO_END, end(101, early="by Ctrl-C")], "pass"),
        ([*NO_END, end(101, "info", broken="nfs1 back in the cluster: not within 240 s")], "broken"),
        ([*NO_END, end(101, "info", stopped="by Ctrl-C, at once")], "unknown"),
        ([*NO_END, end(101, "info")], "unknown"),
        (NO_END, "unknown"),
        ([*sound(), Event(100, "cluster", "info", "collect", {"node": "c1"}, {"name": "UNREACHABLE"})], "unknown"),
    ],
)
def test_the_lab_held(events: list[Event], verdict: str) -> None:
    assert finding(events, "lab").verdict == verdict


def test_a_damaged_history_is_never_sound() -> None:
    found = finding(sound(), "lab", "line 7 is torn: read up to there")
    assert (found.verdict, found.summary) == ("unknown", "the history is damaged: line 7 is torn: read up to there")


def test_a_broken_lab_is_no_failed_check() -> None:
    events = [event for event in NO_END if event.time <= 45] + [end(200, "info", broken="nfs2 taking over from nfs1")]
    results = judged(events)
    assert (results.verdict, results.exit_code) == ("broken", 4)
