"""A host on which labs live: what Vagrant and guests do is as a test says, all else is hanfslab's own."""

import os
from pathlib import Path
from typing import Any

import libvirt_qemu
import pytest

from hanfslab.box import recipe
from hanfslab.box.store import Box
from hanfslab.lab import boot, cold, logs, prepare, volumes, wake
from hanfslab.lab import destroy as destroy_module
from hanfslab.lab.folder import Folder
from hanfslab.lab.lab import Lab
from hanfslab.lab.ssh import Ssh
from hanfslab.lab.up import up
from hanfslab.topology.load import load
from tests.unit.lab.guests import Guests
from tests.unit.lab.host import Connection, Events, Pool, Volume

DOMAIN = """<domain type='test'><name>{name}</name><description>{description}</description><memory>1024</memory>
<os><type>hvm</type></os></domain>"""

NODES = ["nfs1", "nfs2", "c1", "c2"]
RUNNING, OFF = dict.fromkeys(NODES, "running"), dict.fromkeys(NODES, "off")
DISKS = ["lab-shared.img", "lab-nfs1.img", "lab-c1.img"]


class World:
    """A host with one lab's folder, and what Vagrant was asked to do."""

    def __init__(self, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.top = top
        self.place = self.folder("lab")
        self.events = Events()
        self.connection = Connection(top, self.events)
        self.pool = Pool(top / "pool")
        self.guests = Guests()
        self.vagrant: list[list[str]] = []
        self.told: list[str] = []
        self.deaf = ""  # what is said of guests that the service's network does not reach
        self.trouble: BaseException | None = None  # how Vagrant ends
        self._replace(monkeypatch)

    def _replace(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HANFSLAB_STATE", str(self.top / "state"))
        for limit in ("RESTORED", "CLUSTER", "MOUNT", "BOOT", "SHUTDOWN"):
            monkeypatch.setenv(f"HANFSLAB_TIMEOUT_{limit}", "0.3")
        monkeypatch.setattr(recipe, "version", lambda: "12.1")
        monkeypatch.setattr(prepare, "current", lambda: Box("hanfslab/bookworm", recipe.version(), self.top))
        monkeypatch.setattr(prepare, "_boot_files", lambda *_: ("/vmlinuz", "/initrd"))
        monkeypatch.setattr(prepare, "make_disk", lambda _, path: path.write_text("fresh"))
        monkeypatch.setattr(volumes, "_send", self._send)
        monkeypatch.setattr(volumes, "_pipe", self._pipe)
        monkeypatch.setattr(libvirt_qemu, "qemuAgentCommand", self.guests.asked)
        monkeypatch.setattr(wake, "_deaf", lambda node: self.deaf and f"{node.name}: {self.deaf}")
        monkeypatch.setattr(logs, "collect", lambda *_: None)
        monkeypatch.setattr(Ssh, "drop", lambda *_: None)
        monkeypatch.setattr(boot, "TICK", 0.005)
        for module in (cold, destroy_module):
            monkeypatch.setattr(module, "Vagrant", lambda state, **_: Vagrant(self, Folder(state.parent)))

    def _send(self, _: Any, volume: Volume, file: int, start: int, length: int) -> None:
        with volume.path.open("r+b") as target:
            os.pwrite(target.fileno(), os.pread(file, length, start), start)

    def _pipe(self, _: Any, source: Volume, target: Volume) -> None:
        self.events.happens(f"copy {source.path.name} {target.path.name}")
        target.path.write_bytes(source.path.read_bytes())

    def folder(self, name: str, spec: str = "") -> Folder:
        """The folder of a lab."""
        path = self.top / name
        path.mkdir()
        (path / "lab.toml").write_text(spec)
        return Folder(path)

    def lab(self, place: Folder | None = None, accelerator: str = "tcg", **changes: Any) -> Lab:
        """A lab, as a new command sees it."""
        place = place or self.place
        lab = Lab(load(place.path / "lab.toml"), place, accelerator, 1.0, **changes)
        lab.__dict__.update(connection=self.connection, pool=self.pool)
        return lab

    def tell(self, name: str, text: str) -> None:
        """What a person is told meanwhile."""
        self.told.append(f"{name}: {text}")

    def up(self, **options: Any) -> Any:
        """`hanfslab up`."""
        return up(self.lab(), self.tell, **options)

    def define(self, name: str, description: str) -> Any:
        return self.connection.defineXML(DOMAIN.format(name=name, description=description))

    def domain(self, node: str) -> Any:
        return self.connection.lookupByName(f"lab-{node}")

    def domains(self) -> set[str]:
        return {domain.name() for domain in self.connection.listAllDomains()}

    def volumes(self) -> list[str]:
        return self.pool.listVolumes()

    def networks(self) -> list[str]:
        return sorted(name for name in self.connection.listNetworks() if name.startswith("lab-"))

    def disk(self, name: str = "lab-shared.img") -> Path:
        """A disk, to look at what is on it and to write on it."""
        return self.pool.folder / name

    def write(self, text: str) -> None:
        """Write on disks as guests would."""
        for name in DISKS:
            self.disk(name).write_text(text)

    def read(self) -> set[str]:
        """What is on these disks."""
        return {self.disk(name).read_text() for name in DISKS}

    def saved(self) -> set[str]:
        """The snapshots of which there is any volume."""
        return {name.partition("@")[2].rpartition(".")[0] for name in self.volumes() if "@" in name}

    def started(self) -> list[str]:
        """The guests that were booted."""
        return [event.removeprefix("start lab-") for event in self.events.seen if event.startswith("start")]

    def power_cut(self) -> None:
        """All guests lose their power."""
        for domain in self.connection.listAllDomains(1):
            domain.destroy()


class Vagrant:
    """Does what Vagrant would."""

    def __init__(self, world: World, place: Folder) -> None:
        self._world, self._place = world, place

    def told(self, words: list[str], *_: object) -> None:
        self._world.vagrant.append(words)
        (self._place.state / ".vagrant").mkdir(exist_ok=True)
        if words[0] != "up":
            return
        lab = self._world.lab(self._place)
        for name in words[1:]:
            node = lab.topology.node(name)
            self._world.define(node.domain, self._place.description)
            self._world.disk(f"{node.domain}.img").write_text("fresh")
        if self._world.trouble:
            raise self._world.trouble
