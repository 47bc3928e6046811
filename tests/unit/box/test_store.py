"""Which images Vagrant has, found in its folder."""

from pathlib import Path

import pytest

from hanfslab.box import publish, recipe, store
from hanfslab.errors import UsageError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VAGRANT_HOME", str(tmp_path))
    return tmp_path


def install(
    home: Path, version: str, below: str = "libvirt", files: tuple[str, ...] = ("box.img", "vmlinuz", "initrd.img")
) -> Path:
    folder = home / "boxes" / "hanfslab-VAGRANTSLASH-bookworm" / version / below
    folder.mkdir(parents=True)
    for name in files:
        (folder / name).write_text("12345")
    return folder


def test_without_vagrants_folder_there_is_none() -> None:
    assert store.installed() == []
    assert store.current() is None


def test_the_box_of_the_present_recipe_is_current(home: Path) -> None:
    install(home, "12.1")
    folder = install(home, recipe.version())
    box = store.current()
    assert box == store.Box("hanfslab/bookworm", recipe.version(), folder)
    assert (box.image, box.kernel, box.initrd) == (folder / "box.img", folder / "vmlinuz", folder / "initrd.img")
    assert box.size == 15


def test_an_older_recipes_box_is_installed_but_not_current(home: Path) -> None:
    install(home, "12.1")
    assert [box.version for box in store.installed()] == ["12.1"]
    assert store.current() is None


def test_a_box_without_its_kernel_does_not_count(home: Path) -> None:
    install(home, recipe.version(), files=("box.img", "initrd.img"))
    assert store.current() is None


def test_newer_vagrants_have_a_folder_for_the_architecture(home: Path) -> None:
    install(home, recipe.version(), below="amd64/libvirt")
    assert store.current()


def test_another_providers_box_does_not_count(home: Path) -> None:
    install(home, recipe.version(), below="virtualbox")
    assert store.current() is None


def test_ensure_builds_only_what_is_not_there(home: Path) -> None:
    install(home, recipe.version())
    assert store.ensure(pytest.fail) == store.current()


def test_removing_an_unknown_version_names_those_there_are(home: Path) -> None:
    install(home, "12.1")
    with pytest.raises(UsageError, match=r"no box 12\.2") as caught:
        publish.remove("12.2")
    assert "12.1" in caught.value.hint
