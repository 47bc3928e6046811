"""The shared disk's content: a partition with an empty file system, made on the host: no guest ever formats."""

import subprocess
from pathlib import Path

from hanfslab.errors import LabError
from hanfslab.topology.model import mebibytes
from hanfslab.topology.nodes import Topology

PARTITION_START = 1 << 20  # bytes; where sfdisk aligns to by itself
SECONDS = 120  # for sfdisk and mke2fs on a busy host; each takes less than one


def make_disk(lab: Topology, image: Path) -> None:
    """Write a sparse image of the shared disk.

    Raises:
        LabError: a tool failed, with what it said.
    """
    size = mebibytes(lab.spec.disk.size) << 20
    with image.open("wb") as file:
        file.truncate(size)
    _run(["sfdisk", "--quiet", str(image)], stdin=f"start={PARTITION_START // 512}, type=83\n")
    blocks = (size - PARTITION_START) // 1024
    _run(["mke2fs", "-q", "-F", "-t", lab.spec.disk.filesystem, "-L", "hanfs",
          "-E", f"offset={PARTITION_START},lazy_itable_init=1,nodiscard", str(image), f"{blocks}k"])  # fmt: skip


def _run(command: list[str], stdin: str = "") -> None:
    try:
        done = subprocess.run(
            command, input=stdin, text=True, errors="replace", capture_output=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        raise LabError(f"{command[0]} is not installed", "hanfslab doctor says which package has it") from None
    if done.returncode:
        raise LabError(f"{command[0]} failed: {done.stderr.strip()}")
