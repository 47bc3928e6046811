"""Whether a lab fits into this host's memory."""

from pathlib import Path

from hanfslab.errors import UsageError
from hanfslab.host.needs import QEMU, TB_CACHE
from hanfslab.topology.nodes import Topology


def host_memory() -> int:
    """MiB of memory in this host."""
    words = Path("/proc/meminfo").read_text().split()
    return int(words[words.index("MemTotal:") + 1]) // 1024


def check_memory(lab: Topology, have: int) -> None:
    """Refuse a lab that is larger than its host.

    Raises:
        UsageError: with what it needs and what there is, in MiB.
    """
    need = sum(node.memory + TB_CACHE + QEMU for node in lab.nodes)
    if need > have:
        raise UsageError(f"the lab needs {need} MiB of memory for {len(lab.nodes)} guests, this host has {have}",
                         "lower clients.count or the guests' memory in lab.toml")  # fmt: skip
