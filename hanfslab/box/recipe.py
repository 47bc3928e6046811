"""What a guest image is made from, and the version that follows from it."""

import hashlib
import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

from hanfslab.data import data

NAME = "hanfslab/bookworm"
SUITE = "bookworm"
# Where the guests' own programs are: those of the recipe, and those that a lab's seed disk brings.
PROGRAMS = "usr/local/lib/hanfslab"
# Raise it when the builder makes another image from the same recipe.
BUILDER = 1


def folder() -> Path:
    """Where the recipe is."""
    return data("boxes", SUITE)


def version(recipe: Path | None = None) -> str:
    """The version of the image that the recipe makes: another one as soon as any of its files changes.

    Vagrant wants numbers and dots: Debian's release, then 28 bits of a hash.
    """
    recipe = recipe or folder()
    digest = hashlib.sha256(f"{NAME} {BUILDER}\n".encode())
    for path in _files(recipe):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(recipe)} {content}\n".encode())
    return f"12.{int(digest.hexdigest()[:7], 16)}"


def packages(recipe: Path) -> list[str]:
    """The Debian packages that the guest holds beyond the essential ones."""
    lines = (recipe / "packages").read_text().splitlines()
    return [word for line in lines for word in line.partition("#")[0].split()]


def guest_files(recipe: Path, programs: Sequence[Path] = ()) -> bytes:
    """The recipe's `files/` and compiled programs as a tar.

    All is root's, scripts and programs are executable: whoever cloned the project, with whatever umask.
    """
    top = recipe / "files"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path in sorted(top.rglob("*")):
            tar.add(path, str(path.relative_to(top)), recursive=False, filter=_of_root)
        if programs:
            folder = tarfile.TarInfo(PROGRAMS)
            folder.type = tarfile.DIRTYPE
            tar.addfile(_of_root(folder))
        for path in programs:
            tar.add(path, f"{PROGRAMS}/{path.name}", recursive=False, filter=_of_root)
    return buffer.getvalue()


def _files(recipe: Path) -> list[Path]:
    return sorted(path for path in recipe.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _of_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    runs = any(part in entry.name for part in ("/scripts/", "/hooks/", f"{PROGRAMS}/"))
    entry.mode = 0o755 if entry.isdir() or runs else 0o644
    return entry
