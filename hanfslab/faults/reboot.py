"""Reboot a node gracefully, as the 2004 page did."""

import contextlib

from hanfslab.faults.boot import booted_anew
from hanfslab.lab.control import Control, Unreachable
from hanfslab.timeouts import Timeout

ASK = Timeout("REBOOT_ASK", 10, "systemctl returns once the shutdown has begun")


class Reboot:
    """Asks a node to reboot: it hands the service over itself."""

    name = "reboot"
    summary = "graceful reboot (systemctl reboot): the node hands the service over"

    def strike(self, lab: Control, node: str) -> None:
        """Ask; the shell's answer says nothing, since it may be cut off by the very reboot."""
        with contextlib.suppress(Unreachable):
            lab.run(node, "systemctl", "reboot", timeout=ASK.scaled(lab.scale))

    def happened(self, lab: Control, node: str, before: str | None) -> bool:
        """Whether the node has a new boot id."""
        return booted_anew(lab, node, before)
