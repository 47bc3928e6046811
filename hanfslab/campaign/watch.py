"""What a campaign tells those who look on."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from hanfslab.campaign.event import Event


@dataclass
class State:
    """How a campaign stands now.

    Attributes:
        time: seconds since the run began.
        total: seconds it is to take.
        doing: what it does or waits for, in words.
        owner: who has the service, if one server has.
        next_fault: when the next is due, in seconds since the run began.
        done: failovers done, of `planned`.
        counts: for each workload, how many of its runs or operations ended how.
        answered: when each pulse was last answered, by node and version.
    """

    planned: int
    total: float
    time: float = 0.0
    doing: str = "starting"
    owner: str | None = None
    next_fault: float | None = None
    done: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)

    def see(self, event: Event) -> None:
        """Take an event of the history into account."""
        if not event.node:
            return
        self.counts.setdefault(event.workload, Counter())[event.type] += 1
        if event.workload == "pulse" and event.type == "ok":
            version = str(event.value.get("file", "")).partition(":")[0]
            key = f"{event.node} {version}"
            self.answered[key] = max(event.time, self.answered.get(key, 0.0))


class Watcher(Protocol):
    """Somebody who looks on."""

    def say(self, time: float, text: str) -> None:
        """Something happened."""

    def show(self, state: State) -> None:
        """This is how it stands; called about once a second."""


class Nobody:
    """Nobody looks on."""

    def say(self, time: float, text: str) -> None:
        """Tell nobody."""

    def show(self, state: State) -> None:
        """Show nobody."""
