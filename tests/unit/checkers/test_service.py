import pytest

from hanfslab.campaign.event import Event
from tests.unit.checkers.histories import audit, end, fault, finding, judged, pulse, sound, steady, without


def but_one(*pulses: Event) -> list[Event]:
    """A sound failover, but for one client's pulse over v3."""
    return [*without(sound(), process="c1/pulse-0"), *pulses]


def hanging(until: float | None, last: float = 300) -> list[Event]:
    """c1's v3 write at 31 is not answered; when it is known to wait still, it ends as `info`."""
    wait = pulse("c1", "3", [31], "info", took=(until or 31) - 31, name="STOPPED")
    return [*pulse("c1", "3", steady(0, 31)), *(wait if until else wait[:1]), audit(last, "nfs2")]


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        (sound(), "pass"),
        # never answered again, known for long; its twins: known for a moment only, or not known at all
        (but_one(*hanging(400), end(401)), "fail"),
        (but_one(*hanging(60)), "unknown"),
        (but_one(*hanging(None)), "unknown"),
        # nothing was seen of that client
        (but_one(), "unknown"),
        (but_one(*pulse("c1", "3", steady(0, 29))), "unknown"),
        # answered, but never after the takeover
        (but_one(*pulse("c1", "3", steady(0, 54))), "unknown"),
        # an error where it should only wait
        (but_one(*pulse("c1", "3", steady(0, 31)), *pulse("c1", "3", [31], "info", errno=5, name="EIO")), "fail"),
        (but_one(*pulse("c1", "3", steady(0, 31)), *pulse("c1", "3", [31], "info", errno=116, name="ESTALE")), "fail"),
        # what was read is not what was written
        ([*sound(), Event(90, "c1/pulse-0", "fail", "read", {}, {"name": "MISMATCH"})], "fail"),
        # a long wait that has an end is a figure, not a failure
        (
            but_one(
                *pulse("c1", "3", steady(0, 31)), *pulse("c1", "3", [31], took=60), *pulse("c1", "3", steady(92, 100))
            ),
            "pass",
        ),
    ],
)
def test_every_client_is_served_again(events: list[Event], verdict: str) -> None:
    assert finding(events, "service").verdict == verdict


def test_seconds_without_service_run_from_answer_to_answer() -> None:
    seen = judged(sound()).failovers[0].clients
    assert len(seen) == 4
    for one in seen:
        assert one.gap == pytest.approx(55 - 30.52)
        assert one.first_io == pytest.approx(25)


def test_one_client_that_waits_longer_decides_when_all_are_served() -> None:
    late = [*pulse("c1", "3", steady(0, 31)), *pulse("c1", "3", [31], took=55), *pulse("c1", "3", steady(87, 100))]
    assert judged(but_one(*late)).failovers[0].first_io == pytest.approx(56)
    assert judged(but_one(*hanging(60))).failovers[0].first_io is None


def test_a_short_stall_later_is_not_the_failover() -> None:
    stalled = [
        *pulse("c1", "3", steady(0, 31)),
        *pulse("c1", "3", [31], took=24),
        *pulse("c1", "3", steady(55.5, 80)),
        *pulse("c1", "3", [80], took=9),
        *pulse("c1", "3", steady(90, 100)),
    ]
    assert judged(but_one(*stalled)).failovers[0].clients[0].first_io == pytest.approx(25)


def test_a_write_that_only_the_next_failover_ends_was_in_vain() -> None:
    events = [
        *without(but_one(*pulse("c1", "3", steady(0, 31)), *pulse("c1", "3", [31], took=300)), f="run"),
        audit(211, "nfs2"),
        fault(260, "nfs2", 2),
        audit(280, "nfs1"),
        fault(290, "nfs2", 2, "ok"),
        audit(400, "nfs1"),
        *pulse("c1", "3", steady(332, 400)),
    ]
    first = judged(events).failovers[0].clients[0]
    assert (first.client, first.version, first.gap) == ("c1", "3", None)
    assert first.hung == pytest.approx(229)
    assert finding(events, "service").verdict == "fail"


def test_no_pulse_at_all_is_no_answer() -> None:
    nothing = [event for event in sound() if "/" not in event.process]
    assert finding(nothing, "service").verdict == "unknown"
    bare = without(nothing, f="run")
    assert finding(bare, "service").verdict == "unknown"
