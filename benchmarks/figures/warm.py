"""A warm start, against libvirt's own restore of the same guests from the very same files."""

import sys

from benchmarks.bench import Bench
from benchmarks.figure import Figure, Limit, Series
from benchmarks.limits import RESTORE


def measure(bench: Bench, repeat: int) -> list[Series]:
    """In turn: `up` of a lab that is off, and a bare restore of its guests, whose power is then taken away at once.

    The bare guests' disks have gone on since they were saved; each `up` puts the saved ones back.
    """
    lab, series = bench.lab(), Series(ours=[], peer=[])
    lab.prepare()
    for number in range(repeat):
        series.ours.append(lab.warm())
        lab.off()
        try:
            bare = bench.runs(sys.executable, "-m", "benchmarks.bare.restore", lab.folder, limit=RESTORE)
        finally:
            lab.off()
        series.peer.append(float(bare.out))
        bench.tell(f"{number + 1}: up {series.ours[-1]:.2f} s, bare restore {series.peer[-1]:.2f} s")
    return [series]


FIGURE = Figure("warm", "warm `hanfslab up` of 2 + 2 guests, audited and mounted",
                "`virsh restore` of the same guests, all at once", Limit("times", 2.0), 5, measure)  # fmt: skip
