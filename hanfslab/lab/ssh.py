"""A shell into a guest: OpenSSH with one shared connection for each, dropped when the guest is reset."""

import contextlib
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hanfslab.lab.control import Completed, Unreachable
from hanfslab.lab.folder import Folder
from hanfslab.topology.nodes import Node

NO_CONNECTION = 255  # ssh(1), EXIT STATUS
# A guest that is reset says nothing: two missed replies of 2 s end a connection. A busy TCG guest answers within that.
OPTIONS = {
    "BatchMode": "yes",
    "ConnectTimeout": "5",
    "ConnectionAttempts": "1",
    "ControlMaster": "auto",
    "ControlPersist": "120",
    "ForwardAgent": "no",
    "IdentitiesOnly": "yes",
    "LogLevel": "ERROR",
    "ServerAliveCountMax": "3",
    "ServerAliveInterval": "2",
    "StrictHostKeyChecking": "yes",
    "UserKnownHostsFile": "",
}
DROP_SECONDS = 5


@dataclass(frozen=True)
class Ssh:
    """The way into the guests of one lab."""

    folder: Folder

    def command(self, node: Node, *, tty: bool = False) -> list[str]:
        """The ssh command line up to the host, without the command."""
        options = OPTIONS | {
            "UserKnownHostsFile": str(self.folder.known_hosts),
            "ControlPath": str(self._socket(node)),
            "IdentityFile": str(self.folder.key),
        }
        pairs = [word for name, value in options.items() for word in ("-o", f"{name}={_quoted(value)}")]
        return ["ssh", "-F", "none", *pairs, *(["-t"] if tty else []), f"root@{node.management.address}"]

    def run(self, node: Node, *command: str, timeout: float, stdin: bytes = b"") -> Completed:
        """Run a program in a guest.

        Args:
            command: the program and its arguments, each as it is.
            timeout: seconds; then the connection is dropped as well, since the guest may have been reset under it.

        Raises:
            Unreachable: no connection, or not done in time.
        """
        line = [*self.command(node), "--", shlex.join(command)]
        try:
            # a session of its own: Ctrl-C is for hanfslab, which ends what it does in order
            done = subprocess.run(line, input=stdin, capture_output=True, timeout=timeout, start_new_session=True)
        except subprocess.TimeoutExpired:
            self.drop(node)
            raise Unreachable(f"{node.name}: `{command[0]}` not done within {timeout:.0f} s") from None
        if done.returncode == NO_CONNECTION:
            self.drop(node)
            raise Unreachable(f"{node.name}: {done.stderr.decode(errors='replace').strip() or 'no connection'}")
        return Completed(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def drop(self, node: Node) -> None:
        """Close the shared connection; the next command makes a new one."""
        socket = self._socket(node)
        if not socket.exists():
            return
        close = [*self.command(node)[:-1], "-O", "exit", node.management.address]
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that hangs ends once its keep-alives fail
            subprocess.run(close, capture_output=True, timeout=DROP_SECONDS, check=False)
        socket.unlink(missing_ok=True)

    def _socket(self, node: Node) -> Path:
        # MACs differ between labs, and the path stays short enough for a socket
        return self.folder.sockets / node.management.mac.replace(":", "")


def _quoted(value: str) -> str:
    """A value for `-o`, in which ssh splits at blanks and expands percent signs."""
    return '"' + value.replace("%", "%%") + '"' if "/" in value else value
