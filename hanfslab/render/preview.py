"""Everything that a lab would be made of, as text by path, without a host."""

from pathlib import Path

from hanfslab.box.recipe import NAME, version
from hanfslab.errors import UsageError
from hanfslab.render.files import HostSide, Secrets, guest_files, networks, vagrantfile
from hanfslab.topology.nodes import Topology

POOL = "/var/lib/libvirt/images"


def preview(lab: Topology) -> dict[str, str]:
    """The rendered files of a lab, with placeholders for its keys and for what its host decides."""
    host = HostSide(
        accelerator="kvm" if lab.spec.accelerator == "kvm" else "tcg",
        box_name=NAME,
        box_version=version(),
        pool_name="default",
        pool_path=POOL,
        kernel=f"{POOL}/vmlinuz",
        initrd=f"{POOL}/initrd",
        key="secrets/id_ed25519",
        boot_timeout=300,
        description=f"hanfslab lab {lab.spec.name}",
    )
    secrets = Secrets.placeholders(lab)
    guests = {
        f"guests/{node.name}/{file.path}": file.text for node in lab.nodes for file in guest_files(lab, node, secrets)
    }
    xml = {f"networks/{name}.xml": text for name, text in networks(lab).items()}
    return {"Vagrantfile": vagrantfile(lab, host)} | xml | guests


def write(files: dict[str, str], folder: Path) -> None:
    """Write files below a folder that is new or empty.

    Raises:
        UsageError: there is something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder")
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
