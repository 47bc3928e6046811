"""The machine that figures were measured on: what has to be the same for two of them to be compared."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

import hanfslab
from hanfslab.errors import LabError
from hanfslab.host import programs
from hanfslab.host.verdicts import cpu_model
from hanfslab.lab.memory import host_memory

CLONE = Path(__file__).resolve().parents[1]
UNKNOWN = "unknown"


class Machine(BaseModel):
    """A machine and what labs run on there."""

    model_config = ConfigDict(frozen=True)

    cpu: str
    cores: int
    memory: str
    kernel: str
    qemu: str
    libvirt: str
    accelerator: str

    @classmethod
    def here(cls, accelerator: str) -> "Machine":
        """This one."""
        return cls(
            cpu=cpu_model(),
            cores=len(os.sched_getaffinity(0)),
            memory=f"{host_memory() / 1024:.1f} GiB",
            kernel=platform.release(),
            qemu=version("qemu-system-x86_64", "--version"),
            libvirt=version("virsh", "--version"),
            accelerator=accelerator,
        )


def version(*argv: str) -> str:
    """The version that a program says it has."""
    try:
        said = programs.run(argv)
    except LabError:
        return UNKNOWN
    found = re.search(r"\d+(\.\d+)+", said)
    return found[0] if found else UNKNOWN


def commit() -> str:
    """hanfslab's version and commit; `+` after it for changes that are in no commit."""
    try:
        head = programs.run(["git", "-C", str(CLONE), "rev-parse", "--short", "HEAD"]).strip()
        changed = programs.run(["git", "-C", str(CLONE), "status", "--porcelain", "--untracked-files=no",
                                "--", ".", ":!docs/benchmarks.*"])  # fmt: skip
    except (LabError, subprocess.SubprocessError):
        return hanfslab.__version__
    return f"{hanfslab.__version__} {head}{'+' if changed.strip() else ''}"


def today() -> str:
    """The date, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def load() -> float:
    """How many processes want a processor, in the mean of the last minute."""
    return os.getloadavg()[0]
