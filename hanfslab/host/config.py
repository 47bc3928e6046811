"""The private libvirtd's configuration: its own, nothing of the system's is read or changed."""

import os
from pathlib import Path

from hanfslab.host.paths import HostFolder
from hanfslab.host.processes import mounted_anywhere

QEMU_CONF = """\
# Written by hanfslab at each start of its private libvirtd.

# With namespaces libvirt builds each guest a /dev of its own and stumbles over the mount that hides /dev/kvm.
namespaces = []

# AppArmor profiles would be written into the machine's /etc.
security_driver = "none"

# A QEMU that was killed leaves owner marks on its disks that later refuse to go.
remember_owner = 0
"""

LIBVIRTD_CONF = """\
# Written by hanfslab at each start of its private libvirtd: root's only, no policy daemon asked.
unix_sock_group = "root"
unix_sock_rw_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
"""


def prepare(folder: HostFolder) -> None:
    """Make the folders and files that the private libvirtd starts from; what it defined before stays."""
    for private in (folder.base, *folder.binds, folder.images):
        private.mkdir(parents=True, exist_ok=True)
        private.chmod(0o711)
    folder.base.parent.chmod(folder.base.parent.stat().st_mode | 0o111)  # QEMU's user passes through
    (folder.etc / "qemu.conf").write_text(QEMU_CONF)
    (folder.etc / "libvirtd.conf").write_text(LIBVIRTD_CONF)
    if not folder.no_kvm.exists():
        folder.no_kvm.touch()
    folder.no_kvm.chmod(0)


def make_mountpoints(folder: HostFolder) -> None:
    """Make the folders of the system's libvirt that are not there, to mount over: empty, removed again by `stop`."""
    for theirs in folder.binds.values():
        if not theirs.is_dir():
            theirs.mkdir(parents=True)
            (folder.base / "mountpoints").open("a").write(f"{theirs}\n")


def remove_mountpoints(folder: HostFolder) -> None:
    """Remove those again that are still empty and that nobody, in any namespace, has mounted over."""
    noted = folder.base / "mountpoints"
    if not noted.exists():
        return
    for line in noted.read_text().splitlines():
        path = Path(line)
        if path in folder.binds.values() and path.is_dir() and not os.listdir(path) and not mounted_anywhere(path):
            path.rmdir()
    noted.unlink()
