"""A program of a workload in one guest, and what a workload is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hanfslab.campaign.event import Event
from hanfslab.topology.nodes import Topology

PROGRAMS = "/usr/local/lib/hanfslab"
LOGS = "/var/lib/hanfslab/workloads"  # on the guest's own disk: a hung mount must not hide what was seen
UNITS = "hanfslab-work"  # how the names of all jobs' units begin
USER = "vagrant"  # root is squashed by the export


@dataclass(frozen=True)
class Job:
    """A program that runs in a guest as a unit of its own and appends records to a log of its own.

    Attributes:
        workload: its workload's name.
        node: the guest.
        name: unique among the workload's jobs on that guest; letters, digits, `.` and `-`.
        index: the job's number among them, from 0, of `count`: makes process names that never repeat.
        version: of NFS, as in `lab.toml`.
        program: in the guests' folder of programs; its first argument is the log.
        arguments: the others.
    """

    workload: str
    node: str
    name: str
    index: int
    count: int
    version: str
    program: str
    arguments: tuple[str, ...]

    @property
    def unit(self) -> str:
        """systemd's name of it."""
        return f"{UNITS}-{self.workload}-{self.name}"

    @property
    def log(self) -> str:
        """Its records, in the guest."""
        return f"{LOGS}/{self.workload}/{self.name}.jsonl"

    @property
    def command(self) -> tuple[str, ...]:
        """What runs in the guest."""
        return (f"{PROGRAMS}/{self.program}", self.log, *self.arguments)

    def process(self, generation: int) -> str:
        """The history's name of the job's n-th process."""
        return f"{self.node}/{self.workload}-{generation * self.count + self.index}"


class Workload(Protocol):
    """Work that clients do on the service while nodes are struck: where it runs, and what its records mean."""

    name: str
    summary: str
    awaited: bool  # whether a run that is going on when the campaign ends may come to its end

    def jobs(self, topology: Topology) -> list[Job]:
        """What runs where; raises UsageError when the lab cannot run it."""

    def events(self, job: Job, record: Mapping[str, Any]) -> list[Event]:
        """What a record of a job says, with the guest's time.

        Raises:
            KeyError, TypeError, ValueError, ArithmeticError: the record is damaged.
        """


def mounted(version: str, name: str) -> str:
    """Where a client sees something over a version.

    All versions mount one export, so the version is part of the name: what is used over one is not over another.
    """
    return f"/mnt/v{version}/{name}-v{version}"
