"""A history told as a run with its failovers: what the checks start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hanfslab.campaign.event import Event
from hanfslab.checkers.pulses import Key, Pulse, pulses
from hanfslab.checkers.results import Failover
from hanfslab.checkers.values import names, number


@dataclass(frozen=True)
class Story:
    """A run as its history tells it.

    Attributes:
        events: in the order of time.
        run: the value of the run's first event; empty for a history without one.
        end: the run's last event, if it has one.
        audits: who owned what, in the order of time.
        failovers: each fault with what came of it.
        damage: where the history could not be read any further.
    """

    events: Sequence[Event]
    run: dict[str, Any]
    end: Event | None
    audits: Sequence[Event]
    failovers: Sequence[Failover]
    damage: str = ""

    @property
    def early(self) -> bool:
        """Whether the run is known to have ended before its plan did."""
        return self.end is not None and (self.end.type != "ok" or "early" in self.end.value)


def tell(events: Sequence[Event], damage: str = "") -> Story:
    """The story of a history whose events are in the order of time."""
    runs = [event for event in events if event.process == "cluster" and event.f == "run"]
    run = next((event.value for event in runs if event.type == "invoke"), {})
    end = next((event for event in runs if event.type != "invoke"), None)
    audits = [event for event in events if event.process == "audit" and event.f == "owner" and event.type == "ok"]
    return Story(events, run, end, audits, _failovers(events, audits, run), damage)


def owner(audit: Event) -> str | None:
    """The one server that had address, disk and NFS, if one had all and no other any."""
    address, mount, nfsd = (names(audit.value, key) for key in ("address", "mount", "nfsd"))
    return mount[0] if len(mount) == 1 and address == mount == nfsd else None


def expected(run: dict[str, Any]) -> list[Key]:
    """The clients and versions that must have a pulse."""
    return [(client, version) for client in names(run, "clients") for version in names(run, "versions")]


def _failovers(events: Sequence[Event], audits: Sequence[Event], run: dict[str, Any]) -> list[Failover]:
    faults = [event for event in events if event.process == "fault"]
    struck = [event for event in faults if event.type == "invoke"]
    known = {number(event.value, "n") for event in faults if event.type == "ok"}
    whole = {
        number(event.value, "n"): event.time for event in events if event.process == "cluster" and event.f == "whole"
    }
    seen = pulses(events)
    keys = list(dict.fromkeys(expected(run) + sorted(seen)))
    ends = [fault.time for fault in struck[1:]] + [events[-1].time if events else 0.0]
    return [
        _failover(fault, end, n, known, whole, audits, {key: seen.get(key, Pulse()) for key in keys})
        for n, (fault, end) in enumerate(zip(struck, ends, strict=False), 1)
    ]


def _failover(
    fault: Event,
    end: float,
    position: int,
    known: set[int],
    whole: dict[int, float],
    audits: Sequence[Event],
    seen: dict[Key, Pulse],
) -> Failover:
    n, node = number(fault.value, "n", position), str(fault.value.get("node", ""))
    taken = next(
        (audit for audit in audits if fault.time < audit.time <= end and owner(audit) not in (None, node)), None
    )
    when = taken.time if taken else None
    return Failover(
        n=n,
        fault=fault.f,
        node=node,
        time=fault.time,
        known=n in known,
        to=owner(taken) if taken else None,
        taken=round(taken.time - fault.time, 3) if taken else None,
        whole=round(whole[n] - fault.time, 3) if n in whole else None,
        end=end,
        clients=[pulse.between(key, fault.time, when, end) for key, pulse in seen.items()],
    )
