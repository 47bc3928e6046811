"""What the doctor looks at: everything that it judges, and nothing else, so that a host can be recorded."""

from pydantic import BaseModel, ConfigDict


class Recorded(BaseModel):
    """Part of a recorded host."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LibvirtFacts(Recorded):
    """Which libvirt would be used: `system`, `private` or `none`, why, and what to do if none."""

    kind: str
    reason: str
    hint: str = ""
    running: bool = False


class AcceleratorFacts(Recorded):
    """What guests run on; `device` is what the file /dev/kvm says: absent, hidden, denied or openable."""

    kind: str
    scale: float
    reason: str
    device: str


class StorageFacts(Recorded):
    """Where volumes would go, and the bytes free there."""

    folder: str
    free: int


class HostFacts(Recorded):
    """A host as the doctor sees it.

    Args:
        user: its name.
        root: it is root.
        groups: it is in.
        cpus: it may use.
        memory_total: bytes.
        memory_free: bytes that can be had without swapping.
        programs: needed programs that are there.
        python: its version.
        modules: Python modules that are needed and can be imported.
        vagrant: its version, or nothing.
        plugin: the version of vagrant-libvirt, or nothing.
        namespaces: new namespaces can be made: root's for the private libvirtd, a user's for building a box.
        box: the version of the box, or nothing.
        libvirt: which one.
        storage: where volumes go.
        accelerator: what guests run on.
    """

    user: str
    root: bool
    groups: list[str]
    cpus: int
    memory_total: int
    memory_free: int
    programs: list[str]
    python: str
    modules: list[str]
    vagrant: str
    plugin: str
    namespaces: bool
    box: str
    libvirt: LibvirtFacts
    storage: StorageFacts
    accelerator: AcceleratorFacts
