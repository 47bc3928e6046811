"""The image's version follows from what it is made of, and from nothing else."""

import io
import os
import re
import shutil
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from hanfslab.box import recipe
from hanfslab.lab.status import NODE_STATUS


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(recipe.folder(), tmp_path / "copy"))


def test_version_is_one_that_vagrant_takes() -> None:
    assert re.fullmatch(r"12\.\d{1,9}", recipe.version())


def test_same_content_elsewhere_is_the_same_version(copy: Path) -> None:
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    assert recipe.version(copy) == recipe.version()


@pytest.mark.parametrize("name", ["packages", "customize", "image", "src/hb-status.c"])
def test_a_changed_file_changes_it(copy: Path, name: str) -> None:
    (copy / name).write_text((copy / name).read_text() + "# another\n")
    assert recipe.version(copy) != recipe.version()


def test_a_new_file_changes_it(copy: Path) -> None:
    (copy / "files" / "etc" / "motd").write_text("")
    assert recipe.version(copy) != recipe.version()


def test_a_renamed_file_changes_it(copy: Path) -> None:
    seed = copy / "files/etc/initramfs-tools/scripts/local-bottom/hanfslab-seed"
    seed.rename(seed.with_name("other"))
    assert recipe.version(copy) != recipe.version()


def test_another_builder_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = recipe.version()
    monkeypatch.setattr(recipe, "BUILDER", recipe.BUILDER + 1)
    assert recipe.version() != before


def test_packages_are_names_without_comments() -> None:
    names = recipe.packages(recipe.folder())
    assert {"heartbeat", "nfs-kernel-server", "bonnie++", "qemu-guest-agent"} <= set(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", name) for name in names)


def test_guest_files_are_roots_whoever_cloned(copy: Path) -> None:
    for path in (copy / "files").rglob("*"):
        path.chmod(0o700)
    with tarfile.open(fileobj=io.BytesIO(recipe.guest_files(copy))) as tar:
        entries = {entry.name: entry for entry in tar}
    assert {entry.uid for entry in entries.values()} == {0}
    assert entries["etc/ssh/sshd_config.d/hanfslab.conf"].mode == 0o644
    assert entries["etc/initramfs-tools/scripts/local-bottom/hanfslab-seed"].mode == 0o755
    assert entries["etc/initramfs-tools/hooks/hanfslab"].mode == 0o755
    assert entries["etc"].mode == 0o755
    assert not [name for name in entries if name.endswith((".c", ".h"))]


def test_programs_are_where_guests_look_for_them_and_can_be_run(copy: Path) -> None:
    program = copy / "x-status"
    program.write_text("x")
    program.chmod(0o600)
    with tarfile.open(fileobj=io.BytesIO(recipe.guest_files(copy, [program]))) as tar:
        entries = {entry.name: entry for entry in tar}
    folder = str(PurePosixPath(NODE_STATUS).parent).lstrip("/")
    for name in (folder, f"{folder}/x-status"):
        assert (entries[name].mode, entries[name].uid) == (0o755, 0)
    assert entries[folder].isdir()
