"""A host for labs: libvirt's test driver, a storage pool of plain files, and a place to make anything fail."""

import os
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import libvirt

PAUSED = libvirt.VIR_DOMAIN_SAVE_PAUSED


class HostError(libvirt.libvirtError):  # type: ignore[misc]
    """An error as libvirt's, with a code."""

    def __init__(self, text: str, code: int = libvirt.VIR_ERR_INTERNAL_ERROR) -> None:
        super().__init__(text)
        self.err = (code, 0, text, 2, "", "", "", -1, -1)


def failing(error: BaseException) -> Callable[[], None]:
    """What can be made to happen before an event: an error."""

    def fails() -> None:
        raise error

    return fails


class Events:
    """What happens on the host, in order; something of the tests' own can be made to happen before any of it."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.before: dict[str, Callable[[], None]] = {}

    def happens(self, event: str) -> None:
        self.seen.append(event)
        if act := self.before.get(event):
            act()


class Volume:
    """A volume that is a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def info(self) -> list[int]:
        size = self.path.stat().st_size
        return [0, size, size]

    def delete(self) -> None:
        self.path.unlink()


class Pool:
    """A storage pool that is a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.free = folder, 1 << 40
        folder.mkdir()

    def XMLDesc(self) -> str:  # noqa: N802  libvirt's names
        return f"<pool><target><path>{self.folder}</path></target></pool>"

    def info(self) -> list[int]:
        return [2, self.free, 0, self.free]

    def refresh(self) -> None:
        pass

    def connect(self) -> None:
        pass

    def listVolumes(self) -> list[str]:  # noqa: N802
        return sorted(os.listdir(self.folder))

    def storageVolLookupByName(self, name: str) -> Volume:  # noqa: N802
        if not (self.folder / name).exists():
            raise HostError(f"no storage vol with matching name '{name}'", libvirt.VIR_ERR_NO_STORAGE_VOL)
        return Volume(self.folder / name)

    def createXML(self, xml: str) -> Volume:  # noqa: N802
        root = ElementTree.fromstring(xml)  # noqa: S314
        path = self.folder / str(root.findtext("name"))
        path.touch(exist_ok=False)
        os.truncate(path, int(root.findtext("capacity") or 0))
        return Volume(path)


class Domain:
    """A domain of the test driver, which knows no flags of saving; everything that is done to it is an event."""

    def __init__(self, real: Any, events: Events) -> None:
        self._real, self._events = real, events

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def create(self) -> None:
        self._events.happens(f"start {self.name()}")
        self._real.create()

    def suspend(self) -> None:
        self._events.happens(f"pause {self.name()}")
        self._real.suspend()

    def resume(self) -> None:
        self._events.happens(f"resume {self.name()}")
        self._real.resume()

    def destroy(self) -> None:
        self._events.happens(f"power off {self.name()}")
        self._real.destroy()

    def saveFlags(self, file: str, _xml: None, flags: int) -> None:  # noqa: N802
        assert flags == PAUSED
        self._events.happens(f"save {self.name()}")
        self._real.saveFlags(file, None, 0)


class Connection:
    """The test driver, as a QEMU of some version on some processor."""

    def __init__(self, folder: Path, events: Events) -> None:
        (folder / "host.xml").write_text("<node><memory>6000000</memory></node>")
        self.real = libvirt.open(f"test://{folder}/host.xml")  # "default" is one for the whole process
        self.events, self.qemu, self.cpu = events, 7002007, "<model>Skylake</model>"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def getVersion(self) -> int:  # noqa: N802
        return self.qemu

    def getCapabilities(self) -> str:  # noqa: N802
        return f"<capabilities><host><cpu>{self.cpu}</cpu></host></capabilities>"

    def lookupByName(self, name: str) -> Domain:  # noqa: N802
        return Domain(self.real.lookupByName(name), self.events)

    def restoreFlags(self, file: str, _xml: None, flags: int) -> None:  # noqa: N802
        assert flags == PAUSED
        name = Path(file).name.partition("@")[0]
        self.events.happens(f"load {name}")
        if not Path(file).exists():
            raise HostError(f"cannot read {file}")
        self.real.restoreFlags(file, None, 0)
        self.real.lookupByName(name).suspend()
