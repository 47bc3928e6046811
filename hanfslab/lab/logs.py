"""A node's logs: the console from libvirt, which needs nothing of the guest, and the rest from its shell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from hanfslab.lab.control import Unreachable
from hanfslab.lab.limits import GLANCE, LOGS
from hanfslab.lab.volumes import read_tail
from hanfslab.topology.nodes import Node

if TYPE_CHECKING:
    from hanfslab.lab.lab import Lab

CONSOLE_BYTES = 1 << 20
# What each log is read with in the guest; a missing file is an empty log.
SOURCES = {
    "cluster": ("cat", "/var/log/ha-log"),
    "notify": ("cat", "/var/log/hanfslab-notify.log"),
    "kernel": ("dmesg", "--time-format=iso"),
    "journal": ("journalctl", "--no-pager", "--output=short-iso-precise"),
}
CONSOLE = "console"
# ECMA-48: control sequences (colours, cursor), strings (titles) up to their end, and single functions.
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SERVER_ONLY = {"cluster", "notify"}


def sources(node: Node) -> list[str]:
    """The logs that a node has."""
    return [CONSOLE, *(name for name in SOURCES if node.role == "server" or name not in SERVER_ONLY)]


def read(lab: Lab, node: Node, source: str, lines: int | None = None) -> str:
    """A log of a node.

    Args:
        lines: only this many from its end.

    Raises:
        Unreachable: the guest does not answer; the console can be read all the same.
    """
    if source == CONSOLE:
        text = read_tail(lab.pool, lab.topology.console_volume(node), CONSOLE_BYTES).decode(errors="replace")
    else:
        lab.ssh.run(node, "true", timeout=GLANCE.scaled())  # a shell that hangs is known at once, a long log takes long
        text = lab.ssh.run(node, *SOURCES[source], timeout=LOGS.scaled(lab.scale)).out
    kept = plain(text).splitlines()
    return "\n".join(kept if lines is None else kept[-lines:])


def plain(text: str) -> str:
    """A text without what a terminal would obey: a guest's console is not to move anybody's cursor."""
    return CONTROL.sub("", ESCAPE.sub("", text))


def collect(lab: Lab, node: Node, into: Path) -> None:
    """Write every log of a node into a folder, one file each; why one could not be read is written in its place."""
    into.mkdir(parents=True, exist_ok=True)
    silent = ""
    for source in sources(node):
        try:
            text = silent or read(lab, node, source)
        except Unreachable as error:
            text = silent = f"hanfslab: not read: {error.message}"  # nor will the others be
        (into / f"{source}.log").write_text(text + "\n", encoding="utf-8")
