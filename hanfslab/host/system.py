"""The system's libvirtd: whether it is there, lets us in and can work."""

import getpass
import os
import shutil
import socket
import time
from pathlib import Path

from hanfslab.errors import LabError
from hanfslab.host import choice, programs
from hanfslab.timeouts import Timeout

URI = "qemu:///system"
SOCKETS = (Path("/run/libvirt/libvirt-sock"), Path("/run/libvirt/virtqemud-sock"))
IMAGES = Path("/var/lib/libvirt/images")
CONNECT = Timeout("HOST_CONNECT", 5, "a local socket; libvirtd started by its socket is up in a second or two")
# A healthy libvirtd asks QEMU once and remembers; with KVM broken every question costs 16 to 20 s, measured.
QUESTION = Timeout("HOST_QUESTION", 10, "well below what a broken KVM costs, well above a first honest probe of QEMU")


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


def look(kvm_suspect: bool, run: programs.Runner = programs.run) -> choice.System:
    """What can be said of the system's libvirtd.

    Args:
        kvm_suspect: KVM may be broken, so that what a question about QEMU costs has to be seen.
        run: runs a program.
    """
    said = {knock(path) for path in SOCKETS}
    if "works" not in said:
        return "denied" if "denied" in said else "hangs" if "hangs" in said else "absent"
    try:
        run(["virsh", "--quiet", "--connect", URI, "uri"], CONNECT.scaled())
    except LabError as error:
        return "denied" if "denied" in error.message or "authentication" in error.message else "hangs"
    return _question(run) if kvm_suspect else "works"


def _question(run: programs.Runner) -> choice.System:
    begin = time.monotonic()
    try:
        run(["virsh", "--quiet", "--connect", URI, "version"], QUESTION.scaled())
    except LabError:
        return "slow" if time.monotonic() - begin >= QUESTION.scaled() else "hangs"
    return "works"


def facts(kvm_suspect: bool = False) -> choice.Facts:
    """The facts that the choice depends on, of this machine."""
    return choice.Facts(
        root=os.geteuid() == 0,
        user=getpass.getuser(),
        system=look(kvm_suspect),
        installed=shutil.which("libvirtd", path=programs.environment()["PATH"]) is not None,
        asked=os.environ.get("HANFSLAB_LIBVIRT", ""),
    )
