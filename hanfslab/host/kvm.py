"""/dev/kvm as a file: there, a device, ours to open. Says nothing yet about whether it works."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

DEVICE = Path("/dev/kvm")


@dataclass(frozen=True)
class KvmDevice:
    """What the file says.

    Args:
        state: `absent`, `hidden` (not a device: something is mounted over it), `denied` or `openable`.
        stat: what a cached verdict depends on: mode, device number, group.
    """

    state: str
    stat: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The state in words."""
        return {
            "absent": "no /dev/kvm",
            "hidden": "KVM is hidden in here, since no guest kernel was seen to start under it",
            "denied": "this user may not open /dev/kvm",
            "openable": "/dev/kvm can be opened",
        }[self.state]


def device(path: Path = DEVICE) -> KvmDevice:
    """Look at /dev/kvm."""
    try:
        seen = path.stat()
    except OSError:
        return KvmDevice("absent")
    known = (seen.st_mode, seen.st_rdev, seen.st_gid)
    if not stat.S_ISCHR(seen.st_mode):
        return KvmDevice("hidden", known)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return KvmDevice("denied", known)
    return KvmDevice("openable", known)
