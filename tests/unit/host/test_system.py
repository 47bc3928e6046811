"""The system's libvirtd, seen through its socket."""

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from hanfslab.errors import LabError
from hanfslab.host import system


def answering(argv: Sequence[str], seconds: float = 20) -> str:
    return ""


def refusing(argv: Sequence[str], seconds: float = 20) -> str:
    raise LabError("virsh: error: authentication unavailable: no polkit agent available")


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "sock"))
    server.listen()
    monkeypatch.setattr(system, "SOCKETS", (tmp_path / "none", tmp_path / "sock"))
    return server


def test_absent_without_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "SOCKETS", (tmp_path / "none",))
    assert system.look(False, answering) == "absent"


def test_absent_with_a_dead_ones_socket(listening: socket.socket) -> None:
    listening.close()
    assert system.look(False, answering) == "absent"


def test_works(listening: socket.socket) -> None:
    assert system.look(True, answering) == "works"


def test_denied(listening: socket.socket) -> None:
    assert system.look(False, refusing) == "denied"


@pytest.mark.parametrize(("suspect", "found"), [(True, "slow"), (False, "works")])
def test_slow_is_seen_only_where_kvm_is_suspect(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch, suspect: bool, found: str
) -> None:
    monkeypatch.setenv("HANFSLAB_TIMEOUT_HOST_QUESTION", "0")

    def slow(argv: Sequence[str], seconds: float = 20) -> str:
        if "version" in argv:
            raise LabError("virsh: no end within 0 s")
        return ""

    assert system.look(suspect, slow) == found
