"""A build of the guest image, against mmdebstrap of the same packages alone."""

import os
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Limit, Series
from benchmarks.labs import HANFSLAB
from benchmarks.limits import BUILD
from hanfslab.box import recipe, rootfs


def measure(bench: Bench, repeat: int) -> list[Series]:
    """In turn: a build into folders of its own, so that the machine's box stays as it is, and a bare mmdebstrap."""
    series = Series(ours=[], peer=[])
    for number in range(repeat):
        with bench.scratch() as folder:
            series.ours.append(_build(bench, folder))
        with bench.scratch() as folder:
            series.peer.append(bench.runs(*bare(folder), limit=BUILD, env={"TMPDIR": str(folder)}).seconds)
        bench.tell(f"{number + 1}: build {series.ours[-1]:.1f} s, mmdebstrap {series.peer[-1]:.1f} s")
    return [series]


def bare(folder: Path) -> list[str]:
    """mmdebstrap's command line as a build has it, without what the build adds to the packages."""
    mode = "root" if os.geteuid() == 0 else "unshare"
    folder.chmod(0o755)
    whole = rootfs.command(mode, recipe.folder(), folder / "files.tar", folder / "root.tar")
    return [word for word in whole if not word.startswith(("--essential-hook", "--customize-hook"))]


def _build(bench: Bench, folder: Path) -> float:
    own = {"HANFSLAB_CACHE": str(folder / "cache"), "VAGRANT_HOME": str(folder / "vagrant")}
    return bench.runs(HANFSLAB, "box", "build", "--force", limit=BUILD, env=own).seconds


FIGURE = Figure("box", "`hanfslab box build --force`", "mmdebstrap of the same packages alone",
                Limit("times", 1.3), 3, measure)  # fmt: skip
