"""The process that keeps the private libvirtd's namespaces alive: it writes who it is, then sleeps.

Run inside the new namespaces as `python -m hanfslab.host.holder RECORD`. It is apart from libvirtd so that libvirtd can
die and be started again without the guests, which live in the same namespaces, noticing.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from hanfslab.host.processes import Namespaces, boot_id, namespaces, started


@dataclass(frozen=True)
class Holder:
    """Who holds the namespaces.

    Args:
        pid: of the sleeping process.
        started: its start in ticks, since a pid alone may be somebody else's by now.
        boot: the machine's boot that all these numbers belong to.
        where: the namespaces.
        kvm: `absent`, `hidden` or `visible` inside.
        ready: all mounts are done.
    """

    pid: int
    started: int
    boot: str
    where: Namespaces
    kvm: str = "absent"
    ready: bool = False

    @property
    def alive(self) -> bool:
        """Whether it still is the process that it was."""
        return self.boot == boot_id() and started(self.pid) == self.started != 0

    @property
    def same_boot(self) -> bool:
        """Whether what lives in these namespaces may still be told by their numbers."""
        return self.boot == boot_id() and self.where != namespaces("self")

    def write(self, record: Path) -> None:
        """Write it so that a reader sees either all of it or the older one."""
        new = record.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)))
        new.replace(record)


def read(record: Path) -> Holder | None:
    """The holder as recorded, or None if there is no readable record."""
    try:
        data = json.loads(record.read_text())
        return Holder(**{**data, "where": Namespaces(**data["where"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def main(record: str) -> None:
    """Write the record and become a sleeping process that `ps` shows as hanfslab-host."""
    where = namespaces("self")
    assert where is not None  # noqa: S101  (a process may always look at itself)
    Holder(os.getpid(), started(os.getpid()), boot_id(), where).write(Path(record))
    os.execvp("sleep", ["hanfslab-host", "infinity"])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1])
