"""The guest agent: short questions to a guest, answered in a fraction of what a login costs, and over no network.

SSH is for people and for logs, which may be large (`hanfslab.lab.ssh`); all else goes this way.
Reference: https://qemu-project.gitlab.io/qemu/interop/qemu-ga-ref.html
"""

import base64
import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import libvirt
import libvirt_qemu

from hanfslab.lab.control import Completed, Unreachable
from hanfslab.timeouts import Deadline

FIRST_LOOK, LONGEST_LOOK = 0.05, 0.1  # seconds between two looks at a program; each look is work for the guest
READ_BYTES = 4096


@dataclass(frozen=True)
class Agent:
    """The agent of one guest.

    Args:
        name: the node's.
        domain: libvirt's domain of it.
    """

    name: str
    domain: Any

    def run(self, *command: str, timeout: float) -> Completed:
        """Run a program as root in the guest; its output may have a few megabytes.

        Args:
            command: the program's path and its arguments, each as it is.
            timeout: seconds.

        Raises:
            Unreachable: the agent does not answer, or the program did not end in time.
        """
        deadline, look = Deadline(timeout), FIRST_LOOK
        path, *words = command
        with self._sense():
            pid = self._ask(deadline, "guest-exec", path=path, arg=words, **{"capture-output": True})["pid"]
            while not (said := self._ask(deadline, "guest-exec-status", pid=pid))["exited"]:
                if deadline.is_due:
                    raise Unreachable(f"{self.name}: `{path}` not done within {timeout:.0f} s")
                time.sleep(min(look, deadline.left))
                look = min(look * 2, LONGEST_LOOK)
            code = int(said.get("exitcode", -said.get("signal", 0)))
            return Completed(code, _text(said, "out-data"), _text(said, "err-data"))

    def read(self, path: str, timeout: float) -> str:
        """The beginning of a file of the guest; starts no program.

        Raises:
            Unreachable: the agent does not answer, or there is no such file.
        """
        deadline = Deadline(timeout)
        handle = self._ask(deadline, "guest-file-open", path=path)
        said = self._ask(deadline, "guest-file-read", handle=handle, count=READ_BYTES)
        self._ask(deadline, "guest-file-close", handle=handle)
        with self._sense():
            return _text(said, "buf-b64")

    def clock(self, timeout: float) -> float:
        """The guest's clock, in seconds since 1970.

        Raises:
            Unreachable: the agent does not answer.
        """
        with self._sense():
            return float(self._ask(Deadline(timeout), "guest-get-time")) / 1e9

    def begin(self, *command: str, timeout: float) -> None:
        """Start a program as root in the guest and leave it alone, such as one that ends the guest and its agent.

        Raises:
            Unreachable: the agent does not answer.
        """
        path, *words = command
        self._ask(Deadline(timeout), "guest-exec", path=path, arg=words)

    def answers(self) -> bool:
        """Whether the agent is there: at once, since a guest that boots has not connected its agent yet."""
        try:
            self._ask(Deadline(1), "guest-ping")
        except Unreachable:
            return False
        return True

    def _ask(self, deadline: Deadline, question: str, **arguments: Any) -> Any:
        text = json.dumps({"execute": question, "arguments": arguments} if arguments else {"execute": question})
        try:
            answer = libvirt_qemu.qemuAgentCommand(self.domain, text, max(1, math.ceil(deadline.left)), 0)
        except libvirt.libvirtError as error:
            raise Unreachable(f"{self.name}: {error.get_error_message()}") from None
        with self._sense():
            return json.loads(answer)["return"]

    @contextmanager
    def _sense(self) -> Iterator[None]:
        """What a guest says is only data: an answer that makes no sense is none."""
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Unreachable(f"{self.name}: its agent's answer makes no sense") from None


def _text(said: dict[str, Any], key: str) -> str:
    return base64.b64decode(said.get(key, "")).decode(errors="replace")
