"""A cold start of a lab that is not there, against bare QEMU boots of the same guests."""

import json
import os
import sys

from benchmarks.bench import Bench
from benchmarks.commands import Ran
from benchmarks.figure import Figure, Limit, Series
from benchmarks.labs import WHOLE, Lab
from benchmarks.limits import UP
from hanfslab.errors import LabError

UPLOADED = "Uploading base box image"  # what Vagrant says when the storage pool does not have the box yet


def measure(bench: Bench, repeat: int) -> list[Series]:
    """In turn: `up --cold` of a lab that was destroyed, until it is whole, and QEMU for each of its guests at once."""
    if os.geteuid() != 0:
        raise LabError("bare boots need root, for their network cards")
    lab, series = bench.lab(), Series(ours=[], peer=[])
    for number in range(repeat):
        series.ours.append(whole(_first_up(bench, lab)))
        lab.off()
        bare = bench.runs(sys.executable, "-m", "benchmarks.bare.boots", lab.folder, limit=UP)
        series.peer.append(max(json.loads(bare.out).values()))
        bench.tell(f"{number + 1}: up {series.ours[-1]:.1f} s, bare boots {series.peer[-1]:.1f} s")
    return [series]


def whole(ran: Ran) -> float:
    """The seconds after which an `up` said that the lab is whole; what it saves after that is not part of it."""
    seconds = ran.when(WHOLE)
    if seconds is None:
        raise LabError(f"`up` did not say '{WHOLE}'")
    return seconds


def _first_up(bench: Bench, lab: Lab) -> Ran:
    """A first `up`, with the box in the storage pool already, as it is for every lab but a machine's first."""
    for _ in range(2):
        lab.destroy()
        ran = lab.types("up", "--cold", limit=UP)
        if UPLOADED not in ran.said:
            return ran
        bench.tell("the box was put into the storage pool: once more")
    raise LabError("the box was put into the storage pool twice")


FIGURE = Figure("cold", "`hanfslab up --cold` of 2 + 2 guests that are not there, until whole",
                "QEMU for each guest at once, until each answers on SSH", Limit("times", 1.5), 3, measure)  # fmt: skip
