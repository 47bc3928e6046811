"""`python -m benchmarks.bare.boots FOLDER`: prints, as JSON, the seconds until each guest of a lab answers on SSH.

FOLDER has the lab, with all guests off and its networks up. QEMU is started for all of them at once, with the kernel,
initramfs, command line, seed and network cards that they have in the lab, and a new overlay of the same image.
"""

import contextlib
import json
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from benchmarks.bare.qemu import Guest
from benchmarks.limits import BOOT
from hanfslab.box import store
from hanfslab.errors import HanfslabError, LabError
from hanfslab.host import programs
from hanfslab.lab.folder import Folder
from hanfslab.lab.lab import Lab, open_lab
from hanfslab.lab.together import together
from hanfslab.lab.volumes import pool_path
from hanfslab.timeouts import Deadline
from hanfslab.topology.nodes import Node

TICK = 0.1
SSH_TICK = 0.3  # each try is a program on a host whose processors are all busy with boots
DISCARD = 9  # a port that no guest listens on
CONNECT_SECONDS = 1.0
CONSOLE_LINES = 20


def boots(lab: Lab) -> dict[str, float]:
    """Seconds until each guest answers, all started together.

    Raises:
        LabError: one does not, with what it said last.
    """
    with _folder() as folder:
        guests = [_guest(lab, node, folder) for node in lab.topology.nodes]
        running: list[subprocess.Popen[bytes]] = []
        try:
            started = time.monotonic()
            for guest in guests:
                running.append(_start(guest))
            deadline = BOOT.deadline(lab.scale)
            pairs = list(zip(lab.topology.nodes, running, strict=True))
            ends = together(lambda pair: _answered(lab.place, *pair, deadline), pairs)
        except LabError as error:
            raise LabError("\n".join([error.message, *map(_last_words, guests)])) from None
        finally:
            _end(running)
        return {node.name: end - started for node, end in zip(lab.topology.nodes, ends, strict=True)}


def ssh_command(place: Folder, address: str) -> list[str]:
    """OpenSSH with the lab's key, each time a connection of its own."""
    options = {"BatchMode": "yes", "ConnectTimeout": "60", "IdentitiesOnly": "yes", "LogLevel": "ERROR",
               "StrictHostKeyChecking": "yes", "IdentityFile": f'"{place.key}"',
               "UserKnownHostsFile": f'"{place.known_hosts}"'}  # fmt: skip
    pairs = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    return ["ssh", "-F", "none", *pairs, f"root@{address}", "true"]


def _answered(place: Folder, node: Node, qemu: subprocess.Popen[bytes], deadline: Deadline) -> float:
    """The moment at which a command that SSH ran in a guest had ended."""
    address = node.management.address
    while not deadline.is_due and qemu.poll() is None:
        if not _has_network(address):
            time.sleep(TICK)
            continue
        with contextlib.suppress(subprocess.TimeoutExpired):
            done = subprocess.run(ssh_command(place, address), stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=max(TICK, deadline.left), check=False)  # fmt: skip
            if done.returncode == 0:
                return time.monotonic()
        time.sleep(SSH_TICK)
    raise LabError(f"{node.name}: QEMU ended with {qemu.poll()}" if qemu.poll() is not None else
                   f"{node.name}: no answer on SSH within {deadline.seconds:.0f} s")  # fmt: skip


def _has_network(address: str) -> bool:
    """Whether a guest's kernel has its address: it refuses a connection at once, and no program in it has to run.

    Before that, SSH's own attempt would wait longer and longer for the packet that it lost.
    """
    try:
        socket.create_connection((address, DISCARD), timeout=CONNECT_SECONDS).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def _guest(lab: Lab, node: Node, folder: Path) -> Guest:
    pool, box = pool_path(lab.pool), store.current()
    if box is None:
        raise LabError("there is no guest image of this version")
    return Guest(
        name=node.name,
        memory=node.memory,
        kernel=f"{pool}/hanfslab-{box.version}-vmlinuz",
        initrd=f"{pool}/hanfslab-{box.version}-initrd",
        disk=_overlay(Path(pool) / f"{node.domain}.img", folder / f"{node.name}.qcow2"),
        seed=f"{pool}/{lab.topology.seed_volume(node)}",
        service=node.service.mac,
        management=node.management.mac,
        bridges=(_bridge(lab, lab.topology.service_name, folder), _bridge(lab, lab.topology.management_name, folder)),
        folder=folder,
        kvm=lab.accelerator == "kvm",
    )


def _overlay(of_lab: Path, new: Path) -> Path:
    """A new overlay of the image that the lab's guest has one of: whatever of it is in memory is so for both."""
    known = json.loads(programs.run(["qemu-img", "info", "--output=json", str(of_lab)]))
    image = known.get("full-backing-filename") or known.get("backing-filename")
    if not image:
        raise LabError(f"{of_lab} is no overlay")
    programs.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image, str(new)])
    return new


def _bridge(lab: Lab, network: str, folder: Path) -> Path:
    """The script that puts a tap, its argument, into one of the lab's networks."""
    bridge = lab.connection.networkLookupByName(network).bridgeName()
    script = folder / network
    script.write_text(f'#!/bin/sh\nexec ip link set "$1" master {shlex.quote(bridge)} up\n')
    script.chmod(0o755)
    return script


def _start(guest: Guest) -> subprocess.Popen[bytes]:
    return subprocess.Popen(guest.command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=programs.environment())


def _end(running: Sequence[subprocess.Popen[bytes]]) -> None:
    for qemu in running:
        qemu.kill()
    for qemu in running:
        qemu.wait()


def _last_words(guest: Guest) -> str:
    said = guest.console.read_text(errors="replace").splitlines() if guest.console.exists() else []
    return "\n".join([f"{guest.name}, last on its console:", *said[-CONSOLE_LINES:]])


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hanfslab-bare-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Boot the guests of the lab in the folder that was named."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        print(json.dumps(boots(open_lab(Path(sys.argv[1])))))
    except HanfslabError as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()
