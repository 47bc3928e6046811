"""All that a lab's guests stand on, made before Vagrant runs: keys, networks, volumes, the Vagrantfile."""

import hashlib
import tempfile
from pathlib import Path

from hanfslab.box.store import Box, current
from hanfslab.errors import LabError, UsageError
from hanfslab.host.needs import GIB, LAB_STORAGE
from hanfslab.lab.connection import find, state, translated
from hanfslab.lab.disk import make_disk
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import BOOT
from hanfslab.lab.memory import check_memory, host_memory
from hanfslab.lab.networks import ensure_networks
from hanfslab.lab.secrets import secrets
from hanfslab.lab.volumes import POOL, delete, free, pool_path, upload
from hanfslab.render.files import HostSide, guest_files, vagrantfile
from hanfslab.render.seed import seed
from hanfslab.topology.model import mebibytes


def check(lab: Lab) -> Box:
    """Find out whether a lab can be made here, and from which box; touches nothing.

    Raises:
        UsageError: there is no box, the host has too little memory, or something of that name is not this lab's.
        LabError: libvirt failed, or the pool is full.
    """
    box = current()
    if box is None:
        raise UsageError("there is no guest image of this version of hanfslab", "build it with: hanfslab box build")
    check_memory(lab.topology, host_memory())
    _check_shared(lab)
    if not any(lab.domain(node) for node in lab.topology.nodes):
        _check_space(lab)
    return box


def make(lab: Lab, box: Box) -> None:
    """Make what is missing.

    Raises:
        LabError: libvirt or a tool failed.
    """
    ensure_networks(lab.connection, lab.topology)
    kernel, initrd = _boot_files(lab, box)
    _shared_disk(lab)
    _seeds(lab)
    host = HostSide(
        accelerator=lab.accelerator,
        box_name=box.name,
        box_version=box.version,
        pool_name=POOL,
        pool_path=pool_path(lab.pool),
        kernel=kernel,
        initrd=initrd,
        key=str(lab.place.key),
        boot_timeout=int(BOOT.scaled(lab.scale)),
        description=lab.place.description,
    )
    (lab.place.state / "Vagrantfile").write_text(vagrantfile(lab.topology, host))


def _check_space(lab: Lab) -> None:
    need = LAB_STORAGE + (mebibytes(lab.topology.spec.disk.size) << 20) - GIB
    if free(lab.pool) < need:
        raise LabError(
            f"the storage pool {pool_path(lab.pool)} has {free(lab.pool) >> 20} MiB free, the lab needs {need >> 20}",
            "delete labs that are not needed: hanfslab destroy",
        )


def _check_shared(lab: Lab) -> None:
    """A volume of the shared disk's name that this lab did not make is never touched."""
    name = lab.topology.shared_volume
    there = find(lab.pool.storageVolLookupByName, name) is not None
    if there and lab.place.recall().get("shared") != name:
        raise UsageError(
            f"a volume '{name}' is in the storage pool and this lab did not make it",
            f"give the lab another name in lab.toml, or: hanfslab host exec -- virsh vol-delete {name} {POOL}",
        )


def _boot_files(lab: Lab, box: Box) -> tuple[str, str]:
    """The box's kernel and initrd in the pool, where QEMU may read them."""
    paths = []
    for kind, source in (("vmlinuz", box.kernel), ("initrd", box.initrd)):
        name = f"hanfslab-{box.version}-{kind}"
        if find(lab.pool.storageVolLookupByName, name) is None:
            upload(lab.pool, name, source)
        paths.append(f"{pool_path(lab.pool)}/{name}")
    return paths[0], paths[1]


def _shared_disk(lab: Lab) -> None:
    name = lab.topology.shared_volume
    if find(lab.pool.storageVolLookupByName, name) is not None:
        return
    lab.place.remember(shared=name)
    with tempfile.NamedTemporaryFile(prefix="hanfslab-") as image:
        make_disk(lab.topology, Path(image.name))
        upload(lab.pool, name, Path(image.name))


def _seeds(lab: Lab) -> None:
    """Each guest's seed disk; one whose guest runs is left as it is until the guest is started again."""
    keys = secrets(lab.topology, lab.place)
    for node in lab.topology.nodes:
        content = seed(guest_files(lab.topology, node, keys))
        digest = {f"seed {node.name}": hashlib.sha256(content).hexdigest()}
        name = lab.topology.seed_volume(node)
        there = find(lab.pool.storageVolLookupByName, name) is not None
        running = state(lab.domain(node)) not in ("absent", "off")
        if there and (running or digest.items() <= lab.place.recall().items()):
            continue
        with tempfile.NamedTemporaryFile(prefix="hanfslab-") as file, translated(f"seed of {node.name}"):
            file.write(content)
            file.flush()
            upload(lab.pool, name, Path(file.name))
        lab.place.remember(**digest)


def discard(lab: Lab) -> None:
    """Delete the lab's own volumes; the box's stay for other labs."""
    names = [lab.topology.seed_volume(node) for node in lab.topology.nodes]
    names += [lab.topology.console_volume(node) for node in lab.topology.nodes]
    names += [f"{node.domain}.img" for node in lab.topology.nodes]
    if lab.place.recall().get("shared") == lab.topology.shared_volume:
        names.append(lab.topology.shared_volume)
    lab.pool.refresh()
    delete(lab.pool, *names)
