"""What Vagrant itself makes of the rendered Vagrantfiles; needs no box and no libvirt."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hanfslab.lab.vagrant import ENVIRONMENT, ONLY_MAKE
from hanfslab.render.files import vagrantfile
from hanfslab.topology.nodes import Topology
from tests.unit.render.labs import LABS, host

SECONDS = 60
RUBY = Path(__file__).with_name("effective.rb")


@pytest.fixture(scope="module")
def vagrant_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vagrant.d")


@pytest.fixture(params=LABS)
def written(
    request: pytest.FixtureRequest, tmp_path: Path, vagrant_home: Path
) -> tuple[Topology, Path, dict[str, str]]:
    lab = LABS[request.param]
    (tmp_path / "key").touch()
    text = vagrantfile(lab, host(lab)).replace("/lab/key", str(tmp_path / "key"))
    (tmp_path / "Vagrantfile").write_text(text)
    return lab, tmp_path, os.environ | ENVIRONMENT | {"VAGRANT_HOME": str(vagrant_home)}


def test_vagrant_validates_it(written: tuple[Topology, Path, dict[str, str]]) -> None:
    _, folder, env = written
    done = subprocess.run(["vagrant", "validate"], cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr


def ruby(folder: Path, env: dict[str, str]) -> str:
    """What Vagrant makes of the Vagrantfile, as text (see effective.rb)."""
    [lib] = Path("/usr/share/rubygems-integration/all/gems").glob("vagrant-[0-9]*/lib")
    done = subprocess.run(
        ["ruby", f"-I{lib}", str(RUBY)], cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def effective(folder: Path, env: dict[str, str]) -> dict[str, Any]:
    machines: dict[str, Any] = json.loads(ruby(folder, env).partition("EFFECTIVE")[2])
    return machines


@pytest.mark.parametrize("written", ["empty"], indirect=True)
def test_only_hanfslab_has_guests_made_and_not_started(written: tuple[Topology, Path, dict[str, str]]) -> None:
    _, folder, env = written
    assert "BEFORE A START []\n" in ruby(folder, env)
    assert 'BEFORE A START ["OnlyMake::Stop"]\n' in ruby(folder, env | {ONLY_MAKE: "1"})


def test_the_effective_configuration_is_what_was_meant(written: tuple[Topology, Path, dict[str, str]]) -> None:
    lab, folder, env = written
    machines = effective(folder, env)
    assert list(machines) == [node.name for node in lab.nodes]
    for node in lab.nodes:
        machine = machines[node.name]
        disks = {disk["serial"]: disk for disk in machine["disks"]}
        assert set(disks) == ({"hanfs-seed", "hanfs-shared"} if node.role == "server" else {"hanfs-seed"})
        assert all(
            disk["type"] == "raw" and disk["bus"] == "virtio" and disk["allow_existing"] for disk in disks.values()
        )
        assert disks["hanfs-seed"]["path"] == lab.seed_volume(node)
        if node.role == "server":
            shared = disks["hanfs-shared"]
            assert (shared["shareable"], shared["cache"], shared["path"]) == (True, "none", lab.shared_volume)
        assert machine["networks"][0]["mac"] == node.service.mac
        assert machine["networks"][0]["ip"] == node.service.address
        assert machine["management"] == [
            lab.management_name,
            str(lab.management_network),
            "none",
            node.management.mac,
            True,
        ]
        assert (machine["memory"], machine["cpus"]) == (node.memory, 1)
        assert machine["prefix"] + node.name == node.domain
        assert (machine["insert_key"], machine["synced"]) == (False, [])
        kvm = lab.spec.accelerator == "kvm"
        assert (machine["driver"], machine["cpu"][0]) == (("kvm", "host-passthrough") if kvm else ("qemu", "custom"))
