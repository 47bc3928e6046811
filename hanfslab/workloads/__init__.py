"""Work that clients do meanwhile: one workload a file."""

from collections.abc import Iterable

from hanfslab.names import named
from hanfslab.workloads.bonnie import Bonnie
from hanfslab.workloads.job import Workload
from hanfslab.workloads.mlock import Mlock
from hanfslab.workloads.pulse import Pulse

WORKLOADS: dict[str, Workload] = {workload.name: workload for workload in (Bonnie(), Mlock(), Pulse())}
ALWAYS = "pulse"  # without it nobody could say how long the service was away


def workload(name: str) -> Workload:
    """The workload of a name.

    Raises:
        UsageError: there is none; names the nearest.
    """
    return named("workload", name, WORKLOADS)


def chosen(names: Iterable[str]) -> list[Workload]:
    """The workloads of these names, each once, and the pulse, which always runs."""
    return [workload(name) for name in dict.fromkeys((*names, ALWAYS))]
