"""What was found out about the accelerator, remembered with everything that it depends on."""

import json
import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hanfslab.host import boot, programs
from hanfslab.host.paths import cache_folder


@dataclass(frozen=True)
class Verdict:
    """What a probe found.

    Args:
        good: the awaited words came.
        seconds: until then; 0 if they never came.
        text: in words.
    """

    good: bool
    seconds: float
    text: str


def depends_on(kernel: Path, device: tuple[int, ...] = ()) -> dict[str, Any]:
    """Everything whose change makes a verdict worthless: kernel, QEMU, the host's kernel and CPU, /dev/kvm."""
    qemu = shutil.which(boot.QEMU, path=programs.environment()["PATH"])
    return {
        "kernel": _file(kernel),
        "qemu": _file(Path(qemu)) if qemu else None,
        "host": platform.release(),
        "cpu": cpu_model(),
        "kvm": list(device),
    }


def cpu_model() -> str:
    """The host's CPU by name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def remembered(name: str, facts: dict[str, Any], find_out: Callable[[], Verdict], again: bool = False) -> Verdict:
    """The verdict of before if it depends on the same facts, else a new one.

    Args:
        name: of the probe.
        facts: what the verdict depends on.
        find_out: the probe itself.
        again: find out in any case.
    """
    file = cache_folder() / f"probe-{name}.json"
    if not again and (known := _read(file, facts)):
        return known
    verdict = find_out()
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps({"depends_on": facts, "verdict": asdict(verdict)}, indent=2))
    new.replace(file)
    return verdict


def _read(file: Path, facts: dict[str, Any]) -> Verdict | None:
    try:
        data = json.loads(file.read_text())
        return Verdict(**data["verdict"]) if data["depends_on"] == facts else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _file(path: Path) -> list[Any]:
    seen = path.stat()
    return [str(path), seen.st_size, seen.st_mtime]
