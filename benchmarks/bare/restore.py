"""`python -m benchmarks.bare.restore FOLDER`: prints the seconds of a bare restore of a lab's guests, all at once.

FOLDER has the lab, with all guests off. They are restored by virsh from the files of its snapshot `clean`, and run.
"""

import subprocess
import sys
import time
from pathlib import Path

from hanfslab.errors import HanfslabError, LabError
from hanfslab.lab.lab import Lab, open_lab
from hanfslab.lab.snapshots import CLEAN, memory_volume
from hanfslab.lab.volumes import pool_path


def restore(lab: Lab) -> float:
    """Seconds until every virsh has restored its guest and the guest runs.

    Raises:
        LabError: one was not restored.
    """
    files = [f"{pool_path(lab.pool)}/{memory_volume(node, CLEAN)}" for node in lab.topology.nodes]
    started = time.monotonic()
    restoring = [subprocess.Popen(command(file), stdout=subprocess.DEVNULL) for file in files]
    # whoever started this program has a limit, and ends it with all that it started
    codes = [one.wait() for one in restoring]
    took = time.monotonic() - started
    not_running = [name for name, state in lab.states().items() if state != "running"]
    if any(codes) or not_running:
        raise LabError(f"virsh restore: exit codes {codes}; not running: {', '.join(not_running) or 'none'}")
    return took


def command(file: str) -> list[str]:
    """virsh's command line; hanfslab saves guests paused."""
    return ["virsh", "-q", "restore", file, "--running"]


def main() -> None:
    """Restore the lab of the folder that was named."""
    try:
        print(f"{restore(open_lab(Path(sys.argv[1]))):.3f}")
    except HanfslabError as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()
