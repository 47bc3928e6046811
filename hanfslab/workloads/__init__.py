"""Work that clients do meanwhile: one workload a file."""

import difflib
from collections.abc import Iterable

from hanfslab.errors import UsageError
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
    if name not in WORKLOADS:
        near = difflib.get_close_matches(name, WORKLOADS, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(WORKLOADS)}"
        raise UsageError(f"no workload '{name}'", hint)
    return WORKLOADS[name]


def chosen(names: Iterable[str]) -> list[Workload]:
    """The workloads of these names, each once, and the pulse, which always runs."""
    return [workload(name) for name in dict.fromkeys((*names, ALWAYS))]
