"""Which faults a campaign makes and when: worked out before anything is touched, the same for the same seed."""

import math
import random
import re
from dataclasses import dataclass
from typing import Any

from hanfslab.errors import UsageError
from hanfslab.faults import fault
from hanfslab.topology.model import Cluster
from hanfslab.workloads import chosen

CYCLES = 5  # when neither cycles nor hours are said
LEAD = 30.0  # seconds of undisturbed work before the first fault
LONGEST_HOURS = 1000.0
MOST_CYCLES = 100_000  # years
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Asked:
    """What a person asked for."""

    cycles: int | None = None
    hours: float | None = None
    every: str = "2m"
    faults: tuple[str, ...] = ("reboot",)
    workloads: tuple[str, ...] = ("bonnie", "mlock")
    seed: int = 0
    as_is: bool = False  # begin with the lab as it is, not with its clean state


@dataclass(frozen=True)
class Planned:
    """A fault to come: its number, the seconds after the start, and what; whoever owns the service then is struck."""

    n: int
    time: float
    fault: str


@dataclass(frozen=True)
class Plan:
    """A campaign before it starts."""

    asked: Asked
    every: float
    workloads: tuple[str, ...]
    faults: tuple[Planned, ...]

    @property
    def seconds(self) -> float:
        """How long the faults take, if each cluster is whole again in time."""
        return LEAD + self.every * len(self.faults)

    def words(self) -> str:
        """What will be done and how long it takes, as a sentence."""
        kinds = " and ".join(dict.fromkeys(one.fault for one in self.faults))
        count = len(self.faults)
        return (
            f"{count} failover{'s' * (count > 1)} by {kinds} of the server that owns the service, one every "
            f"{span(self.every)}, with {', '.join(self.workloads)} on the clients: about {span(self.seconds)}"
            f" (seed {self.asked.seed})"
        )

    def told(self) -> dict[str, Any]:
        """The plan as data, for the history and `run.toml`."""
        return {
            "faults": len(self.faults),
            "every": self.every,
            "workloads": list(self.workloads),
            "seed": self.asked.seed,
        }


def plan(asked: Asked, cluster: Cluster) -> Plan:
    """The plan for what was asked.

    Raises:
        UsageError: it cannot be done.
    """
    every = duration(asked.every)
    shortest = float(cluster.deadtime + cluster.initdead)
    if every < shortest:
        raise UsageError(
            f"--every {asked.every}: shorter than a failover can take ({span(shortest)})",
            "in lab.toml: deadtime until the peer takes over, initdead until the struck node is back",
        )
    workloads = tuple(workload.name for workload in chosen(asked.workloads))
    kinds = _kinds(asked, _count(asked, every))
    faults = tuple(Planned(n, LEAD + (n - 1) * every, kind) for n, kind in enumerate(kinds, 1))
    return Plan(asked, every, workloads, faults)


def _count(asked: Asked, every: float) -> int:
    if asked.hours is None:
        cycles = CYCLES if asked.cycles is None else asked.cycles
        if cycles < 1:
            raise UsageError(f"--cycles {cycles}: at least 1")
        if cycles > MOST_CYCLES:
            raise UsageError(f"--cycles {cycles}: at most {MOST_CYCLES}")
        return cycles
    if asked.cycles is not None:
        raise UsageError("--hours and --cycles both say how long", "give one of them")
    if not 0 < asked.hours <= LONGEST_HOURS:
        raise UsageError(f"--hours {asked.hours:g}: more than 0 and at most {LONGEST_HOURS:g}")
    count = math.floor((asked.hours * 3600 - LEAD) / every)
    if count < 1:
        raise UsageError(
            f"--hours {asked.hours:g}: too short for one failover every {span(every)}",
            f"at least --hours {math.ceil((LEAD + every) / 36) / 100:g}",
        )
    return count


def _kinds(asked: Asked, count: int) -> list[str]:
    """Each kind once in every round, in an order of the seed's."""
    names = list(dict.fromkeys(fault(name).name for name in asked.faults))
    if not names:
        raise UsageError("a campaign needs a fault", "leave --fault out for reboot")
    chance = random.Random(asked.seed)  # noqa: S311 - the same seed gives the same plan
    kinds: list[str] = []
    while len(kinds) < count:
        chance.shuffle(names)
        kinds += names
    return kinds[:count]


def duration(text: str) -> float:
    """The seconds in a text such as `90s`, `2m`, `1.5h`; a bare number is seconds.

    Raises:
        UsageError: it is none.
    """
    found = re.fullmatch(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)([smh]?)", text.strip())
    if not found or float(found[1]) == 0:
        raise UsageError(f"'{text}' is no duration", "say it as 90s, 2m or 1h")
    return float(found[1]) * UNITS[found[2] or "s"]


def span(seconds: float) -> str:
    """Seconds as a person says them: `45 s`, `2 min`, `3 min 20 s`, `6 h 5 min`."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
