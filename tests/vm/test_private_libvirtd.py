"""The private libvirtd for real: killed in every way, recovered, and gone without a trace after `stop`.

Its guest has no disk and no kernel: what matters is whether its QEMU lives.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanfslab.errors import LabError
from hanfslab.host import daemons, libvirtd, processes, programs
from hanfslab.host.holder import Holder
from hanfslab.host.namespace import enter_command
from hanfslab.host.paths import HostFolder
from hanfslab.timeouts import Deadline, wait_until

pytestmark = [pytest.mark.vm, pytest.mark.skipif(os.geteuid() != 0, reason="needs root")]

NETWORK = """<network><name>t1</name><bridge name='hanfst1'/><ip address='10.99.1.1' netmask='255.255.255.0'>
<dhcp><range start='10.99.1.10' end='10.99.1.20'/></dhcp></ip></network>"""
GUEST = """<domain type='qemu'><name>tiny</name><memory unit='MiB'>32</memory><os><type arch='x86_64'>hvm</type></os>
<devices><interface type='network'><source network='t1'/></interface><serial type='pty'/></devices></domain>"""


class Host:
    """A private libvirtd in a folder of the test's own."""

    def __init__(self, folder: HostFolder) -> None:
        self.folder = folder
        self.holder = self.start()

    def start(self) -> Holder:
        """Start it with KVM hidden."""
        self.holder = libvirtd.start(self.folder, lambda: False)
        return self.holder

    def virsh(self, *words: str) -> str:
        """Run virsh inside."""
        return programs.run(enter_command(self.holder.pid, ["virsh", "-q", "-c", daemons.URI, *words]), 60).strip()

    def start_guest(self) -> int:
        """Start a guest and its network; its QEMU's pid."""
        for word, text in (("net-create", NETWORK), ("define", GUEST)):
            file = self.folder.base / f"{word}.xml"
            file.write_text(text)
            self.virsh(word, str(file))
        self.virsh("start", "tiny")
        return daemons.guests(self.holder)["tiny"]

    def kill(self, pid: int) -> None:
        """Kill a process and see it gone."""
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not processes.started(pid), Deadline(10), f"process {pid} ends", tick=0.01)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    folder = HostFolder(tmp_path / "host")
    try:
        yield Host(folder)
    finally:
        libvirtd.stop(folder, force=True)


def interfaces() -> list[str]:
    return sorted(os.listdir("/sys/class/net"))


def test_guests_outlive_a_killed_libvirtd(host: Host) -> None:
    qemu, first = host.start_guest(), host.holder
    for name in ("libvirtd", "virtlogd"):
        host.kill(daemons.running(host.holder)[name])
        assert host.start() == first, "the same namespaces"
        assert "tiny" in host.virsh("list", "--name")
        assert daemons.guests(host.holder) == {"tiny": qemu}


def test_a_killed_holder_is_cleaned_up(host: Host) -> None:
    qemu, first = host.start_guest(), host.holder
    host.kill(host.holder.pid)
    host.start()
    assert host.holder.where != first.where
    assert not processes.started(qemu)
    assert list(processes.inside(first.where)) == []
    assert host.virsh("list", "--all", "--name") == "tiny", "its definition is kept"
    assert host.virsh("net-list", "--name") == ""


def test_capabilities_are_remembered_though_kvm_is_broken(host: Host) -> None:
    """Over a broken KVM each question costs 4 to 20 s."""
    daemons.answers(host.holder, 60)
    assert daemons.answers(host.holder, 60) < 2


def test_it_touches_nothing_of_the_machines_and_leaves_nothing(tmp_path: Path) -> None:
    mounts, network = Path("/proc/self/mounts").read_text(), interfaces()
    sockets = sorted(os.listdir("/run/libvirt")) if Path("/run/libvirt").is_dir() else []
    host = Host(HostFolder(tmp_path / "host"))
    host.start_guest()
    assert interfaces() == network
    assert Path("/proc/self/mounts").read_text() == mounts
    assert (sorted(os.listdir("/run/libvirt")) if Path("/run/libvirt").is_dir() else []) == sockets
    with pytest.raises(LabError, match="tiny"):
        libvirtd.stop(host.folder)
    assert libvirtd.stop(host.folder, force=True) == ["tiny"]
    assert list(processes.inside(host.holder.where)) == []
    assert not host.folder.record.exists()
