"""The proof that a node started anew."""

from hanfslab.lab.control import Control


def booted_anew(lab: Control, node: str, before: str | None) -> bool:
    """Whether a node answers with another boot id than before; nothing else proves a reboot."""
    now = lab.boot_id(node)
    return now is not None and before is not None and now != before
