"""Histories written by hand, in few words."""

from collections.abc import Sequence
from typing import Any

from hanfslab.campaign.event import Event
from hanfslab.campaign.reader import Reading
from hanfslab.checkers.judge import judge
from hanfslab.checkers.results import Finding, Results

CLIENTS, VERSIONS = ("c1", "c2"), ("3", "4.2")


def begin(**more: Any) -> Event:
    value = {
        "lab": "lab",
        "accelerator": "kvm",
        "servers": ["nfs1", "nfs2"],
        "clients": list(CLIENTS),
        "versions": list(VERSIONS),
        "faults": 1,
        "workloads": ["pulse"],
        **more,
    }
    return Event(0.0, "cluster", "invoke", "run", value)


def end(time: float, kind: str = "ok", **value: Any) -> Event:
    return Event(time, "cluster", kind, "run", value)


def fault(time: float, node: str, n: int = 1, kind: str = "invoke") -> Event:
    return Event(time, "fault", kind, "power", {"node": node, "n": n})


def audit(time: float, *owners: str, **lists: list[str]) -> Event:
    value = {"address": list(owners), "mount": list(owners), "nfsd": list(owners), **lists}
    return Event(time, "audit", "ok", "owner", value)


def whole(time: float, n: int = 1) -> Event:
    return Event(time, "cluster", "ok", "whole", {"n": n})


def pulse(
    client: str, version: str, times: Sequence[float], kind: str = "ok", took: float = 0.02, **error: Any
) -> list[Event]:
    """Writes that were begun at some times and ended so."""
    process = f"{client}/pulse-{VERSIONS.index(version)}"
    value = {"file": f"v{version}:/pulse/{client}"}
    return [
        event
        for time in times
        for event in (
            Event(time, process, "invoke", "write", value),
            Event(time + took, process, kind, "write", value, error),
        )
    ]


def steady(start: float, stop: float) -> list[float]:
    """Twice a second."""
    return [start + n / 2 for n in range(int((stop - start) * 2))]


def pulses(gap: tuple[float, float], stop: float) -> list[Event]:
    """All clients' pulses, away between two times."""
    return [
        event
        for client in CLIENTS
        for version in VERSIONS
        for event in (
            *pulse(client, version, steady(0, gap[0])),
            *pulse(client, version, [gap[0]], took=gap[1] - gap[0]),
            *pulse(client, version, steady(gap[1] + 0.5, stop)),
        )
    ]


def run_of(
    workload: str,
    process: str,
    start: float,
    stop: float,
    kind: str,
    *,
    version: str = "3",
    role: str = "listen",
    passed: int = 10,
    **error: Any,
) -> list[Event]:
    value = {"version": version, "role": role, "passed": passed}
    return [Event(start, process, "invoke", workload, value), Event(stop, process, kind, workload, value, error)]


def sound() -> list[Event]:
    """One failover as it should be: struck at 30, away from 31 to 55, taken over at 54, whole at 80."""
    return [
        begin(),
        audit(1, "nfs1"),
        audit(29, "nfs1"),
        fault(30, "nfs1"),
        audit(40),
        audit(54, "nfs2"),
        fault(75, "nfs1", kind="ok"),
        whole(80),
        audit(81, "nfs2"),
        *pulses((31, 55), 100),
        end(101),
    ]


def judged(events: Sequence[Event], damage: str = "") -> Results:
    return judge(Reading(tuple(sorted(events, key=lambda event: event.time)), damage))


def finding(events: Sequence[Event], name: str, damage: str = "") -> Finding:
    return next(check for check in judged(events, damage).checks if check.name == name)


def without(events: Sequence[Event], **fields: Any) -> list[Event]:
    """A history without the events that have these fields."""
    return [event for event in events if any(getattr(event, key) != value for key, value in fields.items())]
