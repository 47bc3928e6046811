"""A built image as a Vagrant box: packed, added, removed."""

import hashlib
import json
import tarfile
from pathlib import Path

import vagrant

from hanfslab.box import recipe, store
from hanfslab.box.program import logged
from hanfslab.errors import UsageError
from hanfslab.timeouts import Timeout

ADD = Timeout("BOX_ADD", 300, "Vagrant copies the box twice and takes its checksum")
REMOVE = Timeout("BOX_REMOVE", 60, "Ruby's start and the removal of a folder")
VIRTUAL_GIB = 3
METADATA = {"provider": "libvirt", "format": "qcow2", "virtual_size": VIRTUAL_GIB}
# Kernel and initrd are not here: only the lab knows where libvirt may read them.
VAGRANTFILE = 'Vagrant.configure("2") do |config|\n  config.vm.synced_folder ".", "/vagrant", disabled: true\nend\n'


def pack(work: Path) -> Path:
    """Pack image, kernel and initrd of a work folder into a `.box` there."""
    (work / "metadata.json").write_text(json.dumps(METADATA))
    (work / "Vagrantfile").write_text(VAGRANTFILE)
    box = work / "hanfslab.box"
    with tarfile.open(box, "w") as tar:
        for name in ("metadata.json", "Vagrantfile", store.KERNEL, store.INITRD, store.IMAGE):
            tar.add(work / name, name, filter=_plain)
    return box


def catalog(box: Path, version: str) -> str:
    """Vagrant's list of versions with just this one: a box added without it would have no version."""
    with box.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    provider = {"name": "libvirt", "url": box.absolute().as_uri(), "checksum_type": "sha256", "checksum": checksum}
    return json.dumps({"name": recipe.NAME, "versions": [{"version": version, "providers": [provider]}]})


def add(box: Path, version: str, log: Path) -> None:
    """Give a packed box to Vagrant, replacing one of the same version."""
    path = box.with_name("catalog.json")
    path.write_text(catalog(box, version))
    _Vagrant(log, ADD).box_add(recipe.NAME, str(path), provider="libvirt", force=True)  # type: ignore[no-untyped-call]


def remove(version: str) -> None:
    """Take a version away from Vagrant.

    Raises:
        UsageError: there is no such version.
    """
    versions = [box.version for box in store.installed()]
    if version not in versions:
        raise UsageError(f"there is no box {version}", f"there are: {', '.join(versions) or 'none'}")
    log = store.vagrant_home() / "hanfslab-box.log"
    _Vagrant(log, REMOVE).remove(version)
    log.unlink(missing_ok=True)


class _Vagrant(vagrant.Vagrant):
    """python-vagrant's command lines, run with a limit, their output kept for the error."""

    def __init__(self, log: Path, limit: Timeout) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._log, self._limit = log, limit

    def remove(self, version: str) -> None:
        """Remove one version; python-vagrant only knows all of them."""
        self._call_vagrant_command(
            ["box", "remove", recipe.NAME, "--provider", "libvirt", "--box-version", version, "--force"]
        )

    def _call_vagrant_command(self, args: list[str | None]) -> None:
        command: list[str] = self._make_vagrant_command(args)  # type: ignore[no-untyped-call]
        logged(command, self._log, self._limit.scaled(), {"VAGRANT_CHECKPOINT_DISABLE": "1", "VAGRANT_NO_COLOR": "1"})


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.mode = 0o644
    return entry
