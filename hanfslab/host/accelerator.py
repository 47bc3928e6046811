"""What guests run on: KVM if a guest kernel was seen to start under it, else TCG with its measured slowness."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hanfslab.host import boot, kvm
from hanfslab.host.verdicts import Verdict, depends_on, remembered

# Seconds from QEMU's start to the kernel's last words on a machine with a working KVM: QEMU and its firmware take
# some 0.3 s, a cloud kernel without initrd 0.5 s.
KVM_SECONDS = 0.8
SCALES = (1.0, 20.0)
# A default lab has four guests; without KVM each of them wants a CPU for itself.
GUESTS = 4
# Without a kernel to measure with: about what a 2-core machine without KVM was seen to need. A built box replaces it.
UNMEASURED_SCALE = 8.0


@dataclass(frozen=True)
class Accelerator:
    """What guests run on.

    Args:
        kind: `kvm` or `tcg`.
        scale: by how much every timeout grows; 1 under KVM.
        reason: why, in words.
    """

    kind: Literal["kvm", "tcg"]
    scale: float
    reason: str


def accelerator(again: bool = False) -> Accelerator:
    """What guests of this machine run on. A first look takes up to half a minute, later ones no time.

    Args:
        again: look once more instead of believing what was found before.
    """
    device, kernel = kvm.device(), probe_kernel()
    if kernel is None:
        found = "not probed yet: no kernel to try; tcg until a box is built"
        return Accelerator("tcg", UNMEASURED_SCALE, found if device.state == "openable" else device.text)
    why = device.text
    if device.state == "openable":
        verdict = _verdict(device, kernel, again)
        if verdict.good:
            return Accelerator("kvm", 1.0, verdict.text)
        why = verdict.text
    speed = remembered("tcg", depends_on(kernel), lambda: under_tcg(kernel), again)
    return Accelerator("tcg", scale(speed), f"{why}; {speed.text}")


def tcg_scale() -> float:
    """By how much every timeout grows for a lab that asked for TCG, also where KVM works."""
    kernel = probe_kernel()
    return scale(remembered("tcg", depends_on(kernel), lambda: under_tcg(kernel))) if kernel else UNMEASURED_SCALE


def kvm_works() -> bool | None:
    """Whether a guest kernel was seen to start under KVM; None if there is no kernel to try it with."""
    device = kvm.device()
    if device.state != "openable":
        return False
    kernel = probe_kernel()
    return _verdict(device, kernel).good if kernel else None


def _verdict(device: kvm.KvmDevice, kernel: Path, again: bool = False) -> Verdict:
    return remembered("kvm", depends_on(kernel, device.stat), lambda: under_kvm(kernel), again)


def probe_kernel() -> Path | None:
    """The kernel to try: the box's, else this machine's own if it can be read."""
    from hanfslab.box import store

    box = store.current()
    own = Path(f"/boot/vmlinuz-{platform.release()}")
    for kernel in (box.kernel if box else None, own):
        if kernel and kernel.is_file() and os.access(kernel, os.R_OK):
            return kernel
    return None


def under_kvm(kernel: Path) -> Verdict:
    """Whether a guest kernel starts under KVM."""
    seen = boot.boot(kernel, "kvm", "host", boot.FIRST_WORDS, boot.KVM.deadline())
    if seen.seconds is not None:
        return Verdict(True, seen.seconds, f"a guest kernel started under KVM in {seen.seconds:.1f} s")
    if seen.aborted:
        return Verdict(False, 0, f"KVM is there but QEMU ends with it: {seen.said or 'without a word'}")
    return Verdict(False, 0, f"KVM is there but no guest kernel started within {boot.KVM.scaled():.0f} s")


def under_tcg(kernel: Path) -> Verdict:
    """How long a guest kernel takes without KVM."""
    seen = boot.boot(kernel, "tcg", "qemu64", boot.LAST_WORDS, boot.TCG.deadline())
    if seen.seconds is None:
        return Verdict(False, 0, f"without KVM no guest kernel came up either: {seen.said or 'no word from QEMU'}")
    return Verdict(True, seen.seconds, f"without KVM a guest kernel takes {seen.seconds:.1f} s")


def scale(speed: Verdict, cpus: int = 0) -> float:
    """The factor for timeouts, from a measured boot without KVM and from how many guests share a CPU."""
    low, high = SCALES
    crowd = max(1.0, GUESTS / (cpus or len(os.sched_getaffinity(0))))
    return round(min(max(speed.seconds / KVM_SECONDS * crowd, low), high), 1) if speed.good else high
