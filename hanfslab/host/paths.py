"""Where hanfslab keeps what belongs to the host and to no lab."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

ROOT_STATE = Path("/var/lib/hanfslab")


def state_folder() -> Path:
    """The folder of what lasts: boxes, volumes, the private libvirtd. `HANFSLAB_STATE` overrides it.

    Root's is below /var/lib because QEMU's user has to reach the volumes in it, and cannot reach a 0700 home.
    """
    if override := os.environ.get("HANFSLAB_STATE"):
        return Path(override).absolute()
    return ROOT_STATE if os.geteuid() == 0 else platformdirs.user_state_path("hanfslab")


def cache_folder() -> Path:
    """The folder of what can be found out again. `HANFSLAB_CACHE` overrides it."""
    if override := os.environ.get("HANFSLAB_CACHE"):
        return Path(override).absolute()
    return platformdirs.user_cache_path("hanfslab")


@dataclass(frozen=True)
class HostFolder:
    """The one folder of a private libvirtd: its configuration, state, sockets and volumes."""

    base: Path

    @classmethod
    def default(cls) -> "HostFolder":
        """The one of this machine."""
        return cls(state_folder() / "host")

    @property
    def binds(self) -> dict[Path, Path]:
        """Which private folder lies over which of libvirt's own, inside."""
        return {
            self.base / "etc": Path("/etc/libvirt"),
            self.base / "lib": Path("/var/lib/libvirt"),
            self.base / "cache": Path("/var/cache/libvirt"),
            self.base / "log": Path("/var/log/libvirt"),
            self.base / "run": Path("/run/libvirt"),
        }

    @property
    def etc(self) -> Path:
        """Libvirt's configuration and the definitions of its domains, networks and pools."""
        return self.base / "etc"

    @property
    def images(self) -> Path:
        """Volumes: /var/lib/libvirt/images inside."""
        return self.base / "lib" / "images"

    @property
    def run(self) -> Path:
        """Sockets and pid files: worth nothing once the processes are gone."""
        return self.base / "run"

    @property
    def no_kvm(self) -> Path:
        """The empty file of mode 000 that hides /dev/kvm."""
        return self.base / "no-kvm"

    @property
    def record(self) -> Path:
        """Which process holds the namespaces."""
        return self.base / "holder.json"

    @property
    def lock(self) -> Path:
        """Held while the private libvirtd is started or stopped."""
        return self.base / "lock"
