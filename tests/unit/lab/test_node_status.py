"""`node-status`, the guests' program, run here: what it asks of Heartbeat and what it makes of no answer."""

import os
import subprocess
from pathlib import Path

import pytest

from hanfslab.box import compiler, recipe
from hanfslab.lab.status import NodeStatus, parse

SOURCE = recipe.folder() / "src" / "node-status.c"
ANSWER = "cluster=active\\nlink=up\\npeer=active\\nresources=local\\n"  # for the shell's printf


class Guest:
    """A guest of which only node-status is there."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.built = top / "node-status"
        where = [f'-DETC="{top}"', f'-DPROGRAMS="{top}"']
        subprocess.run([*compiler.command(SOURCE, self.built), *where], check=True, timeout=60)
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
        out = subprocess.run([str(self.built), *words], capture_output=True, text=True, timeout=30, check=True,
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


def test_a_mount_through_which_the_server_answers_is_said(guest: Guest) -> None:
    guest.role("client")
    assert guest.status("cluster", "+0.000", "/proc", "/no/such/mount").served == ["/proc"]


def test_a_local_address_is_found_and_no_other(guest: Guest) -> None:
    guest.role("server")
    assert not guest.status().address
    (guest.top / "node.env").write_text("ROLE=server\nFLOATING=127.0.0.1\nPEER=nfs2\nINTERFACE=eth0\n")
    assert guest.status().address


def test_without_its_configuration_it_fails(guest: Guest) -> None:
    (guest.top / "node.env").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        guest.status()
