"""One failover by hand: strike the owner, see the other take over and all be whole again."""

from collections.abc import Callable
from typing import Any

from hanfslab.campaign.clock import Clock, HostClock
from hanfslab.campaign.cycle import TAKEOVER, WHOLE
from hanfslab.campaign.history import Nowhere
from hanfslab.errors import LabError
from hanfslab.faults import fault
from hanfslab.faults.inflict import Strike
from hanfslab.lab.control import Control
from hanfslab.timeouts import Deadline

TICK = 1.0  # seconds between two looks


def failover(
    lab: Control, name: str, say: Callable[[str], None] = lambda text: None, clock: Clock | None = None
) -> dict[str, Any]:
    """Strike the server that owns the service.

    Args:
        lab: the running lab.
        name: of the fault.
        say: told what happens.
        clock: the host's, or a test's.

    Returns:
        the fault, the node, who took over, and the seconds until that was seen, until the fault was proved and until
        both servers heard each other again.

    Raises:
        UsageError: there is no such fault.
        LabError: nobody owns the service, or what must follow did not in time.
    """
    kind, clock = fault(name), clock or HostClock()
    struck = lab.audit().owner
    if struck is None:
        raise LabError("no failover: not exactly one server owns the service", "look at it with: hanfslab status")
    other = next(server.name for server in lab.topology.servers if server.name != struck)
    strike, begin = Strike(lab, kind, struck, Nowhere(), 1), clock.monotonic()
    say(f"{name} of {struck}")
    strike.begin()

    def wait(check: Callable[[], bool], limit: float, what: str) -> float:
        deadline = Deadline(limit, clock.monotonic)
        while not check():
            if deadline.is_due:
                raise LabError(f"{what}: not within {limit:.0f} s", f"look at it with: hanfslab logs {struck}")
            clock.sleep(min(TICK, deadline.left))
        after = round(clock.monotonic() - begin, 1)
        say(f"{what}: after {after:.0f} s")
        return after

    takeover, whole = TAKEOVER.scaled(lab.scale) + lab.topology.spec.cluster.deadtime, WHOLE.scaled(lab.scale)
    taken = wait(lambda: lab.audit().owner == other, takeover, f"{other} took over")
    happened = wait(strike.look, whole, f"{struck} answered with a new boot id")
    linked = wait(lambda: lab.links_up() and lab.audit().owner == other, whole, "both servers hear each other")
    return {"fault": name, "node": struck, "to": other, "taken": taken, "happened": happened, "whole": linked}
