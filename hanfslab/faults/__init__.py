"""What can be done to a node: one fault a file, each with what proves that it happened."""

from typing import Protocol

from hanfslab.faults.power import Power
from hanfslab.faults.reboot import Reboot
from hanfslab.lab.control import Control
from hanfslab.names import named


class Fault(Protocol):
    """Something that is done to a node."""

    name: str
    summary: str

    def strike(self, lab: Control, node: str) -> None:
        """Do it; returns at once, whether or not it worked."""

    def happened(self, lab: Control, node: str, before: str | None) -> bool:
        """Whether it is known by now to have happened.

        Args:
            before: the node's boot id before it was struck.
        """


FAULTS: dict[str, Fault] = {fault.name: fault for fault in (Reboot(), Power())}


def fault(name: str) -> Fault:
    """The fault of a name.

    Raises:
        UsageError: there is none; names the nearest.
    """
    return named("fault", name, FAULTS)
