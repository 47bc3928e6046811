"""Snapshots of a whole lab: every guest's memory and disk and the shared disk, all of one moment.

The snapshot `clean` is hanfslab's own: the lab as its first `up` left it. `up` and `reset` give it again.
"""

import hashlib
import re
import time
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from hanfslab.data import data
from hanfslab.errors import UsageError
from hanfslab.lab.connection import translated
from hanfslab.lab.lab import Lab
from hanfslab.lab.volumes import delete
from hanfslab.names import named
from hanfslab.topology.nodes import Node, Topology

CLEAN = "clean"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
FILE = "snapshots.json"


class Snapshot(BaseModel):
    """A snapshot: when it was made, whether the lab was whole then, what it depends on, and its bytes on disk."""

    name: str
    time: float
    whole: bool
    depends: dict[str, str]
    size: int = 0


_INDEX = TypeAdapter(dict[str, Snapshot])


def check_name(name: str) -> None:
    """Refuse what is no name for a person's snapshot.

    Raises:
        UsageError: it is none, or hanfslab's own.
    """
    if name == CLEAN:
        raise UsageError(f"'{CLEAN}' is the snapshot that hanfslab makes itself", "give yours another name")
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name}' is no name of a snapshot", "up to 40 letters, digits, dots, dashes and underscores")


def memory_volume(node: Node, name: str) -> str:
    """A guest's memory in a snapshot."""
    return f"{node.domain}@{name}.save"


def root_volume(node: Node) -> str:
    """A guest's own disk; Vagrant gives it its name."""
    return f"{node.domain}.img"


def disks(lab: Topology, name: str) -> dict[str, str]:
    """The lab's disks, each with its copy in a snapshot."""
    own = {root_volume(node): f"{node.domain}@{name}.img" for node in lab.nodes}
    return own | {lab.shared_volume: f"{lab.shared_volume.removesuffix('.img')}@{name}.img"}


def snapshots(lab: Lab) -> dict[str, Snapshot]:
    """The lab's snapshots by name, the oldest first."""
    try:
        return _INDEX.validate_json((lab.place.state / FILE).read_bytes())
    except (FileNotFoundError, ValidationError):  # one that cannot be read is none: volumes without a name are swept
        return {}


def snapshot(lab: Lab, name: str) -> Snapshot:
    """The snapshot of a name.

    Raises:
        UsageError: there is none; the hint names those that there are.
    """
    return named("snapshot", name, snapshots(lab))


def record(lab: Lab, known: dict[str, Snapshot]) -> None:
    """Keep which snapshots there are; a snapshot is there once it is written here."""
    file = lab.place.state / FILE
    file.with_suffix(".new").write_bytes(_INDEX.dump_json(known, indent=1))
    file.with_suffix(".new").replace(file)


def remove(lab: Lab, name: str) -> None:
    """Delete a snapshot; first it is none any more, then its volumes go."""
    record(lab, {key: value for key, value in snapshots(lab).items() if key != name})
    sweep(lab)


def sweep(lab: Lab) -> None:
    """Delete the volumes that no snapshot has: those of one that was deleted, or never came to its end."""
    known = {volume for name in snapshots(lab) for volume in volumes_of(lab.topology, name)}
    delete(lab.pool, *(name for name in all_volumes(lab) if name not in known))


def volumes_of(lab: Topology, name: str) -> list[str]:
    """Every volume of a snapshot."""
    return [*disks(lab, name).values(), *(memory_volume(node, name) for node in lab.nodes)]


def all_volumes(lab: Lab) -> list[str]:
    """The volumes of the lab's snapshots in the pool, whole or not."""
    with translated("storage pool"):
        lab.pool.refresh()  # libvirt writes memory beside the pool's own bookkeeping
        names = lab.pool.listVolumes()
    begins = tuple(f"{volume.removesuffix('.img')}@" for volume in disks(lab.topology, ""))
    return [name for name in names if name.startswith(begins)]


def new(lab: Lab, name: str) -> Snapshot:
    """A snapshot of now."""
    return Snapshot(name=name, time=time.time(), whole=lab.status().whole, depends=depends(lab))


def depends(lab: Lab) -> dict[str, str]:
    """What a guest's saved memory can only be used with."""
    with translated("libvirt"):
        qemu, capabilities = lab.connection.getVersion(), lab.connection.getCapabilities()
    cpu = capabilities.partition("<cpu>")[2].partition("</cpu>")[0]
    return {
        "QEMU": f"{qemu // 1000000}.{qemu // 1000 % 1000}.{qemu % 1000}",
        "host CPU": _digest(cpu.encode()),
        "accelerator": lab.accelerator,
        "guest image": lab.place.recall().get("box", ""),
        "lab.toml": _digest(lab.topology.spec.model_dump_json().encode()),
        "guests' files": _digest(b"".join(path.read_bytes() for path in _guest_files(lab))),
    }


def misfit(lab: Lab, saved: Snapshot) -> str:
    """Why a snapshot cannot be used now; empty when it can."""
    now = depends(lab)
    changed = [(what, was, now.get(what, "")) for what, was in saved.depends.items() if was != now.get(what, "")]
    reasons = [f"{what} is another: {was} then, {present} now" for what, was, present in changed]
    gone = sorted(set(volumes_of(lab.topology, saved.name)) - set(all_volumes(lab)))
    return "; ".join([*reasons, f"its volumes are gone: {', '.join(gone)}"] if gone else reasons)


def _guest_files(lab: Lab) -> list[Path]:
    """What guests' files are made of, beside `lab.toml`; not the files: a warm start has no time to render them."""
    return sorted(path for top in (data("templates"), lab.place.secrets) for path in top.rglob("*") if path.is_file())


def _digest(data: bytes) -> str:
    return "#" + hashlib.sha256(data).hexdigest()[:12]
