"""All that a lab's guests stand on, made before Vagrant runs: keys, networks, volumes, the Vagrantfile."""

import shutil
import tempfile
from pathlib import Path

from hanfslab.box import recipe
from hanfslab.box.store import Box, current
from hanfslab.errors import LabError, UsageError
from hanfslab.host.exclusive import exclusive
from hanfslab.host.needs import GIB, LAB_STORAGE
from hanfslab.lab.connection import find, translated
from hanfslab.lab.disk import make_disk
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import BOOT
from hanfslab.lab.memory import check_memory, host_memory
from hanfslab.lab.networks import delete_networks, ensure_networks
from hanfslab.lab.seeds import ensure_seeds
from hanfslab.lab.snapshots import FILE as SNAPSHOTS
from hanfslab.lab.snapshots import all_volumes
from hanfslab.lab.volumes import POOL, delete, free, pool_path, read_tail, upload
from hanfslab.render.files import HostSide, vagrantfile
from hanfslab.topology.load import FILE
from hanfslab.topology.model import mebibytes


def check(lab: Lab) -> Box:
    """Find out whether a lab can be made here, and from which box; touches nothing.

    Raises:
        UsageError: there is no box, the host has too little memory, `lab.toml` changed under guests that are there, or
            something of a name is not this lab's.
        LabError: libvirt failed, or the pool is full.
    """
    if lab.changed:
        raise UsageError(
            f"{lab.folder / FILE} was changed since the guests were made", "hanfslab destroy, then hanfslab up"
        )
    box = _box(lab)
    check_memory(lab.topology, host_memory())
    there = [node for node in lab.topology.nodes if lab.domain(node) is not None]
    if not lab.place.made.exists():
        _check_names(lab)
    if not there:
        _check_space(lab)
    return box


def _box(lab: Lab) -> Box:
    """The present box, which the guests must have been made from."""
    version = lab.place.recall().get("box", recipe.version())
    if version != recipe.version():  # the files that guests get and their image go together
        raise UsageError(f"this lab was made from the guest image {version}, this hanfslab has {recipe.version()}",
                         "hanfslab destroy, then hanfslab up")  # fmt: skip
    if (box := current()) is None:
        raise UsageError("there is no guest image of this version of hanfslab", "build it with: hanfslab box build")
    return box


def make(lab: Lab, box: Box) -> None:
    """Make what is missing.

    Raises:
        LabError: libvirt or a tool failed.
    """
    if not lab.place.made.exists():
        lab.place.state.mkdir(exist_ok=True)
        shutil.copyfile(lab.folder / FILE, lab.place.made)
    lab.place.remember(box=box.version)
    ensure_networks(lab.connection, lab.topology)
    with exclusive("boot-files"):
        kernel, initrd = _boot_files(lab, box)
    _shared_disk(lab)
    ensure_seeds(lab)
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


def _check_names(lab: Lab) -> None:
    """What is there before a lab was made is somebody else's: it is neither used nor deleted."""
    for name in [*volumes(lab), *all_volumes(lab)]:
        if find(lab.pool.storageVolLookupByName, name) is not None:
            raise UsageError(
                f"a volume '{name}' is in the storage pool and this lab did not make it",
                f"give the lab another name in lab.toml, or: hanfslab host exec -- virsh vol-delete {name} {POOL}",
            )
    for name in lab.topology.networks:
        if find(lab.connection.networkLookupByName, name) is not None:
            raise UsageError(
                f"a network '{name}' is there and this lab did not make it",
                f"give the lab another name in lab.toml, or: hanfslab host exec -- virsh net-undefine {name}",
            )


def _boot_files(lab: Lab, box: Box) -> tuple[str, str]:
    """The box's kernel and initrd in the pool, where QEMU may read them, compared and not just looked up."""
    paths = []
    for kind, source in (("vmlinuz", box.kernel), ("initrd", box.initrd)):
        name, size = f"hanfslab-{box.version}-{kind}", source.stat().st_size
        if read_tail(lab.pool, name, size) != source.read_bytes():
            upload(lab.pool, name, source)
        paths.append(f"{pool_path(lab.pool)}/{name}")
    return paths[0], paths[1]


def _shared_disk(lab: Lab) -> None:
    """The shared disk, made once, and anew if its making did not come to its end."""
    name = lab.topology.shared_volume
    if lab.place.recall().get("shared") == name and find(lab.pool.storageVolLookupByName, name) is not None:
        return
    with tempfile.NamedTemporaryFile(prefix="hanfslab-") as image:
        make_disk(lab.topology, Path(image.name))
        upload(lab.pool, name, Path(image.name))
    lab.place.remember(shared=name)


def volumes(lab: Lab) -> list[str]:
    """The names of all volumes that are the lab's own; the box's are shared with other labs."""
    nodes = lab.topology.nodes
    return [
        lab.topology.shared_volume,
        *(lab.topology.seed_volume(node) for node in nodes),
        *(lab.topology.console_volume(node) for node in nodes),
        *(f"{node.domain}.img" for node in nodes),
    ]


def discard(lab: Lab) -> None:
    """Delete the lab's networks and volumes, if it made any."""
    if not lab.place.made.exists():
        return
    with translated("storage pool"):
        lab.pool.refresh()
    delete(lab.pool, *volumes(lab), *all_volumes(lab))
    delete_networks(lab.connection, lab.topology)
    for record in (lab.place.made, lab.place.state / "made.json", lab.place.state / SNAPSHOTS):
        record.unlink(missing_ok=True)
