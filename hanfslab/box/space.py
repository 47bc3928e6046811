"""Whether there is room to build, asked before anything is written."""

import shutil
from pathlib import Path

from hanfslab.errors import LabError

GIB = 1 << 30
# Seen: 0.4 GiB for each of the tar, the tree, the raw image and mmdebstrap's own folder; 0.2 for the box, thrice.
WORK, HOME, SCRATCH = 2 * GIB, GIB // 2, GIB


def check(work: Path, home: Path, scratch: Path) -> None:
    """Check that a build fits.

    Args:
        work: where images are made.
        home: Vagrant's folder.
        scratch: where mmdebstrap unpacks.

    Raises:
        LabError: it does not, and where.
    """
    needs: dict[int, int] = {}
    places: dict[int, Path] = {}
    for place, need in ((work, WORK), (home, HOME), (scratch, SCRATCH)):
        there = _existing(place)
        device = there.stat().st_dev
        needs[device] = needs.get(device, 0) + need
        places.setdefault(device, there)
    for device, need in needs.items():
        free = shutil.disk_usage(places[device]).free
        if free < need:
            raise LabError(f"a box build needs {need / GIB:.1f} GiB free at {places[device]}: {free / GIB:.1f} are",
                           "make room there, or name another folder with HANFSLAB_CACHE")  # fmt: skip


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
