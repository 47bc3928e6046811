"""The way into a guest, with an `ssh` that does what a test says and a port that answers or does not."""

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hanfslab.lab import ssh as module
from hanfslab.lab.control import Unreachable
from hanfslab.lab.folder import Folder
from hanfslab.lab.ssh import Ssh
from tests.unit.render.labs import LABS

SERVER = LABS["empty"].servers[0]
NODE = replace(SERVER, management=replace(SERVER.management, address="127.0.0.1"))
# The first call makes the shared connection by `true`; ssh then leaves a control socket.
CONNECTS = """for last; do :; done
case "$*" in *" true") touch "$SOCKET"; exit 0 ;; *"-O exit"*) echo dropped >>"$LOG"; exit ;; esac
"""


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ssh]:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("SOCKET", str(Folder(tmp_path).sockets / NODE.management.mac.replace(":", "")))
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    with socket.create_server(("127.0.0.1", 0)) as port:
        monkeypatch.setattr(module, "PORT", port.getsockname()[1])
        yield Ssh(Folder(tmp_path))


def fake(ssh: Ssh, script: str) -> None:
    program = ssh.folder.path / "bin" / "ssh"
    program.write_text(f"#!/bin/sh\n{CONNECTS}{script}\n")
    program.chmod(0o755)


def test_arguments_reach_the_guest_as_they_are(ssh: Ssh) -> None:
    # the last argument is what sshd hands to the guest's shell
    fake(ssh, 'sh -c "$last"')
    evil = ["a b", "$(exit 9)", "'", '"', "*", "; exit 9", "\n"]
    done = ssh.run(NODE, "printf", "%s|", *evil, timeout=10)
    assert (done.exit, done.out) == (0, "|".join(evil) + "|")


def test_the_exit_code_is_the_commands(ssh: Ssh) -> None:
    fake(ssh, "echo said; echo complained >&2; exit 7")
    done = ssh.run(NODE, "x", timeout=10)
    assert (done.exit, done.out, done.err) == (7, "said\n", "complained\n")


def test_no_connection_is_unreachable_with_sshs_words(ssh: Ssh) -> None:
    fake(ssh, "echo 'Permission denied' >&2; exit 255")
    with pytest.raises(Unreachable, match="nfs1: Permission denied"):
        ssh.run(NODE, "x", timeout=10)


def test_a_guest_whose_kernel_does_not_answer_costs_no_ssh(ssh: Ssh, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(ssh, "exit 0")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        monkeypatch.setattr(module, "PORT", taken.getsockname()[1])
        with pytest.raises(Unreachable, match="nfs1: Connection refused"):
            ssh.run(NODE, "x", timeout=10)


def test_a_command_that_hangs_ends_at_its_limit_and_the_connection_stays(ssh: Ssh) -> None:
    fake(ssh, "exec sleep 60")
    started = time.monotonic()
    with pytest.raises(Unreachable, match="`x` not done within 1 s"):
        ssh.run(NODE, "x", timeout=1)
    assert time.monotonic() - started < 5
    assert Path(os.environ["SOCKET"]).exists()
    assert not Path(os.environ["LOG"]).exists()


def test_a_connection_that_takes_long_goes_on_for_the_next_call(ssh: Ssh) -> None:
    started = ssh.folder.path / "started"
    fake(ssh, "exit 3")
    program = ssh.folder.path / "bin" / "ssh"
    slow = (
        f'case "$*" in *" true") echo x >>{started}; while [ ! -e {ssh.folder.path}/go ]; do sleep 0.05; done ;; esac\n'
    )
    program.write_text(program.read_text().replace("#!/bin/sh\n", "#!/bin/sh\n" + slow))
    for _ in range(3):
        with pytest.raises(Unreachable, match="no SSH connection within"):
            ssh.run(NODE, "x", timeout=0.3)
    (ssh.folder.path / "go").touch()
    assert ssh.run(NODE, "x", timeout=10).exit == 3
    assert started.read_text() == "x\n", "one connection was enough"


def test_a_dropped_connection_is_closed_and_forgotten(ssh: Ssh) -> None:
    fake(ssh, "exit 0")
    ssh.run(NODE, "x", timeout=10)
    ssh.drop(NODE)
    assert Path(os.environ["LOG"]).read_text() == "dropped\n"
    assert not Path(os.environ["SOCKET"]).exists()


def test_a_path_with_blanks_and_percent_signs_is_one_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    words = Ssh(Folder(tmp_path / "my lab %h")).command(NODE)
    assert f'IdentityFile="{tmp_path}/my lab %%h/.hanfslab/secrets/id_ed25519"' in words
    assert "StrictHostKeyChecking=yes" in words
