"""What faults, workloads and campaigns may ask of a running lab; the tests' scripted lab answers it too."""

from dataclasses import dataclass
from typing import Protocol

from hanfslab.errors import LabError
from hanfslab.topology.nodes import Topology

GONE = ("off", "absent", "crashed")  # the states of a guest that does not come back by itself


class Unreachable(LabError):  # noqa: N818  a state of a guest, named as one
    """A guest did not answer in time."""


@dataclass(frozen=True)
class Completed:
    """A command that ended in a guest."""

    exit: int
    out: str
    err: str


@dataclass(frozen=True)
class Audit:
    """Which servers have the address, the disk and a running NFS server, of those that answered."""

    address: tuple[str, ...]
    mount: tuple[str, ...]
    nfsd: tuple[str, ...]
    answered: tuple[str, ...]

    @property
    def owner(self) -> str | None:
        """The one server that has all three and shares none; otherwise nobody."""
        one = self.address == self.mount == self.nfsd and len(self.mount) == 1
        return self.mount[0] if one else None


@dataclass(frozen=True)
class Offset:
    """How far a guest's clock is ahead of the host's: seconds, and the bound of the error."""

    offset: float
    error: float


class Control(Protocol):
    """A running lab."""

    @property
    def topology(self) -> Topology:
        """Its guests and what they are called."""

    @property
    def scale(self) -> float:
        """How many times slower than KVM this host is; stretches timeouts."""

    @property
    def accelerator(self) -> str:
        """What guests run on: kvm or tcg."""

    def run(self, node: str, *command: str, timeout: float) -> Completed:
        """Run a program as root in a guest; raises Unreachable when it does not end within `timeout` seconds.

        Its output may have some megabytes.
        """

    def boot_id(self, node: str) -> str | None:
        """The guest's boot id, or None when it does not answer within a few seconds."""

    def reset(self, node: str) -> None:
        """Reset a guest as its reset button does: nothing is flushed, nobody is told."""

    def states(self) -> dict[str, str]:
        """Each guest's state in a word, from the host alone: running, off, paused, absent."""

    def audit(self) -> Audit:
        """Who owns what now; takes at most a few seconds."""

    def links_up(self) -> bool:
        """Whether each server's Heartbeat says that it is active and hears the other."""

    def clock(self, node: str) -> Offset:
        """A guest's clock against the host's, by the shortest of a few round trips; raises Unreachable."""
