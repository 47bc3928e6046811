"""When each client's pulse was answered, over each version."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hanfslab.campaign.event import Event
from hanfslab.checkers.results import Service

Key = tuple[str, str]  # client, version


@dataclass(frozen=True)
class Write:
    """A write of a pulse.

    Attributes:
        begin: when it was begun.
        end: when it was acknowledged or given up; None when nothing more is known of it.
        acknowledged: whether it was.
    """

    begin: float
    end: float | None = None
    acknowledged: bool = False


@dataclass
class Pulse:
    """One client's writes over one version, in the order in which they began: one after the other."""

    writes: list[Write] = field(default_factory=list)

    def between(self, key: Key, fault: float, taken: float | None, end: float) -> Service:
        """What was seen of one failover.

        The service's absence is the longest time between two acknowledged writes, the first of which may be the last
        one before the fault. It is known only once a write was acknowledged after the takeover.

        Args:
            key: the client and version.
            fault: when the fault came.
            taken: when the takeover was seen, if it was.
            end: when the next fault came, or the history ended.
        """
        answers = [write.end for write in self.writes if write.acknowledged and write.end is not None]
        first, last = bisect_left(answers, fault), bisect_left(answers, end)
        times = answers[first:last]
        if taken is None or not times or times[-1] <= taken:
            return Service(*key, gap=None, first_io=None, hung=self._waited(end))
        before = answers[first - 1] if first else fault
        gap, back = max((later - earlier, later) for earlier, later in zip([before, *times], times, strict=False))
        return Service(*key, gap=round(gap, 3), first_io=round(back - fault, 3))

    def _waited(self, end: float) -> float | None:
        """How long the last write before a time is known to have waited in vain; None when it is not known to have."""
        at = bisect_left(self.writes, end, key=lambda write: write.begin) - 1
        if at < 0:
            return None
        write = self.writes[at]
        if write.end is None or (write.acknowledged and write.end < end):
            return None
        return round(min(write.end, end) - write.begin, 3)


def pulses(events: Iterable[Event]) -> dict[Key, Pulse]:
    """Each client's pulses by version, from a history in the order of time."""
    found: dict[Key, Pulse] = {}
    open_writes: dict[str, tuple[Pulse, int]] = {}
    for event in events:
        if event.f != "write" or event.workload != "pulse":
            continue
        if event.type == "invoke":
            pulse = found.setdefault((event.node, version_of(event)), Pulse())
            open_writes[event.process] = (pulse, len(pulse.writes))
            pulse.writes.append(Write(event.time))
        elif event.process in open_writes:
            pulse, at = open_writes.pop(event.process)
            pulse.writes[at] = replace(pulse.writes[at], end=event.time, acknowledged=event.type == "ok")
    return found


def version_of(event: Event) -> str:
    """The NFS version of a client's event, by its file or as it says itself."""
    version = event.value.get("version")
    return str(version) if version else str(event.value.get("file", "")).partition(":")[0].removeprefix("v")
