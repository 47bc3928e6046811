"""The guests' seed disks: all that makes each guest itself."""

import hashlib
import tempfile
from pathlib import Path

from hanfslab.lab.connection import find, state, translated
from hanfslab.lab.lab import Lab
from hanfslab.lab.secrets import secrets
from hanfslab.lab.volumes import upload
from hanfslab.render.files import guest_files
from hanfslab.render.seed import seed


def seeds(lab: Lab) -> dict[str, bytes]:
    """What each guest's seed disk holds, by the guest's name."""
    keys = secrets(lab.topology, lab.place)
    return {node.name: seed(guest_files(lab.topology, node, keys)) for node in lab.topology.nodes}


def ensure_seeds(lab: Lab) -> None:
    """Make each guest's seed disk; one whose guest runs is left as it is until the guest is started again."""
    contents = seeds(lab)
    for node in lab.topology.nodes:
        content = contents[node.name]
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
