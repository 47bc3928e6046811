"""A lab's life on real guests, in the order in which it is lived: up, the pair, failovers, hangs, down, gone."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.vm.conftest import NODES
from tests.vm.words import CAMPAIGN_SECONDS, UP_SECONDS, User

pytestmark = pytest.mark.vm
HANG_SECONDS = 15  # "within seconds", on a host that emulates four guests
SLOW_SHELL_SECONDS = 40  # a shell that a busy guest is given time for, before it is said to hang


def boot_ids(lab: User) -> dict[str, str]:
    return {node["name"]: node["boot_id"] for node in lab.reads("status")["nodes"]}


def test_the_lab_is_whole(lab: User) -> None:
    status = lab.reads("status")
    assert (status["whole"], status["links_up"], status["owner"] in NODES[:2]) == (True, True, True)
    assert {tuple(node["mounted"]) for node in status["nodes"] if node["role"] == "client"} == {
        ("/mnt/v3", "/mnt/v4.2")
    }
    owners = {key: [node["name"] for node in status["nodes"] if node[key]] for key in ("disk", "address", "nfsd")}
    assert set(map(tuple, owners.values())) == {(status["owner"],)}


def test_a_second_up_changes_nothing(lab: User) -> None:
    before = boot_ids(lab)
    lab.types("up")
    assert boot_ids(lab) == before


def test_the_shared_disk_is_sdb1_on_both_servers(lab: User) -> None:
    serials = {lab.in_guest(node, "lsblk -ndo SERIAL $(readlink -f /dev/sdb)") for node in NODES[:2]}
    uuids = {lab.in_guest(node, "blkid -s UUID -o value /dev/sdb1") for node in NODES[:2]}
    assert (serials, len(uuids)) == ({"hanfs-shared"}, 1)
    assert "sdb" not in lab.in_guest("c1", "ls /dev")


def test_no_two_guests_share_an_identity(lab: User) -> None:
    for what in ("cat /etc/machine-id", "cut -d' ' -f2 /etc/ssh/ssh_host_ed25519_key.pub", "hostname"):
        assert len({lab.in_guest(node, what) for node in NODES}) == len(NODES), what
    assert len({lab.in_guest(node, "md5sum /var/lib/heartbeat/hb_uuid") for node in NODES[:2]}) == 2
    assert lab.in_guest("c1", "ls /etc/ha.d/authkeys", code=2) == ""


def test_guests_reach_nothing_but_their_lab(lab: User) -> None:
    assert lab.in_guest("c1", "ip route show default") == ""


def test_the_pairs_resources_say_honestly_what_they_are(lab: User) -> None:
    owner = lab.reads("status")["owner"]
    standby = next(node for node in NODES[:2] if node != owner)
    for resource in ("nfs", "nfslock"):
        script = f"/etc/ha.d/resource.d/{resource}"
        assert lab.in_guest(owner, f"{script} status") == "running"
        assert lab.in_guest(owner, f"{script} start && {script} status") == "running", "starting twice changes nothing"
        assert lab.in_guest(standby, f"{script} status", code=3) == "stopped"
        assert lab.in_guest(standby, f"{script} stop; {script} status", code=3) == "stopped"


def test_portblock_really_blocks_and_unblocks(lab: User) -> None:
    """On a client, whose rules nobody else needs; the stock script never unblocks on Debian 12."""
    script = Path(__file__).parents[2] / "templates/server/etc/ha.d/resource.d/portblock"
    library = script.parents[4] / "server/usr/local/lib/hanfslab/resource"
    for source, target in ((script, "/root/portblock"), (library, "/usr/local/lib/hanfslab/resource")):
        subprocess.run([*lab.hanfslab, "ssh", "c2", "--", f"cat >{target}; chmod +x {target}"], cwd=lab.folder,
                       input=source.read_bytes(), check=True, timeout=60)  # fmt: skip
    steps = [
        "block start",
        "block status",
        "unblock status",
        "unblock start",
        "unblock status",
        "unblock stop",
        "block stop",
    ]
    rules = "iptables -S INPUT | grep -c -- '--dports 111 -j DROP'"
    line = "; ".join(f"sh /root/portblock tcp 111 {step}; {rules}" for step in steps)
    said = lab.in_guest("c2", f"mkdir -p /run/resource-agents; {line}; true").split()
    assert said == ["1", "running", "1", "stopped", "1", "0", "running", "0", "1", "0"]


def test_two_failovers_with_all_workloads(lab: User) -> None:
    """A graceful one and a power reset, Bonnie++ and mlock on the clients, each pulse reading and writing."""
    words = ["campaign", "--cycles", "2", "--every", "90s", "--fault", "reboot", "--fault", "power", "--seed", "7"]
    results: dict[str, Any] = lab.reads(*words, seconds=CAMPAIGN_SECONDS)
    assert results["verdict"] == "pass"
    first, second = results["failovers"]
    assert {first["fault"], second["fault"]} <= {"reboot", "power"}
    assert (first["to"], second["to"]) == (second["node"], first["node"]), "back and forth"
    run = lab.folder / "runs" / "latest"
    assert {path.name for path in (run / "nodes").iterdir()} == set(NODES)
    assert "heartbeat" in (run / "nodes" / "nfs1" / "cluster.log").read_text()
    assert "Linux version" in (run / "nodes" / "nfs1" / "console.log").read_text()
    events = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    for workload in ("bonnie", "mlock"):
        assert [event for event in events if event["f"] == workload and event["type"] == "ok"], (
            f"no {workload} ended well"
        )
    for failover in (first, second):
        gaps = [client["gap"] for client in failover["clients"]]
        assert len(gaps) == 4, "two clients, two versions"
        assert all(0 < gap < 600 for gap in gaps)


def test_a_campaign_is_judged_again_from_its_file(lab: User) -> None:
    kept = json.loads((lab.folder / "runs" / "latest" / "results.json").read_text())
    assert lab.reads("check", "latest") == kept


def test_both_faults_by_hand(lab: User) -> None:
    owner = lab.reads("status")["owner"]
    lab.types("failover", "--fault", "power", seconds=UP_SECONDS)
    assert lab.reads("status")["owner"] not in (owner, None)


def test_a_name_that_is_taken(lab: User, elsewhere: User) -> None:
    (elsewhere.folder / "lab.toml").write_text('name = "vmtest"\n')
    elsewhere.types("up", code=2)
    assert "a guest 'vmtest-nfs1' is there already" in elsewhere.said
    assert str(lab.folder) in elsewhere.said
    elsewhere.types("destroy", code=2)
    assert lab.reads("status")["whole"]


def test_a_guest_killed_from_outside_is_said_and_brought_back(lab: User) -> None:
    lab.virsh("destroy", "vmtest-c1")
    assert {node["name"]: node["domain"] for node in lab.reads("status", code=4)["nodes"]}["c1"] == "off"
    lab.types("ssh", "c1", "--", "true", code=4)
    assert lab.said.startswith("hanfslab: c1 is off")
    lab.types("up", seconds=UP_SECONDS)
    assert lab.reads("status")["whole"]


def test_every_command_answers_while_a_guest_hangs(lab: User) -> None:
    lab.virsh("suspend", "vmtest-c1")
    status = lab.reads("status", code=4)
    assert lab.took < HANG_SECONDS
    assert {node["name"]: node["domain"] for node in status["nodes"]}["c1"] == "paused"
    lab.types("ssh", "c1", "--", "true", code=4)
    assert lab.took < HANG_SECONDS
    assert "Linux version" in lab.types("logs", "c1", "--source", "console", "-n", "2000")
    assert lab.took < HANG_SECONDS
    lab.virsh("resume", "vmtest-c1")


def test_a_guest_that_is_deaf(lab: User) -> None:
    """Neither its agent nor its SSH server answers."""
    lab.in_guest("c2", "systemctl stop qemu-guest-agent ssh.socket ssh.service;"
                 " iptables -I INPUT -p tcp --dport 22 -j DROP & sleep 0.2")  # fmt: skip
    status = lab.reads("status", code=4)
    assert lab.took < HANG_SECONDS
    assert not {node["name"]: node["answers"] for node in status["nodes"]}["c2"]
    assert "--- c2 console ---" in lab.types("logs", "c2")
    assert "kernel: c2: " in lab.said, "what could not be read is said"
    assert lab.took < HANG_SECONDS
    lab.types("ssh", "c2", "--", "true", code=4)
    assert lab.took < SLOW_SHELL_SECONDS


def leftovers(lab: User) -> str:
    listed = [lab.virsh(*words) for words in (["list", "--all"], ["net-list", "--all"], ["vol-list", "default"])]
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, timeout=60).stdout
    return "\n".join(line for line in "".join([*listed, processes]).splitlines() if "vmtest" in line)


def test_every_command_answers_while_nobody_serves_and_every_mount_hangs(lab: User) -> None:
    for server in NODES[:2]:
        lab.virsh("suspend", f"vmtest-{server}")
    lab.in_guest("c1", "systemd-run -q --unit=stuck touch /mnt/v3/stuck /mnt/v4.2/stuck")
    assert lab.reads("status", code=4)["owner"] is None
    assert lab.took < HANG_SECONDS
    assert lab.in_guest("c1", "hostname") == "c1"
    lab.types("failover", code=4)
    assert lab.took < HANG_SECONDS
    lab.types("down")
    assert lab.took < 2 * HANG_SECONDS
    assert all(node in lab.said for node in NODES), "all of them lost their power, and that is said"
    assert {node["domain"] for node in lab.reads("status", code=4)["nodes"]} == {"off"}
    lab.types("up", seconds=UP_SECONDS)
    assert lab.reads("status")["whole"]


def test_destroy_leaves_nothing_behind(lab: User) -> None:
    assert leftovers(lab), "there is something to be seen before"
    lab.virsh("suspend", "vmtest-nfs1")
    lab.types("destroy", seconds=UP_SECONDS)
    assert leftovers(lab) == ""
    assert {path.name for path in lab.folder.iterdir()} - {"runs"} == {"lab.toml"}


def test_ctrl_c_during_up_leaves_nothing_half_made(lab: User) -> None:
    assert lab.interrupts("up", when="boots") == 130
    assert leftovers(lab) == ""
