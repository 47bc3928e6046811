"""What a host's facts mean for a lab: pure, so that it is tested against recorded hosts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hanfslab.host import needs
from hanfslab.host.facts import HostFacts

State = Literal["ok", "warn", "missing"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Args:
        name: of the check.
        state: `ok`; `warn`, a lab runs all the same; `missing`, it cannot.
        found: what was found.
        remedy: what to do, if anything.
    """

    name: str
    state: State
    found: str
    remedy: str = ""


def diagnose(facts: HostFacts) -> list[Check]:
    """Judge a host."""
    return [judge(facts) for judge in CHECKS]


def can_run_a_lab(checks: list[Check]) -> bool:
    """Whether nothing is missing."""
    return all(check.state != "missing" for check in checks)


def programs(facts: HostFacts) -> Check:
    """Programs of Debian packages."""
    absent = [name for name in needs.PROGRAMS if name not in facts.programs]
    if not absent:
        return Check("programs", "ok", f"all {len(needs.PROGRAMS)} found")
    packages = sorted({needs.PROGRAMS[name] for name in absent})
    return Check("programs", "missing", f"not found: {', '.join(absent)}", f"apt-get install {' '.join(packages)}")


def python(facts: HostFacts) -> Check:
    """Python's version and modules."""
    absent = [name for name in needs.MODULES if name not in facts.modules]
    if tuple(int(part) for part in facts.python.split(".")[:2]) < needs.PYTHON:
        return Check("python", "missing", facts.python, f"needs {'.'.join(map(str, needs.PYTHON))} or newer")
    if absent:
        return Check("python", "missing", f"{facts.python} without module {', '.join(absent)}",
                     "install hanfslab with pip again, with package libvirt-dev there, or use ./run")  # fmt: skip
    return Check("python", "ok", f"{facts.python} with {', '.join(needs.MODULES)}")


def vagrant(facts: HostFacts) -> Check:
    """Vagrant and its libvirt plugin."""
    if not facts.vagrant:
        return Check("vagrant", "missing", "not found", "apt-get install vagrant vagrant-libvirt")
    if not facts.plugin:
        return Check("vagrant", "missing", f"{facts.vagrant} without plugin vagrant-libvirt",
                     "apt-get install vagrant-libvirt, or `vagrant plugin install vagrant-libvirt`")  # fmt: skip
    return Check("vagrant", "ok", f"{facts.vagrant} with vagrant-libvirt {facts.plugin}")


def libvirt(facts: HostFacts) -> Check:
    """A libvirtd to use."""
    seen = facts.libvirt
    if seen.kind == "none":
        return Check("libvirtd", "missing", seen.reason, seen.hint)
    later = "" if seen.running else " (started when needed)"
    state: State = "warn" if seen.kind == "system" and "slowly" in seen.reason else "ok"
    remedy = "run hanfslab as root: it then uses a private libvirtd" if state == "warn" else ""
    return Check("libvirtd", state, f"{seen.kind}: {seen.reason}{later}", remedy)


def namespaces(facts: HostFacts) -> Check:
    """The ability to make namespaces."""
    if facts.namespaces:
        return Check("namespaces", "ok", "can be made")
    if facts.root:
        state: State = "missing" if facts.libvirt.kind == "private" else "warn"
        return Check("namespaces", state, "cannot be made, so no private libvirtd",
                     "in a container: run it with CAP_SYS_ADMIN and CAP_NET_ADMIN")  # fmt: skip
    return Check("namespaces", "warn", "a user cannot make them, so cannot build a box",
                 "build the box as root, or sysctl kernel.unprivileged_userns_clone=1")  # fmt: skip


def groups(facts: HostFacts) -> Check:
    """The user's groups."""
    if facts.root:
        return Check("groups", "ok", "root needs none")
    wanted = ["libvirt"] if "libvirt" not in facts.groups else []
    if facts.accelerator.device == "denied" and "kvm" not in facts.groups:
        wanted.append("kvm")
    if not wanted:
        return Check("groups", "ok", f"{facts.user} is in what is needed")
    state: State = "missing" if facts.libvirt.kind == "none" and "libvirt" in wanted else "warn"
    remedy = f"as root: {'; '.join(f'adduser {facts.user} {group}' for group in wanted)}; then log in again"
    return Check("groups", state, f"{facts.user} is not in {', '.join(wanted)}", remedy)


def storage(facts: HostFacts) -> Check:
    """Room for volumes."""
    free = f"{_gib(facts.storage.free)} free in {facts.storage.folder}"
    if facts.storage.free >= needs.LAB_STORAGE:
        return Check("storage", "ok", free)
    return Check("storage", "missing", f"{free}, a lab needs {_gib(needs.LAB_STORAGE)}", "make room there")


def memory(facts: HostFacts) -> Check:
    """Room for guests."""
    free, need = _gib(facts.memory_free), f"a default lab needs {_gib(needs.LAB_MEMORY)}"
    if facts.memory_free >= needs.LAB_MEMORY:
        return Check("memory", "ok", f"{free} free, {need}")
    if facts.memory_total >= needs.LAB_MEMORY:
        return Check("memory", "warn", f"{free} free of {_gib(facts.memory_total)}, {need}", "end what uses it")
    return Check("memory", "missing", f"{_gib(facts.memory_total)} in all, {need}",
                 "fewer clients in lab.toml, or a bigger machine")  # fmt: skip


def accelerator(facts: HostFacts) -> Check:
    """What guests run on."""
    seen = facts.accelerator
    if seen.kind == "kvm":
        return Check("accelerator", "ok", f"kvm: {seen.reason}")
    remedy = {
        "absent": "switch virtualisation on in the firmware, or nested virtualisation in the outer host",
        "denied": "as root: chgrp kvm /dev/kvm; chmod 660 /dev/kvm" if "kvm" in facts.groups else "",  # else: groups
        "openable": "hanfslab box build, then look again" if "not probed" in seen.reason else "",
        "hidden": "",
    }[seen.device]
    return Check("accelerator", "warn", f"tcg, timeouts times {seen.scale:g}: {seen.reason}", remedy)


def box(facts: HostFacts) -> Check:
    """The guests' image."""
    if facts.box:
        return Check("box", "ok", facts.box)
    return Check("box", "warn", "not built yet", "hanfslab box build")


def _gib(amount: int) -> str:
    return f"{amount / needs.GIB:.1f} GiB"


CHECKS: tuple[Callable[[HostFacts], Check], ...] = (
    programs,
    python,
    vagrant,
    libvirt,
    namespaces,
    groups,
    storage,
    memory,
    accelerator,
    box,
)
