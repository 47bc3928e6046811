"""Which libvirt guests run under, why, and what runs there: looked at, not changed."""

from dataclasses import dataclass, field
from typing import Literal

from hanfslab.errors import HanfslabError
from hanfslab.host import choice, daemons, enter, holder, programs, system
from hanfslab.host.holder import Holder
from hanfslab.host.paths import HostFolder
from hanfslab.host.processes import namespaces


@dataclass(frozen=True)
class HostStatus:
    """The libvirt of this host's labs.

    Args:
        libvirt: `system`, `private`, or `none` if there is none to use.
        reason: why.
        hint: what to do if there is none.
        running: it runs now; a private one is started when first needed.
        folder: of the private one.
        holder: the pid that keeps its namespaces.
        daemons: their pids.
        kvm: inside the private one: `absent`, `hidden` or `visible`.
        guests: names of those that run.
    """

    libvirt: Literal["system", "private", "none"]
    reason: str
    hint: str = ""
    running: bool = False
    folder: str = ""
    holder: int = 0
    daemons: dict[str, int] = field(default_factory=dict)
    kvm: str = ""
    guests: list[str] = field(default_factory=list)


def status() -> HostStatus:
    """Look at this host's libvirt."""
    folder = HostFolder.default()
    found = holder.read(folder.record)
    if found and (enter.usable_as_it_is(found) or found.where == namespaces("self")):
        return _private(folder, found, "it runs already: `hanfslab host stop` ends it")
    try:
        chosen = choice.choose(system.facts(enter.kvm_suspect()))
    except HanfslabError as error:
        return HostStatus("none", error.message, error.hint)
    if chosen.kind == "private":
        return HostStatus("private", chosen.reason, folder=str(folder.base))
    names = programs.run(["virsh", "--quiet", "--connect", system.URI, "list", "--name"], system.CONNECT.scaled())
    return HostStatus("system", chosen.reason, running=True, guests=sorted(names.split()))


def _private(folder: HostFolder, found: Holder, reason: str) -> HostStatus:
    there = daemons.running(found)
    return HostStatus("private", reason, running=len(there) == len(daemons.NAMES), folder=str(folder.base),
                      holder=found.pid, daemons=there, kvm=found.kvm, guests=sorted(daemons.guests(found)))  # fmt: skip
