"""The system's libvirtd: whether it is there, lets us in and can work."""

import os
import shutil
import socket
import time
from pathlib import Path

from hanfslab.errors import LabError
from hanfslab.host import choice, programs
from hanfslab.host.processes import user_name
from hanfslab.timeouts import Timeout

URI = "qemu:///system"
SOCKETS = (Path("/run/libvirt/libvirt-sock"), Path("/run/libvirt/virtqemud-sock"))
IMAGES = Path("/var/lib/libvirt/images")
CONNECT = Timeout("HOST_CONNECT", 5, "a local socket; libvirtd started by its socket is up in a second or two")
QUESTION = Timeout("HOST_QUESTION", 40, "a first probe of QEMU takes 5 s, over a broken KVM 12 to 20 s, measured")
# A healthy libvirtd probes QEMU once and remembers (0.03 s); over a broken KVM it probes at each question (4 to 20 s).
REMEMBERED = Timeout("HOST_REMEMBERED", 1.5, "well above 0.03 s on a busy machine, well below 4 s")


def knock(path: Path) -> choice.System:
    """What the socket itself says, without asking libvirt anything."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(CONNECT.scaled())
        try:
            client.connect(str(path))
        except PermissionError:
            return "denied"
        except TimeoutError:
            return "hangs"
        except OSError:
            return "absent"
    return "works"


def look(kvm_suspect: bool, run: programs.Runner = programs.run) -> tuple[choice.System, str]:
    """What can be said of the system's libvirtd, and the error that it answered with.

    Args:
        kvm_suspect: KVM may be broken, so that what a question about QEMU costs has to be seen.
        run: runs a program.
    """
    said = {knock(path) for path in SOCKETS}
    if "works" not in said:
        return ("denied" if "denied" in said else "hangs" if "hangs" in said else "absent"), ""
    try:
        run(["virsh", "--quiet", "--connect", URI, "uri"], CONNECT.scaled())
    except LabError as error:
        return _refusal(error.message), error.message.rpartition("error: ")[2]
    return (_question(run) if kvm_suspect else "works"), ""


def _refusal(message: str) -> choice.System:
    if any(word in message for word in ("denied", "authentication")):
        return "denied"
    return "hangs" if "no end within" in message else "broken"


def _question(run: programs.Runner) -> choice.System:
    """Ask what QEMU can do, and once more if it took long: the second time a healthy libvirtd knows it."""
    for _ in range(2):
        begin = time.monotonic()
        try:
            run(["virsh", "--quiet", "--connect", URI, "version"], QUESTION.scaled())
        except LabError:
            return "hangs"
        if time.monotonic() - begin < REMEMBERED.scaled():
            return "works"
    return "slow"


def facts(kvm_suspect: bool = False) -> choice.Facts:
    """The facts that the choice depends on, of this machine."""
    found, said = look(kvm_suspect)
    return choice.Facts(
        root=os.geteuid() == 0,
        user=user_name(),
        system=found,
        installed=shutil.which("libvirtd", path=programs.environment()["PATH"]) is not None,
        asked=os.environ.get("HANFSLAB_LIBVIRT", ""),
        said=said,
    )
