"""The system's libvirtd, seen through its socket."""

import socket
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from hanfslab.errors import LabError
from hanfslab.host import system


def answering(argv: Sequence[str], seconds: float = 20) -> str:
    return ""


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "sock"))
    server.listen()
    monkeypatch.setattr(system, "SOCKETS", (tmp_path / "none", tmp_path / "sock"))
    return server


def test_absent_without_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "SOCKETS", (tmp_path / "none",))
    assert system.look(False, answering)[0] == "absent"


def test_absent_with_a_dead_ones_socket(listening: socket.socket) -> None:
    listening.close()
    assert system.look(False, answering)[0] == "absent"


def test_works(listening: socket.socket) -> None:
    assert system.look(True, answering)[0] == "works"


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("virsh: error: authentication unavailable: no polkit agent available", "denied"),
        ("virsh: error: internal error: Unable to get system bus connection", "broken"),
        ("virsh: no end within 5 s", "hangs"),
    ],
)
def test_refused(listening: socket.socket, message: str, found: str) -> None:
    def refusing(argv: Sequence[str], seconds: float = 20) -> str:
        raise LabError(message)

    assert system.look(False, refusing) == (found, message.rpartition("error: ")[2])


class Slow:
    """A virsh whose questions about QEMU take long, some of them."""

    def __init__(self, *seconds: float) -> None:
        self.seconds = list(seconds)

    def __call__(self, argv: Sequence[str], seconds: float = 20) -> str:
        if "version" in argv:
            time.sleep(self.seconds.pop(0))
        return ""


@pytest.mark.parametrize(
    ("suspect", "seconds", "found"),
    [(True, (0.1, 0.1), "slow"), (True, (0.1, 0), "works"), (True, (0,), "works"), (False, (), "works")],
)
def test_slow_is_what_never_remembers(
    listening: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
    suspect: bool,
    seconds: tuple[float, ...],
    found: str,
) -> None:
    monkeypatch.setenv("HANFSLAB_TIMEOUT_HOST_REMEMBERED", "0.05")
    assert system.look(suspect, Slow(*seconds))[0] == found
