"""How the runs of a workload ended: what the checks of bonnie and mlock share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hanfslab.campaign.event import Event
from hanfslab.checkers.results import Finding
from hanfslab.checkers.story import Story
from hanfslab.checkers.values import names, number


@dataclass
class Runs:
    """The runs of a workload.

    Attributes:
        begun: that were begun.
        ok: that ended well.
        fail: that did not.
        info: of which nobody knows.
        waited: seconds that each of the latter had been running when its end was recorded.
    """

    begun: list[Event] = field(default_factory=list)
    ok: list[Event] = field(default_factory=list)
    fail: list[Event] = field(default_factory=list)
    info: list[Event] = field(default_factory=list)
    waited: dict[str, float] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """mlock's lines that say PASSED."""
        return sum(number(event.value, "passed") for event in (*self.ok, *self.fail, *self.info))


def runs(events: Sequence[Event], name: str) -> Runs:
    """The runs of a workload in a history."""
    found, begun = Runs(), dict[str, float]()
    for event in events:
        if event.workload != name or event.f != name:
            continue
        if event.type == "invoke":
            found.begun.append(event)
            begun[event.process] = event.time
        else:
            getattr(found, event.type).append(event)
            if event.type == "info" and event.process in begun:
                found.waited[event.process] = event.time - begun[event.process]
    return found


def judged(
    story: Story, name: str, found: Runs, in_vain: float, place: Callable[[Event], str], asked: Sequence[str]
) -> Finding | None:
    """A failed run fails, and one that waited in vain; without a good run at each place nothing is known.

    Args:
        story: the run's.
        name: the workload's.
        found: its runs.
        in_vain: seconds after which one that goes on has failed.
        place: where a run was, in words that a person can find: such as a client and a version.
        asked: places that must have runs whether or not any was begun.
    """
    if found.fail:
        return Finding(
            name,
            "fail",
            f"{len(found.fail)} of {_total(found)} runs failed; the first: {_why(found.fail[0])}",
            [_evidence(event) for event in found.fail[:10]],
        )
    hung = [event for event in found.info if found.waited.get(event.process, 0.0) >= in_vain]
    if hung:
        waited = found.waited[hung[0].process]
        return Finding(
            name,
            "fail",
            f"a run on {hung[0].node} was still going on after {waited:.0f} s",
            [_evidence(event) for event in hung[:10]],
        )
    if found.ok and (lacking := _lacking(found, place, asked)):
        return Finding(
            name, "unknown", f"no run came to its end on {', '.join(lacking)}; {len(found.ok)} elsewhere did"
        )
    if found.ok:
        more = f", {len(found.info)} interrupted" if found.info else ""
        return Finding(name, "pass", f"{len(found.ok)} runs ended well{more}")
    if found.info or name in names(story.run, "workloads"):
        return Finding(name, "unknown", f"no run came to its end ({len(found.info)} interrupted)")
    return None


def _lacking(found: Runs, place: Callable[[Event], str], asked: Sequence[str]) -> list[str]:
    served = {place(event) for event in found.ok}
    return [where for where in dict.fromkeys([*asked, *map(place, found.begun)]) if where not in served]


def _total(found: Runs) -> int:
    return len(found.ok) + len(found.fail) + len(found.info)


def _why(event: Event) -> str:
    said = str(event.error.get("text") or "").strip().splitlines()
    words = [str(event.error.get("name", "")), said[-1] if said else ""]
    return f"{event.process} at {event.time:.1f} s: {': '.join(word for word in words if word)}"


def _evidence(event: Event) -> dict[str, Any]:
    return {"time": event.time, "process": event.process, **event.error}
