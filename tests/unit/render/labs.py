"""The labs whose renders are kept as files; `python -m tests.unit.render.labs` writes them anew, to be read."""

import shutil
import tomllib
from pathlib import Path

from hanfslab.render.files import HostSide, KeyPair, Secrets, guest_files, networks, vagrantfile
from hanfslab.topology.load import parse
from hanfslab.topology.nodes import Topology, topology

GOLDEN = Path(__file__).parent / "golden"
LAB_FILES = {
    "empty": "",
    "page-2004": """
        name = "page-2004"
        cluster.order = "portblock"
        nfs.versions = ["3"]
        disk.filesystem = "ext3"
    """,
    "ip-last": """
        name = "ip-last"
        clients.count = 1
        cluster = {order = "ip-last", keepalive = 1, deadtime = 5, warntime = 3}
    """,
    "kvm-eight-clients": """
        name = "eight"
        accelerator = "kvm"
        clients = {count = 8, memory = "1G"}
        nfs = {versions = ["4.0", "4.1", "4.2"], grace = 90, lease = 90}
        networks = {service = "192.168.66.0/24", management = "192.168.67.0/28"}
    """,
}
LABS = {name: topology(parse(tomllib.loads(text))) for name, text in LAB_FILES.items()}


def host(lab: Topology) -> HostSide:
    """A host that is the same everywhere."""
    accelerator = "kvm" if lab.spec.accelerator == "kvm" else "tcg"
    return HostSide(accelerator, "hanfslab/bookworm", "12.1", "default", "/pool", "/pool/vmlinuz", "/pool/initrd",
                    "/lab/key", 300, "hanfslab lab in /lab")  # fmt: skip


def secrets(lab: Topology) -> Secrets:
    """Keys that are none."""
    return Secrets(
        "authkey", "ssh-ed25519 HOST", {node.name: KeyPair(f"PRIVATE {node.name}", "PUBLIC") for node in lab.nodes}
    )


def rendered(lab: Topology) -> dict[str, str]:
    """What a golden folder holds: the Vagrantfile, the networks, and all files of one server and of one client."""
    files = {"Vagrantfile": vagrantfile(lab, host(lab))} | {f"{name}.xml": xml for name, xml in networks(lab).items()}
    for node in (lab.servers[1], lab.clients[0]):
        for file in guest_files(lab, node, secrets(lab)):
            if not file.text.startswith("#!"):  # programs are the same in every lab, and tested as what they are
                files[f"{node.name}/{file.path}"] = f"# mode {file.mode:o}\n{file.text}"
    return files


def main() -> None:
    """Write the golden folders anew."""
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for name, lab in LABS.items():
        for path, text in rendered(lab).items():
            target = GOLDEN / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)


if __name__ == "__main__":
    main()
