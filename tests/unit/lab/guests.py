"""What guests answer through their agents, without any guest."""

import base64
import json
import time
from typing import Any

from hanfslab.lab.boot import SSHD
from hanfslab.lab.status import NODE_STATUS
from tests.unit.lab.host import Domain, HostError

STANDBY = "boot_id=1\nuptime=9\ncluster=active\npeer=active\nlink=up\n"
OWNER = STANDBY + "disk=/dev/vdc1\naddress=1\nnfsd=8\n"
CLIENT = "boot_id=1\nuptime=9\nmounted=/mnt/v3\nmounted=/mnt/v4.2\n"
SERVED = "served=/mnt/v3\nserved=/mnt/v4.2\n"


class Guests:
    """The agents of guests that are whole, unless a test says something else."""

    def __init__(self) -> None:
        self.silent: set[str] = set()  # domains whose agents do not answer
        self.says = {"nfs1": OWNER, "nfs2": STANDBY}  # what their node-status prints
        self.served = SERVED
        self.wake_exit = 0
        self.ran: list[tuple[str, ...]] = []
        self._ended: list[dict[str, Any]] = []

    @property
    def woken(self) -> dict[str, float]:
        """The nodes whose clocks were set, and by how much."""
        return {node: float(arg[1]) for node, path, *arg in self.ran if path == NODE_STATUS and len(arg) > 1}

    def asked(self, domain: Domain, text: str, _seconds: int, _flags: int) -> str:
        """As `libvirt_qemu.qemuAgentCommand`."""
        if not domain.isActive() or domain.state()[0] != 1 or domain.name() in self.silent:
            raise HostError("Guest agent is not responding: QEMU guest agent is not connected")
        question = json.loads(text)
        answer = getattr(self, "_" + question["execute"].replace("-", "_"))(domain, **question.get("arguments", {}))
        return json.dumps({"return": answer})

    def _guest_ping(self, _: Domain) -> dict[str, Any]:
        return {}

    def _guest_get_time(self, _: Domain) -> int:
        return int((time.time() - 60) * 1e9)  # as a guest's whose memory was saved a minute ago

    def _guest_file_open(self, _: Domain, path: str) -> int:
        assert path in ("/proc/sys/kernel/random/boot_id", SSHD)
        return 1000

    def _guest_file_read(self, _: Domain, handle: int, count: int) -> dict[str, Any]:
        return {"count": 2, "buf-b64": base64.b64encode(b"1\n").decode(), "eof": True}

    def _guest_file_close(self, _: Domain, handle: int) -> dict[str, Any]:
        return {}

    def _guest_exec(self, domain: Domain, path: str, arg: list[str], **_: Any) -> dict[str, Any]:
        node = domain.name().rpartition("-")[2]
        self.ran.append((node, path, *arg))
        exit_code, out = self._run(domain, node, path, arg)
        self._ended.append({"exited": True, "exitcode": exit_code, "out-data": base64.b64encode(out.encode()).decode()})
        return {"pid": len(self._ended) - 1}

    def _guest_exec_status(self, _: Domain, pid: int) -> dict[str, Any]:
        return self._ended[pid]

    def _run(self, domain: Domain, node: str, path: str, arg: list[str]) -> tuple[int, str]:
        text = self.says.get(node, CLIENT)
        if path == NODE_STATUS and len(arg) > 1:  # cluster LAG [MOUNT ...]: after a restore
            said = text + self.served if len(arg) > 2 else text
            return self.wake_exit, "" if self.wake_exit else said
        if arg == ["poweroff"]:
            domain.destroy()
        return 0, text if path == NODE_STATUS else ""
