"""The way into a guest, with an `ssh` that does what a test says."""

import os
import time
from pathlib import Path

import pytest

from hanfslab.lab.control import Unreachable
from hanfslab.lab.folder import Folder
from hanfslab.lab.ssh import Ssh
from tests.unit.render.labs import LABS

NODE = LABS["empty"].servers[0]


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ssh:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "bin").mkdir()
    return Ssh(Folder(tmp_path))


def fake(ssh: Ssh, script: str) -> None:
    program = ssh.folder.path / "bin" / "ssh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_arguments_reach_the_guest_as_they_are(ssh: Ssh) -> None:
    # the last argument is what sshd hands to the guest's shell
    fake(ssh, 'for last; do :; done; sh -c "$last"')
    evil = ["a b", "$(exit 9)", "'", '"', "*", "; exit 9", "\n"]
    done = ssh.run(NODE, "printf", "%s|", *evil, timeout=10)
    assert (done.exit, done.out) == (0, "|".join(evil) + "|")


def test_the_exit_code_is_the_commands(ssh: Ssh) -> None:
    fake(ssh, "echo said; echo complained >&2; exit 7")
    done = ssh.run(NODE, "x", timeout=10)
    assert (done.exit, done.out, done.err) == (7, "said\n", "complained\n")


def test_no_connection_is_unreachable_with_sshs_words(ssh: Ssh) -> None:
    fake(ssh, "echo 'No route to host' >&2; exit 255")
    with pytest.raises(Unreachable, match="nfs1: No route to host"):
        ssh.run(NODE, "x", timeout=10)


def test_a_command_that_hangs_ends_at_its_limit_and_its_connection_is_dropped(ssh: Ssh) -> None:
    fake(ssh, f'case "$*" in *"-O exit"*) echo dropped >{ssh.folder.path}/log;; *) exec sleep 60;; esac')
    socket = ssh.folder.sockets / NODE.management.mac.replace(":", "")
    socket.touch()
    started = time.monotonic()
    with pytest.raises(Unreachable, match="not done within 0 s"):
        ssh.run(NODE, "x", timeout=0.3)
    assert time.monotonic() - started < 5
    assert (ssh.folder.path / "log").read_text() == "dropped\n"
    assert not socket.exists()


def test_a_path_with_blanks_and_percent_signs_is_one_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    words = Ssh(Folder(tmp_path / "my lab %h")).command(NODE)
    assert f'IdentityFile="{tmp_path}/my lab %%h/.hanfslab/secrets/id_ed25519"' in words
    assert "StrictHostKeyChecking=yes" in words
