"""What checks find, and what a run comes to."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

# the worst first, with exit codes
EXIT_CODES = {"fail": 1, "broken": 4, "unknown": 3, "pass": 0}
PHASES = ("detect", "mount", "nfs", "address", "first_io", "first_lock")
FATES = ("survived", "told", "stolen", "stalled", "unknown")


@dataclass(frozen=True)
class Finding:
    """One check's answer.

    Attributes:
        name: of the check.
        verdict: `fail`, `broken`, `unknown` or `pass`.
        summary: a sentence.
        evidence: the events or figures that it rests on.
    """

    name: str
    verdict: str
    summary: str
    evidence: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Service:
    """What a client saw of one failover over one NFS version.

    Attributes:
        gap: the longest time without an acknowledged write; None when its end was not seen.
        first_io: seconds from the fault to the write that ended it.
        hung: how long a write is known to have waited in vain; None when none is.
    """

    client: str
    version: str
    gap: float | None
    first_io: float | None
    hung: float | None = None


@dataclass(frozen=True)
class Failover:
    """One failover; seconds after the fault, None where it was not seen.

    Attributes:
        n: its number.
        fault: what was done.
        node: to whom.
        time: when, in seconds since the run began.
        known: whether the fault is known to have happened.
        to: who took over.
        taken: until exactly that server was seen to own all.
        whole: until both servers were up and heard each other again.
        end: when the next one begins, or the history ends.
        clients: what each client saw.
    """

    n: int
    fault: str
    node: str
    time: float
    known: bool
    to: str | None
    taken: float | None
    whole: float | None
    end: float
    clients: list[Service]

    @property
    def first_io(self) -> float | None:
        """Until every client was served again."""
        times = [seen.first_io for seen in self.clients]
        return max((time for time in times if time is not None), default=None) if None not in times else None

    def data(self) -> dict[str, Any]:
        """As in `results.json`: phases that nothing has measured and fates that nothing has judged are null."""
        phases = dict.fromkeys(PHASES) | {"first_io": self.first_io}
        own = {key: value for key, value in asdict(self).items() if key != "end"}
        return own | {"phases": phases, "locks": dict.fromkeys(FATES)}


@dataclass(frozen=True)
class Tally:
    """How the runs of a workload ended."""

    name: str
    ok: int
    failed: int
    interrupted: int
    passed_lines: int | None = None


@dataclass(frozen=True)
class Results:
    """All that a history says.

    Attributes:
        run: what the run was: the value of its first event.
        damage: where the history could not be read any further.
    """

    checks: list[Finding]
    failovers: list[Failover]
    workloads: list[Tally]
    run: dict[str, Any]
    damage: str = ""

    @property
    def verdict(self) -> str:
        """The worst of the checks' verdicts."""
        return worst(check.verdict for check in self.checks)

    @property
    def exit_code(self) -> int:
        """The verdict as an exit code."""
        return EXIT_CODES[self.verdict]

    def data(self) -> dict[str, Any]:
        """As `results.json` has it."""
        return {
            "verdict": self.verdict,
            "checks": [asdict(check) for check in self.checks],
            "failovers": [failover.data() for failover in self.failovers],
            "workloads": [asdict(tally) for tally in self.workloads],
            "run": self.run,
            "damage": self.damage,
        }


def worst(verdicts: Iterable[str]) -> str:
    """The worst of some verdicts; nothing judged is `unknown`."""
    found = set(verdicts)
    return next((verdict for verdict in EXIT_CODES if verdict in found), "unknown")
