"""A warm start, against what the same lab takes without hanfslab: `vagrant up` with a plain Vagrantfile."""

from benchmarks.bench import Bench
from benchmarks.by_hand import ByHand
from benchmarks.figure import Figure, Limit, Series


def measure(bench: Bench, repeat: int) -> list[Series]:
    """In turn: `up` of a lab that is off, and `vagrant up` of one that is not there; each of them alone."""
    lab, series = bench.lab(), Series(ours=[], peer=[])
    lab.prepare()
    with bench.scratch() as folder:
        plain = ByHand(bench, folder)
        plain.prepare()
        for number in range(repeat):
            series.ours.append(lab.warm())
            lab.off()
            series.peer.append(plain.up())
            bench.tell(f"{number + 1}: up {series.ours[-1]:.2f} s, vagrant up {series.peer[-1]:.0f} s")
    return [series]


FIGURE = Figure("cold-peer", "warm `hanfslab up` of 2 + 2 guests",
                "`vagrant up` of the same lab by a plain Vagrantfile", Limit("times", 1 / 20), 1, measure)  # fmt: skip
