"""A private libvirtd in namespaces of its own: start, stop, status.

It neither sees nor touches the system's libvirt, nor the machine's network: all bridges, DHCP servers and guests live
in its network namespace, and private folders lie over libvirt's own in its mount namespace.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from hanfslab.errors import LabError
from hanfslab.host import config, daemons, holder, namespace, processes, programs
from hanfslab.host.holder import Holder
from hanfslab.host.paths import HostFolder
from hanfslab.lock import hold
from hanfslab.timeouts import Timeout

LOCK = Timeout("HOST_LOCK", 180, "another start: namespaces, daemons and an answer, at their worst")
KVM = Path("/dev/kvm")


@contextlib.contextmanager
def locked(folder: HostFolder) -> Iterator[None]:
    """Hold the private libvirtd's lock; no process started meanwhile inherits it."""
    refusal = LabError("another hanfslab starts or stops the private libvirtd", "wait for it, or end it")
    with hold(folder.lock, lambda _holder: refusal, LOCK.scaled()):
        try:
            yield
        except OSError as error:  # a full or read-only disk
            raise LabError(f"private libvirtd: {error.filename or folder.base}: {error.strerror}") from error


def living(folder: HostFolder) -> Holder | None:
    """The holder of the namespaces if it lives and everything is mounted."""
    found = holder.read(folder.record)
    return found if found and found.alive and found.ready else None


def clean(folder: HostFolder) -> None:
    """End whatever lives in the recorded namespaces and forget them; the volumes and definitions stay."""
    found = holder.read(folder.record)
    if found and found.same_boot:
        # the number of a namespace that is gone may be another's by now: only what has our folders mounted is ours
        pids = {one.pid for one in processes.inside(found.where)} - processes.lineage()
        processes.end({pid for pid in pids if found.alive or processes.mounts(pid, folder.base)})
    shutil.rmtree(folder.run, ignore_errors=True)  # sockets and pid files of the dead
    config.remove_mountpoints(folder)
    folder.record.unlink(missing_ok=True)


def in_use(found: Holder) -> bool:
    """Whether guests or commands run inside."""
    return bool(daemons.guests(found) or daemons.commands(found))


def kvm_inside(usable: Callable[[], bool]) -> str:
    """What guests shall see of KVM: `absent`, `visible` if a guest kernel was seen to start with it, else `hidden`."""
    if not KVM.exists():
        return "absent"
    return "visible" if usable() else "hidden"


def start(folder: HostFolder, usable: Callable[[], bool], run: programs.Runner = programs.run) -> Holder:
    """Have a private libvirtd that answers, whatever an earlier one left behind.

    Args:
        folder: its folder.
        usable: whether KVM passed its probe.
        run: runs a program.
    """
    _must_be_root()
    with locked(folder):
        found = living(folder)
        kvm = found.kvm if found and in_use(found) else kvm_inside(usable)
        if found is None or found.kvm != kvm:
            found = _anew(folder, kvm, run)
        daemons.ensure(folder, found, run)
        return found


def _anew(folder: HostFolder, kvm: str, run: programs.Runner) -> Holder:
    clean(folder)
    try:
        config.prepare(folder)
        config.make_mountpoints(folder)
        return namespace.create(folder, kvm, run)
    except BaseException:  # Ctrl-C too: nothing half-made stays
        clean(folder)
        raise


def stop(folder: HostFolder, force: bool = False) -> list[str]:
    """End the private libvirtd and all that lives in its namespaces; say which guests were cut off.

    Raises:
        LabError: guests or commands run in it, and `force` was not given.
    """
    _must_be_root()
    with locked(folder):
        found = living(folder)
        guests = sorted(daemons.guests(found)) if found else []
        if found and not force:
            _refuse_if_used(found, guests)
        clean(folder)
        return guests


def _refuse_if_used(found: Holder, guests: list[str]) -> None:
    if guests:
        raise LabError(f"guests run in the private libvirtd: {', '.join(guests)}",
                       "`hanfslab down` in their lab, or `hanfslab host stop --force` to cut them off")  # fmt: skip
    if others := daemons.commands(found):
        raise LabError(f"a command runs in the private libvirtd: {others[0].pid} {' '.join(others[0].argv)}",
                       "end it first, or `hanfslab host stop --force`")  # fmt: skip


def _must_be_root() -> None:
    if os.geteuid() != 0:
        raise LabError("a private libvirtd needs root", "as an ordinary user: start the system's libvirtd instead")
