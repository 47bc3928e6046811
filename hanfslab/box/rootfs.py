"""The guest's root file system: mmdebstrap with the recipe's packages, files and last touches."""

import getpass
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hanfslab.box import compiler, recipe
from hanfslab.box.program import logged
from hanfslab.errors import LabError
from hanfslab.timeouts import Timeout

BOOTSTRAP = Timeout("BOOTSTRAP", 1500, "a minute with a near mirror; ten times that over a slow line")
SWEEP = Timeout("SWEEP", 60, "takes away some 20 000 files")
# Below it mmdebstrap unpacks for a user: its mapped root may not pass through a 0700 home.
SCRATCH = Path("/var/tmp")  # noqa: S108
# Never read in a guest; the udev of the initramfs alone costs an emulated guest two seconds of its boot.
EXCLUDED = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/lintian/*",
            "/usr/share/initramfs-tools/*/udev", "/usr/share/initramfs-tools/hooks/dmsetup",
            "/usr/share/initramfs-tools/hooks/thermal", "/usr/lib/udev/hwdb.d/*", "/lib/udev/hwdb.d/*")  # fmt: skip


def make(source: Path, work: Path, log: Path) -> Path:
    """Make the root file system of a recipe, as a tar.

    Args:
        source: the recipe's folder.
        work: an empty folder for whatever is made.
        log: where mmdebstrap's output goes.

    Raises:
        LabError: this user cannot, or a compiler or mmdebstrap failed.
    """
    files, tar = work / "files.tar", work / "root.tar"
    files.write_bytes(recipe.guest_files(source, compiler.compiled(source, work, log)))
    mode = "root" if os.geteuid() == 0 else "unshare"
    if mode == "unshare":
        _check_user()
    with _scratch(mode, work, log) as scratch:
        logged(command(mode, source, files, tar), log, BOOTSTRAP.scaled(), {"TMPDIR": str(scratch)})
    return tar


def command(mode: str, source: Path, files: Path, tar: Path) -> list[str]:
    """The command line of mmdebstrap. Special hooks read files as the user who started it, even in a 0700 home."""
    return [
        "mmdebstrap", "--verbose", f"--mode={mode}", "--variant=essential", "--format=tar",
        f"--include={','.join(recipe.packages(source))}",
        '--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Apt::Install-Recommends "false"',
        "--dpkgopt=force-unsafe-io", "--dpkgopt=force-confold",
        *(f"--dpkgopt=path-exclude={path}" for path in EXCLUDED),
        f"--essential-hook=tar-in {shlex.quote(str(files))} /",
        f"--customize-hook=upload {shlex.quote(str(source / 'customize'))} /customize",
        '--customize-hook=chroot "$1" sh /customize',
        '--customize-hook=rm "$1/customize"',
        recipe.SUITE, str(tar),
    ]  # fmt: skip


def _check_user() -> None:
    """Whether this user has ids of their own to give to a guest's files."""
    user = getpass.getuser()
    if not shutil.which("newuidmap"):
        raise LabError("building a box without root needs the package uidmap", "install it, or build as root")
    for name in ("/etc/subuid", "/etc/subgid"):
        lines = Path(name).read_text().splitlines() if Path(name).exists() else []
        if not any(line.split(":")[0] in (user, str(os.getuid())) for line in lines):
            ranges = "--add-subuids 100000-165535 --add-subgids 100000-165535"
            raise LabError(f"building a box without root needs a range of ids for {user} in {name}",
                           f"usermod {ranges} {user}, or build as root")  # fmt: skip


@contextmanager
def _scratch(mode: str, work: Path, log: Path) -> Iterator[Path]:
    """Where mmdebstrap unpacks; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hanfslab-", dir=work if mode == "root" else SCRATCH))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists() and mode == "unshare":  # an interrupted mmdebstrap leaves files of its mapped root
            logged(["mmdebstrap", "--unshare-helper", "rm", "-rf", *map(str, folder.iterdir())], log, SWEEP.scaled())
            shutil.rmtree(folder, ignore_errors=True)
