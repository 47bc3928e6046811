"""virtlogd and libvirtd inside the namespaces: started, asked, ended."""

import os
import time

from hanfslab.errors import LabError
from hanfslab.host import processes, programs
from hanfslab.host.holder import Holder
from hanfslab.host.namespace import enter_command
from hanfslab.host.paths import HostFolder
from hanfslab.timeouts import Timeout

URI = "qemu:///system"
PEOPLES = ("python", "hanfslab", "vagrant", "ruby", "bash", "sh", "virsh")  # not ssh: its masters stay behind
NAMES = ("virtlogd", "libvirtd")  # in this order: libvirtd hands guests' consoles to virtlogd
START = Timeout("HOST_DAEMON", 30, "a daemon is up in 0.1 s; it waits for the network and storage state of before")
ANSWER = Timeout("HOST_ANSWER", 90, "the first answer probes QEMU: 5 s on an idle 2-core machine, more beside guests")
# libvirt tells systemd of each guest over D-Bus; these guests are none of systemd's.
NO_BUS = "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent"


def start_command(holder: Holder, name: str) -> list[str]:
    """The command line that starts a daemon inside; it returns once the daemon listens."""
    return enter_command(holder.pid, ["env", NO_BUS, name, "--daemon", "--pid-file", f"/run/libvirt/{name}.pid"])


def running(holder: Holder) -> dict[str, int]:
    """The daemons that live inside, with their pids."""
    return {one.name: one.pid for one in processes.inside(holder.where) if one.name in NAMES}


def start(folder: HostFolder, holder: Holder, run: programs.Runner = programs.run) -> list[str]:
    """Start the daemons that do not run, and say which. A libvirtd finds guests again that outlived the last one."""
    there = running(holder)
    missing = [name for name in NAMES if name not in there]
    for name in missing:
        (folder.run / f"{name}.pid").unlink(missing_ok=True)
        try:
            run(start_command(holder, name), START.scaled())
        except LabError as error:
            raise LabError(f"private {name}: {error.message}", f"its log: {folder.base / 'log'}") from None
    return missing


def answers(holder: Holder, seconds: float, run: programs.Runner = programs.run) -> float:
    """Seconds that a question about what QEMU can do takes.

    Raises:
        LabError: no answer within `seconds`.
    """
    begin = time.monotonic()
    run(enter_command(holder.pid, ["virsh", "--quiet", "--connect", URI, "version"]), seconds)
    return time.monotonic() - begin


def ensure(folder: HostFolder, holder: Holder, run: programs.Runner = programs.run) -> None:
    """Have both daemons running and answering; a libvirtd that hangs is started anew, once."""
    start(folder, holder, run)
    try:
        answers(holder, ANSWER.scaled(), run)
    except LabError:
        hung = running(holder).get("libvirtd")
        processes.end({hung} if hung else set())
        start(folder, holder, run)
        answers(holder, ANSWER.scaled(), run)


def guests(holder: Holder) -> dict[str, int]:
    """The guests that run inside with their QEMU's pid, also when no libvirtd is there to ask."""
    return {one.guest: one.pid for one in processes.inside(holder.where) if one.guest}


def commands(holder: Holder) -> list[processes.Process]:
    """What else somebody runs inside: other hanfslab commands, a shell."""
    ours = {holder.pid, os.getpid(), *processes.lineage()}
    return [one for one in processes.inside(holder.where)
            if one.pid not in ours and one.name.startswith(PEOPLES)]  # fmt: skip
