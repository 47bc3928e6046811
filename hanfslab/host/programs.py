"""Running the host's own programs: always with a limit, always as a list of words."""

import os
import subprocess
from collections.abc import Sequence
from typing import Protocol

from hanfslab.errors import LabError

# An ordinary user's PATH, and that of `su`, lacks the folders of mount, ip, dnsmasq and libvirtd.
SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


class Runner(Protocol):
    """Something that runs a program; tests have one that only remembers."""

    def __call__(self, argv: Sequence[str], seconds: float = 20) -> str:
        """Run it and return what it printed."""


def environment() -> dict[str, str]:
    """The environment that host programs run in: their messages in English, sbin on the PATH."""
    return {**os.environ, "LC_ALL": "C", "PATH": f"{os.environ.get('PATH', '/usr/bin:/bin')}:{SBIN}"}


def run(argv: Sequence[str], seconds: float = 20) -> str:
    """Run a program and return its standard output.

    Raises:
        LabError: it is not there, failed, or did not end in time.
    """
    try:
        done = subprocess.run(list(argv), stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                              timeout=seconds, check=False, env=environment())  # fmt: skip
    except FileNotFoundError:
        raise LabError(f"{argv[0]}: not installed", "`hanfslab doctor` says what is missing") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(argv)}: no end within {seconds:.0f} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise LabError(f"{' '.join(argv)}: {said[-1] if said else f'exit code {done.returncode}'}")
    return done.stdout
