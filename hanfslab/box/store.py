"""The guest images that Vagrant has, and getting the one that the present recipe makes."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hanfslab.box import recipe

IMAGE, KERNEL, INITRD = "box.img", "vmlinuz", "initrd.img"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Box:
    """A guest image in Vagrant's folder.

    Args:
        name: as a Vagrantfile names it.
        version: which recipe it was made from.
        folder: where its files are.
    """

    name: str
    version: str
    folder: Path

    @property
    def image(self) -> Path:
        """The root disk, a qcow2 of which each guest has an overlay."""
        return self.folder / IMAGE

    @property
    def kernel(self) -> Path:
        """The kernel that QEMU boots directly."""
        return self.folder / KERNEL

    @property
    def initrd(self) -> Path:
        """The initramfs, which unpacks a guest's seed."""
        return self.folder / INITRD

    @property
    def whole(self) -> bool:
        """Whether all its files are there."""
        return self.image.is_file() and self.kernel.is_file() and self.initrd.is_file()

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.folder.iterdir() if path.is_file())


def vagrant_home() -> Path:
    """Vagrant's own folder."""
    return Path(os.environ.get("VAGRANT_HOME") or Path.home() / ".vagrant.d").absolute()


def installed() -> list[Box]:
    """Every version of our image that Vagrant has, the newest first. Looks into its folder: Vagrant takes a second."""
    top = vagrant_home() / "boxes" / recipe.NAME.replace("/", "-VAGRANTSLASH-")
    found = [box for folder in _folders(top) for box in [_box(top, folder)] if box.whole]
    return sorted(found, key=lambda box: (box.folder.stat().st_mtime, box.version), reverse=True)


def current() -> Box | None:
    """The image of the present recipe, if it was built."""
    version = recipe.version()
    return next((box for box in installed() if box.version == version), None)


def ensure(progress: Progress) -> Box:
    """The image of the present recipe, built if it is not there."""
    return current() or build(force=False, progress=progress)


def build(force: bool, progress: Progress) -> Box:
    """Build the image of the present recipe and give it to Vagrant; does nothing when it is there, unless forced.

    Raises:
        LabError: it could not be built; nothing half-made is left.
    """
    from hanfslab.box import build as builder

    return builder.build(force, progress)


def remove(version: str) -> None:
    """Take a version away from Vagrant.

    Raises:
        UsageError: there is no such version.
    """
    from hanfslab.box import publish

    publish.remove(version)


def _folders(top: Path) -> Iterator[Path]:
    """Vagrant before 2.4 has VERSION/libvirt, later ones VERSION/ARCHITECTURE/libvirt."""
    yield from top.glob("*/libvirt")
    yield from top.glob("*/*/libvirt")


def _box(top: Path, folder: Path) -> Box:
    return Box(recipe.NAME, folder.relative_to(top).parts[0], folder)
