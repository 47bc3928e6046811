"""A guest's files as the tar that its initramfs unpacks over the root file system."""

import io
import tarfile
from pathlib import PurePosixPath

from hanfslab.render.files import File

SECTOR = 512


def seed(files: list[File]) -> bytes:
    """The content of a guest's seed disk: a tar of root's files, whole sectors long, the same for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in _folders(files):
            tar.addfile(_member(folder, 0o755, tarfile.DIRTYPE))
        for file in files:
            content = file.text.encode()
            member = _member(file.path, file.mode, tarfile.REGTYPE)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _member(path: str, mode: int, kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(path)
    member.mode, member.type = mode, kind
    return member


def _folders(files: list[File]) -> list[str]:
    """The folders that only the lab's files need; the guest's own keep what they are."""
    parents = {str(parent) for file in files for parent in PurePosixPath(file.path).parents}
    return sorted(folder for folder in parents if "hanfslab" in folder or folder.endswith(".d"))
