"""The namespaces of the private libvirtd: made, furnished with mounts, and programs started in them."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hanfslab.errors import LabError
from hanfslab.host import holder, programs
from hanfslab.host.holder import Holder
from hanfslab.host.paths import HostFolder
from hanfslab.timeouts import Timeout, wait_until

HOLDER = Timeout("HOST_HOLDER", 20, "unshare and a Python start-up: 0.2 s, more when guests use all the CPU")
SOURCE = Path(__file__).resolve().parents[2]


def enter_command(pid: int, argv: Sequence[str]) -> list[str]:
    """The command line that runs another one in the namespaces of `pid`, in the root folder."""
    return ["nsenter", "-t", str(pid), "-m", "-n", "--", *argv]


def holder_command(folder: HostFolder) -> list[str]:
    """The command line that makes the namespaces. Mounts of the machine come in, ours never get out."""
    python = ["env", f"PYTHONPATH={SOURCE}", sys.executable, "-m", "hanfslab.host.holder", str(folder.record)]
    return ["setsid", "--fork", "unshare", "--mount", "--net", "--propagation", "slave", "--", *python]


def furnish_commands(folder: HostFolder, hide_kvm: bool) -> list[list[str]]:
    """The command lines that, run inside, make the namespaces a libvirt's own world.

    /sys is mounted anew because the old one shows the machine's network interfaces.
    KVM is hidden by an empty file of mode 000: with /dev/null there, libvirt probes QEMU again at every definition.
    """
    commands = [["ip", "link", "set", "lo", "up"], ["umount", "-l", "/sys"], ["mount", "-t", "sysfs", "sysfs", "/sys"]]
    commands += [["mount", "--bind", str(ours), str(theirs)] for ours, theirs in folder.binds.items()]
    if hide_kvm:
        commands.append(["mount", "--bind", str(folder.no_kvm), "/dev/kvm"])
    return commands


def create(folder: HostFolder, kvm: str, run: programs.Runner = programs.run) -> Holder:
    """Make the namespaces and everything mounted in them.

    Args:
        folder: of the private libvirtd, with all of its folders there.
        kvm: `absent`, `hidden` or `visible`.
        run: runs a program.
    """
    folder.record.unlink(missing_ok=True)
    # The holder outlives this command and its terminal: none of their files may be left open in it.
    subprocess.run(holder_command(folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, cwd="/", timeout=HOLDER.scaled(), check=False,
                   env=programs.environment())  # fmt: skip
    try:
        wait_until(lambda: holder.read(folder.record) is not None, HOLDER.deadline(), "private namespaces", tick=0.02)
    except LabError as error:
        raise LabError(f"{error.message}: this machine does not let root make them",
                       "in a container: run it with CAP_SYS_ADMIN and CAP_NET_ADMIN") from None  # fmt: skip
    made = holder.read(folder.record)
    assert made is not None  # noqa: S101  (waited for above)
    for command in furnish_commands(folder, kvm == "hidden"):
        run(enter_command(made.pid, command))
    ready = replace(made, kvm=kvm, ready=True)
    ready.write(folder.record)
    return ready
