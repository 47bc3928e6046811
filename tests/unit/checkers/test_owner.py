import pytest

from hanfslab.campaign.event import Event
from tests.unit.checkers.histories import audit, fault, finding, judged, sound, without


def with_(*more: Event) -> list[Event]:
    return [*sound(), *more]


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        (sound(), "pass"),
        # two with the disk mounted: never, and its twin where it only changes hands
        (with_(audit(50, "nfs2", mount=["nfs1", "nfs2"])), "fail"),
        (with_(audit(50, mount=["nfs1"])), "pass"),
        # nobody owns it long after the takeover, and its twins: before it, or when the owner did not answer
        (with_(audit(70)), "fail"),
        (with_(audit(70, answered=["nfs1", "nfs2"])), "fail"),
        (with_(audit(45)), "pass"),
        (with_(audit(70, answered=["nfs1"])), "pass"),
        # the service in two halves, after the takeover and while it is under way
        (with_(audit(70, "nfs2", address=["nfs1"])), "fail"),
        (with_(audit(70, "nfs2", nfsd=[])), "fail"),
        (with_(audit(50, "nfs2", nfsd=[])), "pass"),
        # two addresses after the takeover
        (with_(audit(70, "nfs2", address=["nfs1", "nfs2"])), "fail"),
        # nobody owned it before the fault
        (with_(audit(20)), "fail"),
        # the struck one is still the owner: nothing was taken over
        ([*without(without(sound(), time=54), time=81), audit(54, "nfs1")], "unknown"),
        (without(sound(), process="audit"), "unknown"),
    ],
)
def test_exactly_one_owner(events: list[Event], verdict: str) -> None:
    assert finding(events, "owner").verdict == verdict


def test_each_failover_has_its_own_time_to_change_hands() -> None:
    second = [fault(110, "nfs2", 2), audit(115), audit(130, "nfs1"), fault(140, "nfs2", 2, "ok")]
    assert finding(with_(*second), "owner").verdict == "pass"
    assert finding(with_(*second, audit(135)), "owner").verdict == "fail"


def test_the_evidence_is_the_audit() -> None:
    found = finding(with_(audit(50, mount=["nfs1", "nfs2"])), "owner")
    assert found.evidence == [{"time": 50, "address": [], "mount": ["nfs1", "nfs2"], "nfsd": []}]
    assert "nfs1 and nfs2 both had the disk mounted at 50.0 s" in found.summary


def test_a_history_without_audits_or_faults_has_no_say() -> None:
    assert [check.name for check in judged([]).checks] == []
