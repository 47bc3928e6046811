"""Reset a node as its reset button does."""

from hanfslab.faults.boot import booted_anew
from hanfslab.lab.control import Control


class Power:
    """Resets a node: nothing is flushed, nobody is told; its peer has to notice."""

    name = "power"
    summary = "reset (as the reset button): nothing is flushed, the peer has to notice"

    def strike(self, lab: Control, node: str) -> None:
        """Reset the node."""
        lab.reset(node)

    def happened(self, lab: Control, node: str, before: str | None) -> bool:
        """Whether the node has a new boot id."""
        return booted_anew(lab, node, before)
