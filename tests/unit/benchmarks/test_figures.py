"""What figures go by is what hanfslab says and does."""

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import by_hand
from benchmarks.bare.boots import ssh_command
from benchmarks.bare.qemu import Guest
from benchmarks.bare.restore import command
from benchmarks.commands import Ran
from benchmarks.figures import box, cold
from benchmarks.labs import NOT_WARM, WARM, WHOLE
from benchmarks.registry import FIGURES, chosen
from hanfslab.box import recipe, rootfs
from hanfslab.errors import LabError, UsageError
from hanfslab.lab import limits, up
from hanfslab.lab.folder import Folder
from hanfslab.lab.snapshots import CLEAN
from hanfslab.render.files import CMDLINE
from hanfslab.timeouts import Timeout
from tests.unit.cli.commands import SECONDS

UP = Path(up.__file__).read_text().replace("{CLEAN}", CLEAN)


def test_every_figure_of_the_promise_with_its_limit() -> None:
    assert {figure.name: (figure.limit.kind, figure.limit.at_most) for figure in FIGURES} == {
        "warm": ("times", 2.0),
        "cold-peer": ("times", 1 / 20),
        "cold": ("times", 1.5),
        "box": ("times", 1.3),
        "status": ("most", 1.0),
        "cli": ("more", 0.25),
        "memory": ("most", 4.0),
    }


def test_a_figure_with_a_peer_says_which() -> None:
    assert all(bool(figure.against) is (figure.limit.kind != "most") for figure in FIGURES)


def test_figures_are_chosen_by_name_in_the_registrys_order() -> None:
    assert chosen([]) == list(FIGURES)
    assert [figure.name for figure in chosen(["warm", "cli"])] == ["cli", "warm"]
    with pytest.raises(UsageError, match="no figure 'wram'") as caught:
        chosen(["wram"])
    assert "warm" in caught.value.hint


@pytest.mark.parametrize("words", [WARM, NOT_WARM, WHOLE])
def test_up_says_what_benchmarks_wait_for(words: str) -> None:
    assert words in UP


def test_a_benchmarks_limits_are_longer_than_those_of_what_it_runs() -> None:
    from benchmarks import limits as ours

    assert ours.UP.seconds > sum(one.seconds for one in (limits.BOOT, limits.CLUSTER, limits.MOUNT))
    assert ours.DESTROY.seconds > limits.DESTROY.seconds
    assert ours.BUILD.seconds > rootfs.BOOTSTRAP.seconds
    assert ours.UP.seconds > ours.BOOT.seconds, "bare boots end by themselves first"
    assert all(value.name.startswith("BENCH_") for value in vars(ours).values() if isinstance(value, Timeout))


def test_a_lab_is_whole_when_up_says_so_not_when_it_ends() -> None:
    assert cold.whole(Ran(0, 100.0, "", [(87.25, f"   87 s         {WHOLE}"), (99.0, "up after 99 s")])) == 87.25
    with pytest.raises(LabError, match="did not say"):
        cold.whole(Ran(0, 100.0, "", [(99.0, "up after 99 s")]))


def test_bare_mmdebstrap_differs_from_a_builds_only_in_its_hooks(tmp_path: Path) -> None:
    bare = box.bare(tmp_path)
    whole = rootfs.command("root", recipe.folder(), tmp_path / "files.tar", tmp_path / "root.tar")
    gone = [word for word in whole if word not in bare and not word.startswith("--mode=")]
    assert gone
    assert all(word.startswith(("--essential-hook", "--customize-hook")) for word in gone)
    assert not any("hook" in word for word in bare if not word.startswith("--dpkgopt=path-exclude"))
    assert f"--include={','.join(recipe.packages(recipe.folder()))}" in bare
    assert bare[-2:] == [recipe.SUITE, str(tmp_path / "root.tar")]


def bare_guest(folder: Path, kvm: bool) -> Guest:
    return Guest("nfs1", 320, "K", "I", folder / "d.qcow2", "S", "52:54:00:00:01:00", "52:54:00:00:00:00",
                 (folder / "service", folder / "management"), folder, kvm)  # fmt: skip


def test_a_bare_guest_is_as_in_the_lab(tmp_path: Path) -> None:
    words = bare_guest(tmp_path, kvm=False).command
    pairs = dict(itertools.pairwise(words))
    assert (pairs["-accel"], pairs["-cpu"], pairs["-m"]) == ("tcg,tb-size=128", "qemu64", "320")
    assert (pairs["-kernel"], pairs["-initrd"], pairs["-append"]) == ("K", "I", CMDLINE)
    cards = [word for word in words if word.startswith("virtio-net-pci")]
    assert [word.rpartition("=")[2] for word in cards] == ["52:54:00:00:01:00", "52:54:00:00:00:00"], "eth0 serves"
    assert "virtio-blk-pci,drive=seed,serial=hanfs-seed" in words
    assert f"tap,id=service,script={tmp_path}/service,downscript=no" in words


def test_a_bare_guest_under_kvm(tmp_path: Path) -> None:
    words = bare_guest(tmp_path, kvm=True).command
    assert words[words.index("-accel") + 1] == "kvm"
    assert words[words.index("-cpu") + 1] == "host"
    assert not any("tcg" in word for word in words)


def test_a_bare_answer_is_that_of_the_labs_guest_by_its_own_key(tmp_path: Path) -> None:
    words = ssh_command(Folder(tmp_path), "10.64.1.3")
    assert words[-2:] == ["root@10.64.1.3", "true"]
    assert "StrictHostKeyChecking=yes" in words
    assert not any("ControlMaster" in word for word in words), "each answer is a connection of its own"


def test_a_bare_restore_runs_though_the_guest_was_saved_paused() -> None:
    assert command("/pool/a@clean.save") == ["virsh", "-q", "restore", "/pool/a@clean.save", "--running"]


@pytest.mark.parametrize("module", ["benchmarks.bare.boots", "benchmarks.bare.restore"])
def test_a_bare_program_says_in_a_line_that_there_is_no_lab(module: str, tmp_path: Path) -> None:
    clone = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-m", module, tmp_path], cwd=clone, capture_output=True, text=True,
                          timeout=SECONDS)  # fmt: skip
    assert done.returncode == 1
    assert "lab.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_guests_by_hand_share_a_seed_that_lets_vagrant_in(tmp_path: Path) -> None:
    for name in ("key.pub", "host-key", "host-key.pub"):
        (tmp_path / name).write_text(name)
    files = {file.path: file for file in by_hand.guest_files(tmp_path)}
    assert files["etc/ssh/authorized_keys"].text == "key.pub"
    assert (files["etc/ssh/ssh_host_ed25519_key"].text, files["etc/ssh/ssh_host_ed25519_key"].mode) == (
        "host-key",
        0o600,
    )
    assert "Name=eth0" in files["etc/systemd/network/10-management.network"].text, "eth1 is Vagrant's to configure"


def test_what_is_cleaned_up_by_hand_is_what_the_vagrantfile_makes() -> None:
    text = (by_hand.PLAIN / "Vagrantfile").read_text()
    for name in (by_hand.SHARED, by_hand.SEED, "benchplain-management", "benchplain-service", '"benchplain-"'):
        assert name in text, name
    for name in ("nfs1", "nfs2", "c1", "c2"):
        assert f'"{name}"' in text
        assert name in by_hand.CLEAN


def test_a_script_that_cleans_up_is_one() -> None:
    subprocess.run(["sh", "-n", "-c", by_hand.CLEAN], check=True, timeout=SECONDS)


@pytest.mark.skipif(not shutil.which("ruby"), reason="no ruby")
def test_the_plain_vagrantfile_is_ruby() -> None:
    subprocess.run(["ruby", "-wc", by_hand.PLAIN / "Vagrantfile"], check=True, capture_output=True, timeout=SECONDS)
