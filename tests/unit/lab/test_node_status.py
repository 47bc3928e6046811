"""`node-status`, the guests' script, run here: what it asks of Heartbeat and what it makes of no answer."""

import os
import subprocess
from pathlib import Path

import pytest

from hanfslab.data import data
from hanfslab.lab.status import NODE_STATUS, NodeStatus, parse

SCRIPT = data("templates", "common") / NODE_STATUS.lstrip("/")
ANSWER = "cluster=active\\nlink=up\\npeer=active\\nresources=local\\n"  # for the shell's printf


class Guest:
    """A guest of which only node-status is there."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.script = top / "node-status"
        programs = str(Path(NODE_STATUS).parent)
        text = SCRIPT.read_text().replace("/etc/hanfslab", str(top)).replace(programs, str(top))
        self.script.write_text(text)
        self.program("systemctl", f'echo "$*" >>{top}/asked\necho failed')
        self.role("server")

    def role(self, role: str) -> None:
        (self.top / "node.env").write_text(f"ROLE={role}\nFLOATING=198.51.100.2\nPEER=nfs2\nINTERFACE=eth0\n")

    def program(self, name: str, lines: str) -> None:
        (self.top / name).write_text(f"#!/bin/sh\n{lines}\n")
        (self.top / name).chmod(0o755)

    @property
    def asked(self) -> str:
        """The words of every program that was started."""
        asked = self.top / "asked"
        return asked.read_text() if asked.exists() else ""

    def status(self, *words: str) -> NodeStatus:
        environment = {**os.environ, "PATH": f"{self.top}:{os.environ['PATH']}"}
        out = subprocess.run(["sh", str(self.script), *words], capture_output=True, text=True, timeout=30, check=True,
                             env=environment).stdout  # fmt: skip
        return parse(NodeStatus(name="nfs1", role="server", domain="running"), out)


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    made = Guest(tmp_path)
    made.program("hb-status", f'echo "$*" >>{tmp_path}/asked\nprintf "{ANSWER}"')
    return made


def test_heartbeat_is_asked_once_for_its_peer_and_link(guest: Guest) -> None:
    status = guest.status("cluster")
    assert (status.answers, status.hears_peer, status.resources) == (True, True, "local")
    assert guest.asked == "nfs2 eth0\n"


def test_a_heartbeat_that_does_not_answer_is_what_systemd_says(guest: Guest) -> None:
    guest.program("hb-status", "exit 14")
    status = guest.status("cluster")
    assert (status.answers, status.cluster, status.hears_peer) == (True, "failed", False)
    assert (status.link, status.peer, status.resources) == ("", "", "")
    assert guest.asked == "is-failed heartbeat\n"


def test_no_program_is_started_unless_heartbeat_is_asked_for(guest: Guest) -> None:
    assert guest.status().answers
    assert guest.asked == ""


def test_clients_have_no_heartbeat_to_ask(guest: Guest) -> None:
    guest.role("client")
    assert guest.status("cluster").answers
    assert guest.asked == ""
