"""A shell into a guest: OpenSSH with one shared connection for each, dropped when the guest is reset."""

import contextlib
import shlex
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from hanfslab.errors import LabError
from hanfslab.lab.control import Completed, Unreachable
from hanfslab.lab.folder import Folder
from hanfslab.timeouts import Deadline, wait_until
from hanfslab.topology.nodes import Node

NO_CONNECTION = 255  # ssh(1), EXIT STATUS
PORT = 22
# A kernel that lives answers the TCP handshake at once; SSH's own takes seconds of emulated work in a busy guest.
TCP_SECONDS = 1.0
OPTIONS = {
    "BatchMode": "yes",
    "ConnectTimeout": "60",
    "ConnectionAttempts": "1",
    "ControlMaster": "auto",
    "ControlPersist": "120",
    "ForwardAgent": "no",
    "IdentitiesOnly": "yes",
    "LogLevel": "ERROR",
    # A guest that rebooted resets the connection at the first of these; one that is only slow keeps it.
    "ServerAliveCountMax": "4",
    "ServerAliveInterval": "5",
    "StrictHostKeyChecking": "yes",
}
DROP_SECONDS = 5


@dataclass(frozen=True)
class Ssh:
    """The way into the guests of one lab."""

    folder: Folder
    _connecting: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def command(self, node: Node, *, tty: bool = False) -> list[str]:
        """The ssh command line up to the host, without the command."""
        options = OPTIONS | {
            "UserKnownHostsFile": str(self.folder.known_hosts),
            "ControlPath": str(self._socket(node)),
            "IdentityFile": str(self.folder.key),
        }
        pairs = [word for name, value in options.items() for word in ("-o", f"{name}={_quoted(value)}")]
        return ["ssh", "-F", "none", *pairs, *(["-t"] if tty else []), f"root@{node.management.address}"]

    def run(self, node: Node, *command: str, timeout: float) -> Completed:
        """Run a program in a guest.

        Args:
            command: the program and its arguments, each as it is.
            timeout: seconds.

        Raises:
            Unreachable: no connection, or not done in time.
        """
        deadline = Deadline(timeout)
        self.connect(node, deadline)
        line = [*self.command(node), "--", shlex.join(command)]
        try:
            # a session of its own: Ctrl-C is for hanfslab, which ends what it does in order
            done = subprocess.run(
                line, stdin=subprocess.DEVNULL, capture_output=True, timeout=deadline.left, start_new_session=True
            )
        except subprocess.TimeoutExpired:
            raise Unreachable(f"{node.name}: `{command[0]}` not done within {timeout:.0f} s") from None
        if done.returncode == NO_CONNECTION:
            raise Unreachable(f"{node.name}: {done.stderr.decode(errors='replace').strip() or 'no connection'}")
        return Completed(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def connect(self, node: Node, deadline: Deadline) -> None:
        """Have the shared connection, or be making it: what is not done by the deadline goes on for the next call.

        Raises:
            Unreachable: the guest's kernel does not answer, or the connection is not there in time.
        """
        if self._socket(node).exists():
            return
        going = self._connecting.get(node.name)
        if going is None or going.poll() is not None:
            self._answers(node, min(TCP_SECONDS, deadline.left))
            going = self._connecting[node.name] = subprocess.Popen(
                [*self.command(node), "true"], start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        with contextlib.suppress(LabError):
            wait_until(lambda: self._socket(node).exists() or going.poll() is not None, deadline, "ssh", tick=0.05)
        if not self._socket(node).exists() and going.poll() is None:
            raise Unreachable(f"{node.name}: no SSH connection within {deadline.seconds:.0f} s")

    def drop(self, node: Node) -> None:
        """Close the shared connection; the next command makes a new one."""
        going = self._connecting.pop(node.name, None)
        if going is not None and going.poll() is None:
            going.kill()
            going.wait()
        control = self._socket(node)
        if not control.exists():
            return
        close = [*self.command(node)[:-1], "-O", "exit", node.management.address]
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that hangs ends once its keep-alives fail
            subprocess.run(close, capture_output=True, timeout=DROP_SECONDS, check=False)
        control.unlink(missing_ok=True)

    def _answers(self, node: Node, seconds: float) -> None:
        try:
            socket.create_connection((node.management.address, PORT), timeout=seconds).close()
        except OSError as error:
            raise Unreachable(f"{node.name}: {error.strerror or 'no answer'}") from None

    def _socket(self, node: Node) -> Path:
        # MACs differ between labs, and the path stays short enough for a socket
        return self.folder.sockets / node.management.mac.replace(":", "")


def _quoted(value: str) -> str:
    """A value for `-o`, in which ssh splits at blanks and expands percent signs."""
    return '"' + value.replace("%", "%%") + '"' if "/" in value else value
