"""Which programs a run was made with."""

import os
import platform
import re
import subprocess

import hanfslab

PROGRAMS = {"qemu": ("qemu-system-x86_64", "--version"), "vagrant": ("vagrant", "--version")}
LIMIT = 20.0  # seconds: vagrant starts a Ruby


def versions() -> dict[str, str]:
    """Versions of hanfslab, Python, the host's kernel, libvirt, QEMU and Vagrant."""
    found = {
        "hanfslab": hanfslab.__version__,
        "python": platform.python_version(),
        "kernel": platform.release(),
        "libvirt": _libvirt(),
    }
    return found | {name: _version(command) for name, command in PROGRAMS.items()}


def host() -> dict[str, object]:
    """What the host has to do and to do it with."""
    return {"cpus": os.cpu_count() or 0, "load": [round(load, 2) for load in os.getloadavg()]}


def _version(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return number[0] if (number := re.search(r"\d+(\.\d+)+", done.stdout)) else "unknown"


def _libvirt() -> str:
    try:
        import libvirt
    except ImportError:
        return "unknown"
    number = int(libvirt.getVersion())
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"
