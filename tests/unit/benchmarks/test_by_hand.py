"""What Vagrant makes of the hand-written Vagrantfile; needs no box and no libvirt."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks import by_hand
from hanfslab.lab.vagrant import ENVIRONMENT
from tests.unit.cli.commands import SECONDS
from tests.unit.render.test_vagrant import effective


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    shutil.copytree(by_hand.PLAIN, tmp_path, dirs_exist_ok=True)
    (tmp_path / "key").touch()
    plain = {"PLAIN_ACCELERATOR": "tcg", "PLAIN_BOX_VERSION": "12.1", "PLAIN_KERNEL": "/pool/vmlinuz",
             "PLAIN_INITRD": "/pool/initrd", "PLAIN_KEY": str(tmp_path / "key")}  # fmt: skip
    return os.environ | ENVIRONMENT | plain | {"VAGRANT_HOME": str(tmp_path / "vagrant.d")}


def test_vagrant_validates_it(tmp_path: Path, env: dict[str, str]) -> None:
    done = subprocess.run(["vagrant", "validate"], cwd=tmp_path, env=env, capture_output=True, text=True,
                          timeout=SECONDS)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_guest_has_its_seed_and_servers_share_a_disk(tmp_path: Path, env: dict[str, str]) -> None:
    machines = effective(tmp_path, env)
    disks = {name: {disk["path"]: disk for disk in machine["disks"]} for name, machine in machines.items()}
    assert {name: set(paths) for name, paths in disks.items()} == {
        "nfs1": {by_hand.SEED, by_hand.SHARED},
        "nfs2": {by_hand.SEED, by_hand.SHARED},
        "c1": {by_hand.SEED},
        "c2": {by_hand.SEED},
    }
    assert all(disk["shareable"] and disk["allow_existing"] for paths in disks.values() for disk in paths.values())
