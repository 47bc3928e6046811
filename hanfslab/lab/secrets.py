"""A lab's keys: made once, readable by their owner only, never on a command line."""

import os
import secrets as random
import subprocess
from pathlib import Path

from hanfslab.lab.folder import Folder
from hanfslab.render.files import KeyPair, Secrets
from hanfslab.topology.nodes import Topology

KEYGEN_SECONDS = 30


def secrets(lab: Topology, folder: Folder) -> Secrets:
    """The lab's keys, made where they are missing."""
    folder.state.mkdir(exist_ok=True)
    folder.secrets.mkdir(mode=0o700, exist_ok=True)
    keys = {node.name: _key_pair(folder.secrets / f"host_{node.name}", node.name) for node in lab.nodes}
    lines = [f"{node.management.address} {keys[node.name].public}\n" for node in lab.nodes]
    folder.known_hosts.write_text("".join(lines))
    return Secrets(_authkey(folder.secrets / "authkey"), _key_pair(folder.key, "hanfslab").public, keys)


def _authkey(path: Path) -> str:
    if not path.exists():
        _write_private(path, random.token_hex(20))
    return path.read_text().strip()


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")


def _key_pair(path: Path, comment: str) -> KeyPair:
    public = path.with_name(path.name + ".pub")
    if not public.exists():
        path.unlink(missing_ok=True)
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)]
        subprocess.run(command, check=True, timeout=KEYGEN_SECONDS)
    return KeyPair(path.read_text().strip(), public.read_text().strip())
