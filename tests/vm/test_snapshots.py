"""Save, break, reset: on real guests, whatever was done to them the saved lab comes back whole."""

import json
import signal
import subprocess
import time

import pytest

from tests.vm.conftest import NODES
from tests.vm.words import UP_SECONDS, User

pytestmark = pytest.mark.vm
CLOCK_SECONDS = 1.0  # a guest's clock after a restore, read through a login that takes as long
DEADTIME = 10
WORKER = "setpriv --reuid=vagrant --regid=vagrant --clear-groups"  # the export squashes root
ROUNDS = 3


def is_whole(lab: User) -> bool:
    return bool(lab.reads("status")["whole"])


def clock_error(lab: User, node: str) -> float:
    before = time.time()
    said = float(lab.in_guest(node, "date +%s.%N"))
    return max(before - said, said - time.time(), 0.0)


def test_save_break_reset(lab: User) -> None:
    """The pair is split and both mount the disk, a client loses its files, a guest is undefined; then all is clean."""
    lab.types("snapshot", "save", "before-the-split-brain", seconds=UP_SECONDS)
    assert is_whole(lab)
    owner = lab.reads("status")["owner"]
    standby = next(node for node in NODES[:2] if node != owner)
    lab.in_guest("c1", f"{WORKER} touch /mnt/v3/broken && touch /root/broken && rm -rf /etc/hanfslab")
    lab.in_guest(standby, "mkdir -p /data && mount /dev/sdb1 /data")  # what a split brain does
    lab.virsh("destroy", "vmtest-c2")
    lab.virsh("undefine", "vmtest-c2")
    lab.types("reset", seconds=UP_SECONDS)
    assert "no warm start" not in lab.said
    assert is_whole(lab)
    assert lab.in_guest("c1", "ls /etc/hanfslab/node.env")
    assert lab.in_guest("c1", "test -e /root/broken || test -e /mnt/v3/broken || echo clean") == "clean"
    lab.virsh("domstate", "vmtest-c2")


def test_a_persons_own_snapshot(lab: User) -> None:
    lab.in_guest("c1", f"{WORKER} sh -c 'echo marked >/mnt/v3/mark && sync /mnt/v3/mark'")
    lab.types("snapshot", "save", "marked", seconds=UP_SECONDS)
    lab.in_guest("c2", f"{WORKER} rm /mnt/v3/mark")
    lab.types("snapshot", "restore", "marked", seconds=UP_SECONDS)
    assert lab.in_guest("c2", "cat /mnt/v3/mark") == "marked"
    names = {saved["name"]: saved["usable"] for saved in lab.reads("snapshot", "list")}
    assert names["marked"], names
    lab.types("snapshot", "delete", "marked")
    assert "marked" not in [saved["name"] for saved in lab.reads("snapshot", "list")]
    assert "vmtest-c1@marked" not in lab.virsh("vol-list", "default")


def test_warm_starts_are_whole_and_stay_so(lab: User) -> None:
    """A saved cluster looks whole on a network that is broken, until its deadtime is over."""
    for _ in range(ROUNDS):
        for node in NODES:
            lab.virsh("destroy", f"vmtest-{node}")
        lab.types("up")
        assert is_whole(lab)
    owner = lab.reads("status")["owner"]
    started = time.monotonic()
    while time.monotonic() - started < 2 * DEADTIME:
        assert lab.reads("status")["owner"] == owner
    assert is_whole(lab)
    assert "is dead" not in lab.in_guest("nfs1", "tail -n 20 /var/log/ha-log")
    assert max(clock_error(lab, node) for node in NODES) < CLOCK_SECONDS


def test_vagrants_own_view_stays_right(lab: User) -> None:
    line = ["host", "exec", "--", "sh", "-c", "cd .hanfslab && vagrant status --machine-readable"]
    states = [words[3] for row in lab.types(*line).splitlines() if (words := row.split(","))[2:3] == ["state"]]
    assert states == ["running"] * len(NODES)
    shell = lab.types("host", "exec", "--", "sh", "-c", "cd .hanfslab && vagrant ssh c1 -c hostname")
    assert shell.split()[-1] == "c1"


def test_a_restore_that_is_killed_half_way_is_begun_anew(lab: User) -> None:
    """Whatever it had done, the lab is whole after the next `up`, and until then `status` says what happened."""
    with subprocess.Popen([*lab.hanfslab, "reset"], cwd=lab.folder, stderr=subprocess.PIPE, text=True) as process:
        state = lab.folder / ".hanfslab" / "made.json"
        started = time.monotonic()
        while json.loads(state.read_text()).get("unfinished") != "restore clean":
            assert time.monotonic() - started < UP_SECONDS, "the restore did not begin"
        process.send_signal(signal.SIGKILL)
    assert "cut short: restore clean" in lab.types("status", code=4)
    lab.types("up")
    assert is_whole(lab)
