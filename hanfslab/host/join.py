"""Taking the running process into the private libvirtd's namespaces, with all that it starts from then on."""

import ctypes
import os
from pathlib import Path

from hanfslab.errors import LabError, UsageError
from hanfslab.host.holder import Holder

TASKS = Path("/proc/self/task")
MOUNT_AND_NETWORK = 0x00020000 | 0x40000000  # CLONE_NEWNS, CLONE_NEWNET; from 3.12 on Python has them, and setns


def join(found: Holder) -> None:
    """Go into the namespaces that a process holds; the current folder stays the same.

    Raises:
        UsageError: the current folder is gone.
        LabError: the holder is gone, or this process cannot go there.
    """
    try:
        folder = os.getcwd()
    except FileNotFoundError:
        raise UsageError("the current folder is gone", "change to one that is there") from None
    # With two namespaces at once the kernel takes the calling thread alone: half of a command would be left outside.
    if len(list(TASKS.iterdir())) > 1:
        raise LabError("only a process with one thread can go to the private libvirtd", "please report it: it is a bug")
    _enter(found)
    try:
        os.chdir(folder)  # entering went to the root folder
    except OSError as error:
        raise LabError(
            f"{folder}: {error.strerror} where the private libvirtd is",
            "if it was mounted since that started: `hanfslab host stop`, then try again",
        ) from None


def _enter(found: Holder) -> None:
    try:
        _setns(found)
    except ProcessLookupError:
        raise LabError("the private libvirtd was stopped meanwhile", "try again") from None
    except OSError as error:
        raise LabError(
            f"the private libvirtd's namespaces cannot be entered: {error.strerror}",
            "it takes Linux 5.8; a container also needs CAP_SYS_ADMIN and CAP_SYS_CHROOT",
        ) from None


def _setns(found: Holder) -> None:
    """Enter both namespaces or none. A pidfd stays the holder's, also when its number is given to another process."""
    libc = ctypes.CDLL(None, use_errno=True)
    holder = os.pidfd_open(found.pid)
    try:
        if not found.alive:
            raise ProcessLookupError
        if libc.setns(holder, MOUNT_AND_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(holder)
