"""The commented `lab.toml` that `hanfslab init` writes."""

import re
from pathlib import Path

from hanfslab.errors import UsageError
from hanfslab.topology.load import FILE

EXAMPLE = """\
# A lab. Every key has this default: an empty file is a working lab too.
name = "{name}"                 # a-z, 0-9, -; libvirt's names of guests, networks and disks begin with it
accelerator = "auto"            # auto | kvm | tcg

[servers]
count = 2                       # Heartbeat's haresources mode knows exactly two
memory = "320M"

[clients]
count = 2
memory = "320M"

[disk]
size = "1G"
filesystem = "ext4"             # ext4 | ext3; seen by both servers as /dev/sdb1

[cluster]
manager = "heartbeat"
keepalive = 2                   # seconds, as on the 2004 page
deadtime = 10
warntime = 10
initdead = 20
order = "ip-first"              # ip-first | ip-last | portblock: the page's three orders of resources

[nfs]
versions = ["3", "4.2"]         # of "3", "4.0", "4.1", "4.2": each client mounts the service once for each
grace = 15                      # seconds; nfsd allows 10 and more
lease = 10

# [networks]                    # worked out from the lab's name; say them when they meet another network
# service = "10.64.0.0/24"
# management = "10.64.1.0/24"
"""


def write_example(folder: Path) -> Path:
    """Write the example into a folder; the lab is named after it.

    Raises:
        UsageError: there is a lab already, or the folder cannot be written.
    """
    path = folder / FILE
    if path.exists():
        raise UsageError(f"{path} is there already")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(EXAMPLE.format(name=lab_name(folder.resolve().name)), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    return path


def lab_name(text: str) -> str:
    """A lab's name that is nearest to a text."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-").lstrip("0123456789-")
    return name[:24] or "lab"
