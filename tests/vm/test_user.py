"""The way a laptop has it: an ordinary user in libvirt's group, a libvirtd of the system's, the project in a clone.

The libvirtd is started for the test, in namespaces of its own; the user's shell lives in them, as on a laptop it lives
on the same machine. What a service manager would have started is all that differs.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanfslab.box import store
from hanfslab.host import config, libvirtd
from hanfslab.host.namespace import enter_command
from hanfslab.host.paths import HostFolder
from tests.vm.conftest import NODES
from tests.vm.words import UP_SECONDS, User

pytestmark = [pytest.mark.vm, pytest.mark.skipif(os.geteuid() != 0, reason="starts a system libvirtd")]

NAME = "hanfslab-test"
SETUP_SECONDS = 600
SYSTEM_CONF = """\
unix_sock_group = "libvirt"
unix_sock_ro_perms = "0777"
unix_sock_rw_perms = "0770"
auth_unix_ro = "none"
auth_unix_rw = "none"
"""


def do(*words: str, cwd: Path | None = None) -> None:
    subprocess.run(words, cwd=cwd, check=True, timeout=SETUP_SECONDS)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """The user's home, gone afterwards."""
    home = Path("/home") / NAME
    subprocess.run(["userdel", "--remove", NAME], capture_output=True, timeout=60)
    do("useradd", "--create-home", "--shell", "/bin/bash", "--groups", "libvirt", NAME)
    yield home
    subprocess.run(["pkill", "-u", NAME], timeout=60)
    do("userdel", "--remove", NAME)


@pytest.fixture(scope="module")
def libvirt_group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The command line that goes where the system's libvirtd is."""
    base = tmp_path_factory.mktemp("system")
    for parent in (base, *base.parents):  # pytest's are 0700, and QEMU's user and the user's shell pass through
        parent.chmod(parent.stat().st_mode | 0o011)
    folder = HostFolder(base / "host")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "LIBVIRTD_CONF", SYSTEM_CONF)
        holder = libvirtd.start(folder, lambda: False)
    yield enter_command(holder.pid, [])
    libvirtd.stop(folder, force=True)


@pytest.fixture(scope="module")
def lab(home: Path, libvirt_group: list[str], box: store.Box) -> User:
    """The user with a clone of this tree, a guest image, and a lab's folder."""
    clone, lab = home / "hanfslab", home / "lab"
    tree = Path(__file__).parents[2]
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listing, cwd=tree, check=True, capture_output=True, text=True, timeout=60).stdout
    for name in filter(None, files.split("\0")):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        if (tree / name).exists():
            shutil.copy2(tree / name, clone / name)
    lab.mkdir()
    target = home / ".vagrant.d" / box.folder.relative_to(store.vagrant_home())
    shutil.copytree(box.folder, target)
    shutil.copy2(box.folder.parents[1] / "metadata_url", target.parents[1])
    do("chown", "-R", f"{NAME}:{NAME}", str(home))
    env = ["env", "-i", f"HOME={home}", f"USER={NAME}", "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TERM=dumb"]
    become = ["setpriv", f"--reuid={NAME}", f"--regid={NAME}", "--init-groups", *env]
    do(*become, str(clone / "run"), "--version", cwd=clone)  # makes its .venv; there is no way out from inside
    return User(lab, [*libvirt_group, "env", "-C", str(lab), *become, str(clone / "run")])


def test_the_doctor_finds_the_systems_libvirtd(lab: User) -> None:
    checks = {check["name"]: check for check in lab.reads("doctor")}
    assert checks["libvirtd"]["state"] == "ok"
    assert "system" in checks["libvirtd"]["found"]


def test_an_ordinary_user_has_a_lab(lab: User) -> None:
    lab.types("init")
    lab.types("up", seconds=UP_SECONDS)
    status = lab.reads("status")
    assert status["whole"]
    assert [node["name"] for node in status["nodes"]] == NODES
    assert "Linux version" in lab.types("logs", "nfs1", "--source", "kernel", "-n", "2000")
    lab.types("logs", "nfs1", "--source", "console")  # begins anew when QEMU does, so it may be empty
    assert lab.in_guest("c1", "touch /mnt/v3/mine && ls /mnt/v4.2/mine") == "/mnt/v4.2/mine"


def test_a_healthy_lab_goes_down_by_itself(lab: User) -> None:
    lab.types("down", seconds=UP_SECONDS)
    assert lab.said.strip() == "down"
    assert {node["domain"] for node in lab.reads("status", code=4)["nodes"]} == {"off"}


def test_the_user_destroys_it(lab: User) -> None:
    lab.types("destroy", seconds=UP_SECONDS)
    for words in (["list", "--all"], ["net-list", "--all"], ["vol-list", "default"]):
        assert not [line for line in lab.virsh(*words).splitlines() if " lab-" in line]
