"""Building the guest image: root file system, disk image, Vagrant box. Needs neither root nor a loop device."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType

from hanfslab.box import publish, recipe, rootfs, space, store
from hanfslab.box.program import logged
from hanfslab.box.store import Box, Progress
from hanfslab.errors import LabError
from hanfslab.host.paths import cache_folder
from hanfslab.lock import hold
from hanfslab.timeouts import Timeout

BUILD_TURN = Timeout("BUILD_TURN", 1800, "somebody else's build: minutes, ten times that over a slow line")
IMAGE = Timeout("BOX_IMAGE", 300, "half a gigabyte read, written and compressed")


def build(force: bool, progress: Progress) -> Box:
    """Build the image of the present recipe and give it to Vagrant; does nothing when it is there, unless forced.

    Raises:
        LabError: it could not be built; nothing half-made is left, and where the log is.
    """
    folder = cache_folder() / "box"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _locked(folder, force, progress)
    except OSError as error:
        where = error.filename or folder
        raise LabError(
            f"building the box: {error.strerror}: {where}", "see what is wrong there, then build again"
        ) from None


def building(folder: Path, progress: Progress) -> AbstractContextManager[None]:
    """Hold the lock of builds; the second one waits and says for whom.

    Raises:
        LabError: another process built for too long.
    """
    return hold(
        folder / "lock",
        lambda holder: LabError(f"box: process {holder} is still building", "wait for it, or end it"),
        BUILD_TURN.scaled(),
        lambda holder: progress(f"box: process {holder} is building, waiting for it"),
    )


def _locked(folder: Path, force: bool, progress: Progress) -> Box:
    with _terminated_as_interrupted(), building(folder, progress):
        box = store.current()  # the one whom we waited for may have built it
        if box and not force:
            return box
        space.check(folder, store.vagrant_home(), folder if os.geteuid() == 0 else rootfs.SCRATCH)
        log = folder / "build.log"
        log.write_bytes(b"")
        with _work(folder) as work:
            return _build(work, log, progress)


def _build(work: Path, log: Path, progress: Progress) -> Box:
    source, version = recipe.folder(), recipe.version()
    with _step("root file system (mmdebstrap)", progress):
        tar = rootfs.make(source, work, log)
    with _step("disk image", progress):
        _image(source, tar, work, log)
    with _step("Vagrant box", progress):
        publish.add(publish.pack(work), version, log)
    box = next((box for box in store.installed() if box.version == version), None)
    if not box:
        raise LabError(f"Vagrant took the box {version} but does not have it", f"all that it said is in {log}")
    progress(f"box: {box.name} {box.version}, {box.size >> 20} MiB")
    return box


def _image(source: Path, tar: Path, work: Path, log: Path) -> None:
    tree, raw = work / "tree", work / "root.raw"
    tree.mkdir()
    words = ["sh", source / "image", tar, tree, raw, work / store.KERNEL, work / store.INITRD]
    fake = [] if os.geteuid() == 0 else ["fakeroot"]
    logged([*fake, *map(str, words)], log, IMAGE.scaled())
    shutil.rmtree(tree)
    # Compressed: twice the work here, but a third of the bytes in all that Vagrant's Ruby does with it.
    logged(["qemu-img", "convert", "-c", "-o", "compression_type=zstd", "-m", "4", "-W", "-f", "raw", "-O", "qcow2",
            str(raw), str(work / store.IMAGE)], log, IMAGE.scaled())  # fmt: skip
    raw.unlink()


@contextmanager
def _work(folder: Path) -> Iterator[Path]:
    """A folder that is gone afterwards; so is one that a killed build left, since only one builds at a time."""
    for stale in folder.glob("work-*"):
        shutil.rmtree(stale, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix="work-", dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _step(name: str, progress: Progress) -> Iterator[None]:
    progress(f"box: {name} ...")
    start = time.monotonic()
    yield
    progress(f"box: {name} ... {time.monotonic() - start:.0f} s")


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """While it builds, a SIGTERM cleans up as Ctrl-C does. Signals are only the main thread's to handle."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
