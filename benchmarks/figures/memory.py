"""What a big lab takes of the host's memory, after a cold and after a warm start."""

import re
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Limit, Series
from benchmarks.labs import Lab
from benchmarks.limits import UP
from hanfslab.errors import LabError

CLIENTS = 8
WATCH_SECONDS = 30  # Heartbeat, NFS and what starts late have run by then; memory only grows meanwhile
TICK = 3
KINDS = ("PSS", "RSS")
GIB_IN_KIB = 1 << 20


def measure(bench: Bench, repeat: int) -> list[Series]:
    """The most that all QEMU processes together took in the first half minute, after each way to start."""
    lab = bench.lab(CLIENTS)
    seen: dict[str, list[float]] = {f"{start}, {kind}": [] for start in ("cold", "warm") for kind in KINDS}
    lab.prepare()
    for _ in range(repeat):
        lab.types("up", "--cold", limit=UP)
        _add(bench, seen, "cold", _watched(lab))
        lab.off()
        lab.warm()
        _add(bench, seen, "warm", _watched(lab))
        lab.off()
    return [Series(part=part, ours=values) for part, values in seen.items()]


def _add(bench: Bench, seen: dict[str, list[float]], start: str, most: Sequence[float]) -> None:
    for kind, value in zip(KINDS, most, strict=True):
        seen[f"{start}, {kind}"].append(value)
    bench.tell(f"{start}: PSS {most[0]:.2f} GiB, RSS {most[1]:.2f} GiB")


def _watched(lab: Lab) -> tuple[float, float]:
    """The most PSS and RSS in GiB."""
    processes = qemus([node.domain for node in lab.topology.nodes])
    end, most = time.monotonic() + WATCH_SECONDS, (0.0, 0.0)
    while time.monotonic() < end:
        now = taken(processes)
        most = (max(most[0], now[0]), max(most[1], now[1]))
        time.sleep(TICK)
    return most


def qemus(domains: Sequence[str], proc: Path = Path("/proc")) -> list[Path]:
    """The folders of the QEMU processes of these domains.

    Raises:
        LabError: one has none, or two.
    """
    found = [(name, path.parent) for path in proc.glob("[0-9]*/cmdline") if (name := guest(_content(path))) in domains]
    if sorted(name for name, _ in found) != sorted(domains):
        raise LabError(f"QEMU runs for {', '.join(sorted(name for name, _ in found)) or 'none'}",
                       f"it should for {', '.join(sorted(domains))}")  # fmt: skip
    return [path for _, path in found]


def guest(cmdline: bytes) -> str:
    """The domain whose QEMU has this command line as libvirt makes it; empty when it is something else."""
    words = cmdline.decode(errors="replace").split("\0")
    named = re.match(r"guest=([^,]+)", words[words.index("-name") + 1]) if "-name" in words[:-1] else None
    return named[1] if named and "qemu" in words[0] else ""


def taken(processes: Sequence[Path]) -> tuple[float, float]:
    """Their PSS and RSS together, in GiB.

    Raises:
        LabError: a process is gone, or is not ours to look at.
    """
    try:
        texts = [(path / "smaps_rollup").read_text() for path in processes]
    except OSError as error:
        raise LabError(f"{error.filename}: {error.strerror}", "it takes root, and guests that run on") from None
    pss, rss = (sum(_kib(text, field) for text in texts) / GIB_IN_KIB for field in ("Pss", "Rss"))
    return pss, rss


def _kib(text: str, field: str) -> int:
    found = re.search(rf"^{field}:\s+(\d+) kB$", text, re.MULTILINE)
    if not found:
        raise LabError(f"smaps_rollup has no {field}")
    return int(found[1])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile
        return b""


FIGURE = Figure("memory", f"QEMU processes of a lab of 2 + {CLIENTS} guests", "", Limit("most", 4.0, "GiB"), 1, measure)
