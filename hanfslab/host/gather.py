"""Looking at this host: the facts that the doctor judges."""

import grp
import importlib.util
import json
import os
import platform
import re
import shutil
from pathlib import Path

from hanfslab.errors import HanfslabError
from hanfslab.host import kvm, needs, processes, programs, system
from hanfslab.host.accelerator import accelerator
from hanfslab.host.facts import AcceleratorFacts, HostFacts, LibvirtFacts, StorageFacts
from hanfslab.host.paths import HostFolder
from hanfslab.host.status import HostStatus, status

GEMSPECS = (Path("/usr/share/rubygems-integration/all/specifications"),)


def gather(again: bool = False) -> HostFacts:
    """Look at everything.

    Args:
        again: probe the accelerator once more instead of believing what was found before.
    """
    memory, libvirt, path = _memory(), status(), programs.environment()["PATH"]
    return HostFacts(
        user=processes.user_name(),
        root=os.geteuid() == 0,
        groups=sorted(_groups()),
        cpus=len(os.sched_getaffinity(0)),
        memory_total=memory["MemTotal"],
        memory_free=memory["MemAvailable"],
        programs=[name for name in needs.PROGRAMS if shutil.which(name, path=path)],
        python=platform.python_version(),
        modules=[name for name in needs.MODULES if importlib.util.find_spec(name)],
        vagrant=_vagrant(),
        plugin=_plugin(),
        namespaces=_namespaces(),
        box=_box(),
        libvirt=LibvirtFacts(kind=libvirt.libvirt, reason=libvirt.reason, hint=libvirt.hint, running=libvirt.running),
        storage=_storage(libvirt),
        accelerator=_accelerator(again),
    )


def _memory() -> dict[str, int]:
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) * 1024 for words in lines}


def _groups() -> set[str]:
    names = set()
    for gid in {os.getegid(), *os.getgroups()}:
        try:
            names.add(grp.getgrgid(gid).gr_name)
        except KeyError:
            names.add(str(gid))
    return names


def _vagrant() -> str:
    try:
        return programs.run(["vagrant", "--version"]).strip().removeprefix("Vagrant ")
    except HanfslabError:
        return ""


def _plugin() -> str:
    """Debian's plugin, or the one that the user installed: read from files, since asking Vagrant starts all of it."""
    for folder in GEMSPECS:
        for spec in folder.glob("vagrant-libvirt-*.gemspec"):
            return re.sub(r"vagrant-libvirt-|\.gemspec", "", spec.name)
    home = Path(os.environ.get("VAGRANT_HOME", "~/.vagrant.d")).expanduser()
    try:
        installed = json.loads((home / "plugins.json").read_text())["installed"]
        return str(installed["vagrant-libvirt"]["gem_version"] or "installed")
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _namespaces() -> bool:
    how = ["--mount", "--net"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    try:
        programs.run(["unshare", *how, "true"])
    except HanfslabError:
        return False
    return True


def _box() -> str:
    from hanfslab.box import store

    box = store.current()
    return f"{box.name} {box.version}" if box else ""


def _storage(libvirt: HostStatus) -> StorageFacts:
    folder = HostFolder.default().images if libvirt.libvirt == "private" else system.IMAGES
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return StorageFacts(folder=str(folder), free=shutil.disk_usage(there).free)


def _accelerator(again: bool) -> AcceleratorFacts:
    found = accelerator(again)
    return AcceleratorFacts(kind=found.kind, scale=found.scale, reason=found.reason, device=kvm.device().state)
