"""A topology into files: the Vagrantfile, libvirt's networks, and what lands in each guest."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import hanfslab
from hanfslab.data import data
from hanfslab.host.needs import TB_CACHE
from hanfslab.render.engine import fill
from hanfslab.topology.nodes import SERVICE_NAME, Node, Topology

CMDLINE = "root=LABEL=root rw console=ttyS0 net.ifnames=0 panic=5 mitigations=off"
PRIVATE = {"etc/ha.d/authkeys", "etc/ssh/ssh_host_ed25519_key"}


@dataclass(frozen=True)
class KeyPair:
    """An SSH key in OpenSSH's two formats."""

    private: str
    public: str


@dataclass(frozen=True)
class Secrets:
    """What a lab's guests know each other and the host by."""

    authkey: str
    public_key: str
    host_keys: dict[str, KeyPair]

    @classmethod
    def placeholders(cls, lab: Topology) -> "Secrets":
        """For a look at what would be made: the real ones are made by `hanfslab up`."""
        hidden = "(made by hanfslab up)"
        return cls(hidden, hidden, {node.name: KeyPair(hidden, hidden) for node in lab.nodes})


@dataclass(frozen=True)
class HostSide:
    """What the Vagrantfile needs to know of this host.

    Args:
        accelerator: kvm or tcg.
        box: the guest image's name and version.
        pool: the storage pool's name and folder; kernel and initrd are files in it.
        boot_timeout: seconds that a guest may take until it answers on SSH.
        key: the file of the lab's private SSH key.
        description: how a domain of this lab is known.
    """

    accelerator: str
    box_name: str
    box_version: str
    pool_name: str
    pool_path: str
    kernel: str
    initrd: str
    key: str
    boot_timeout: int
    description: str


@dataclass(frozen=True)
class File:
    """A file of a guest: its path without the leading slash, its text and its mode."""

    path: str
    text: str
    mode: int


def vagrantfile(lab: Topology, host: HostSide) -> str:
    """The lab's Vagrantfile."""
    kvm = host.accelerator == "kvm"
    return fill(
        "Vagrantfile.j2",
        version=hanfslab.__version__,
        lab=lab,
        box={"name": host.box_name, "version": host.box_version},
        pool={"name": host.pool_name, "path": host.pool_path},
        kernel=host.kernel,
        initrd=host.initrd,
        key=host.key,
        boot_timeout=host.boot_timeout,
        description=escape(host.description, quote=False),  # vagrant-libvirt writes it into XML as it is
        cmdline=CMDLINE,
        tb_cache=TB_CACHE,
        driver="kvm" if kvm else "qemu",
        cpu_mode="host-passthrough" if kvm else "custom",
        cpu_model="qemu64",
    )


def networks(lab: Topology) -> dict[str, str]:
    """libvirt's XML of the lab's networks, by name."""
    return {
        lab.management_name: fill("templates/libvirt/management.xml.j2", lab=lab),
        lab.service_name: fill("templates/libvirt/service.xml.j2", lab=lab),
    }


def guest_files(lab: Topology, node: Node, secrets: Secrets) -> list[File]:
    """The files that a guest finds in place when it boots, in the order of their paths."""
    files = [
        _file(source, lab, node, secrets)
        for part in ("common", node.role)
        for source in _sources(data("templates", part))
    ]
    return sorted(files, key=lambda file: file.path)


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    for path in root.rglob("*"):
        if path.is_file():
            yield path, path.relative_to(root).as_posix()


def _file(source: tuple[Path, str], lab: Topology, node: Node, secrets: Secrets) -> File:
    path, target = source
    text = path.read_text(encoding="utf-8")
    if target.endswith(".j2"):
        target = target.removesuffix(".j2")
        template = path.relative_to(data()).as_posix()
        text = fill(template, lab=lab, node=node, secrets=secrets, service_name=SERVICE_NAME)
    return File(target, text, _mode(target, text))


def _mode(target: str, text: str) -> int:
    if target in PRIVATE:
        return 0o600
    return 0o755 if text.startswith("#!") else 0o644
