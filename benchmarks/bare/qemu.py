"""QEMU's command line for a guest of a lab, with nothing around it."""

from dataclasses import dataclass
from pathlib import Path

from hanfslab.host.needs import TB_CACHE
from hanfslab.render.files import CMDLINE

QEMU = "qemu-system-x86_64"


@dataclass(frozen=True)
class Guest:
    """What a guest is made of.

    Args:
        memory: MiB.
        kernel: file; so are `initrd`, `seed` and `disk`, an overlay of the box's image.
        service: the MAC of its card in the service's network; `management`: of the other.
        bridges: the scripts that put a card into the service's and the management network.
        folder: where its console goes.
        kvm: whether it runs under KVM.
    """

    name: str
    memory: int
    kernel: str
    initrd: str
    disk: Path
    seed: str
    service: str
    management: str
    bridges: tuple[Path, Path]
    folder: Path
    kvm: bool

    @property
    def console(self) -> Path:
        """What its kernel says."""
        return self.folder / f"{self.name}.console"

    @property
    def command(self) -> list[str]:
        """The command line: machine, processor, cache and disks as a lab's guests have them."""
        accelerator, cpu = ("kvm", "host") if self.kvm else (f"tcg,tb-size={TB_CACHE}", "qemu64")
        return [
            QEMU, "-name", f"bare-{self.name}", "-nodefaults", "-no-user-config", "-display", "none", "-machine", "pc",
            "-accel", accelerator, "-cpu", cpu, "-m", str(self.memory), "-smp", "1",
            "-kernel", self.kernel, "-initrd", self.initrd, "-append", CMDLINE,
            *_disk("root", f"file={self.disk},format=qcow2,cache=unsafe"),
            *_disk("seed", f"file={self.seed},format=raw,readonly=on", ",serial=hanfs-seed"),
            *_card("service", self.service, self.bridges[0]), *_card("management", self.management, self.bridges[1]),
            "-object", "rng-random,filename=/dev/urandom,id=random", "-device", "virtio-rng-pci,rng=random",
            "-serial", f"file:{self.console}",
        ]  # fmt: skip


def _disk(name: str, what: str, more: str = "") -> list[str]:
    return ["-drive", f"{what},if=none,id={name}", "-device", f"virtio-blk-pci,drive={name}{more}"]


def _card(name: str, mac: str, bridge: Path) -> list[str]:
    """A card whose tap QEMU makes itself: it is gone as soon as QEMU is, however that ends."""
    return ["-netdev", f"tap,id={name},script={bridge},downscript=no",
            "-device", f"virtio-net-pci,netdev={name},mac={mac}"]  # fmt: skip
