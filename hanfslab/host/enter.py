"""Going where the guests are: every command that needs them calls `enter` first."""

import os

from hanfslab.errors import LabError
from hanfslab.host import choice, daemons, holder, libvirtd, system
from hanfslab.host.holder import Holder
from hanfslab.host.join import join
from hanfslab.host.paths import HostFolder
from hanfslab.host.processes import namespaces
from hanfslab.host.programs import environment


def libvirt_uri() -> str:
    """The address of the libvirt that guests run under, once entered."""
    return daemons.URI


def enter() -> None:
    """Be where the guests are, starting the private libvirtd if that is the one to use.

    With a private libvirtd this process enters its namespaces, and so will all that it starts. A second call, or one
    inside, does nothing but see to it that libvirtd runs.

    Raises:
        LabError: there is no libvirt to use; the hint says what can be done.
        UsageError: the folder of this process is gone.
    """
    os.environ["LIBVIRT_DEFAULT_URI"] = libvirt_uri()
    os.environ["PATH"] = environment()["PATH"]  # sfdisk and mke2fs are in sbin, which an ordinary user's has not
    folder = HostFolder.default()
    found = holder.read(folder.record)
    if found and found.where == namespaces("self"):
        _stay(folder, found)
    elif found and usable_as_it_is(found):
        join(libvirtd.start(folder, kvm_usable) if _broken(found) else found)
    elif choice.choose(system.facts(kvm_suspect())).kind == "private":
        join(libvirtd.start(folder, kvm_usable))


def kvm_suspect() -> bool:
    """Whether KVM may spoil the system's libvirtd and a private one could be had instead."""
    from hanfslab.host import kvm
    from hanfslab.host.accelerator import kvm_works

    return os.geteuid() == 0 and kvm.device().state == "openable" and not kvm_works()


def usable_as_it_is(found: Holder) -> bool:
    """Whether a private one lives: guests of ours may run in it, so it is used whatever the system has by now."""
    asked = os.environ.get("HANFSLAB_LIBVIRT", "")
    return os.geteuid() == 0 and asked != "system" and found.alive and found.ready and _current(found)


def kvm_usable() -> bool:
    """Whether a guest kernel was seen to start under KVM."""
    from hanfslab.host.accelerator import kvm_works

    return bool(kvm_works())


def _current(found: Holder) -> bool:
    """Whether KVM inside still is what the probe says. Guests that run decide: they are not restarted for it."""
    return found.kvm == "absent" or libvirtd.in_use(found) or found.kvm == libvirtd.kvm_inside(kvm_usable)


def _broken(found: Holder) -> bool:
    return len(daemons.running(found)) < len(daemons.NAMES)


def _stay(folder: HostFolder, found: Holder) -> None:
    if not found.alive:
        raise LabError("the private libvirtd that this shell was in is gone", "leave this shell, then try again")
    if _broken(found):
        libvirtd.start(folder, kvm_usable)
