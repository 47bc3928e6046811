"""What a person may say in `lab.toml`: its keys, their defaults and what each may be."""

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

NFS_VERSIONS = ("3", "4.0", "4.1", "4.2")
MIB = {"M": 1, "G": 1024}
# RFC 1918: what is called private beyond it, such as loopback, is not for guests.
PRIVATE = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


def mebibytes(size: str) -> int:
    """The MiB in a size such as `320M` or `1G`."""
    return int(size[:-1]) * MIB[size[-1]]


def _at_least(smallest: str) -> AfterValidator:
    def check(size: str) -> str:
        if mebibytes(size) < mebibytes(smallest):
            raise ValueError(f"at least {smallest}")
        return size

    return AfterValidator(check)


def _at_most(largest: str) -> AfterValidator:
    def check(size: str) -> str:
        if mebibytes(size) > mebibytes(largest):
            raise ValueError(f"at most {largest}")
        return size

    return AfterValidator(check)


def _versions_differ(versions: list[str]) -> list[str]:
    if len(set(versions)) != len(versions):
        raise ValueError("each version once")
    return versions


def _network(text: str) -> str:
    network = ipaddress.IPv4Network(text)
    if network.prefixlen > 28 or not any(network.subnet_of(private) for private in PRIVATE):
        raise ValueError(f"a private IPv4 network of /28 or wider, in {', '.join(map(str, PRIVATE))}")
    return text


Size = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,5}[MG]$", description="a size such as 320M or 1G")]
# Heartbeat lower-cases node names and greps for them; a lab's name becomes part of libvirt's names.
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,23}$", description="letters a-z, digits and -, at most 24")]
Network = Annotated[str, AfterValidator(_network)]


class Section(BaseModel):
    """A table of `lab.toml`; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Servers(Section):
    """The pair that serves; Heartbeat's haresources mode knows exactly two nodes."""

    count: Annotated[int, Field(ge=2, le=2)] = 2
    memory: Annotated[Size, _at_least("256M")] = "320M"


class Clients(Section):
    """The guests that mount the service."""

    count: Annotated[int, Field(ge=1, le=250)] = 2
    memory: Annotated[Size, _at_least("256M")] = "320M"


class Disk(Section):
    """The disk that both servers see as /dev/sdb1."""

    size: Annotated[Size, _at_least("256M"), _at_most("1024G")] = "1G"
    filesystem: Literal["ext4", "ext3"] = "ext4"


class Cluster(Section):
    """Heartbeat's settings; seconds, with the 2004 page's values."""

    manager: Literal["heartbeat"] = "heartbeat"
    keepalive: Annotated[int, Field(ge=1, le=60)] = 2
    deadtime: Annotated[int, Field(ge=2, le=600)] = 10
    warntime: Annotated[int, Field(ge=1, le=600)] = 10
    initdead: Annotated[int, Field(ge=2, le=1200)] = 20
    order: Literal["ip-first", "ip-last", "portblock"] = "ip-first"

    @model_validator(mode="after")
    def _intervals_fit(self) -> Self:
        if self.deadtime <= self.keepalive:
            raise ValueError(f"deadtime ({self.deadtime}) must be longer than keepalive ({self.keepalive})")
        if self.warntime > self.deadtime:
            raise ValueError(f"warntime ({self.warntime}) must not be longer than deadtime ({self.deadtime})")
        if self.initdead < 2 * self.deadtime:  # ha.cf(5): "at least twice the normal dead time"
            raise ValueError(f"initdead ({self.initdead}) must be at least twice deadtime ({self.deadtime})")
        return self


class Nfs(Section):
    """What clients mount, and the server's periods in seconds (nfsd allows 10 to 3600)."""

    versions: Annotated[
        list[Literal["3", "4.0", "4.1", "4.2"]], Field(min_length=1), AfterValidator(_versions_differ)
    ] = [
        "3",
        "4.2",
    ]
    grace: Annotated[int, Field(ge=10, le=240)] = 15
    lease: Annotated[int, Field(ge=10, le=3600)] = 10


class Networks(Section):
    """The lab's two networks; each is made from the lab's name when it is not given."""

    service: Network | None = None
    management: Network | None = None


class LabFile(Section):
    """All of `lab.toml`. Every key has a default: an empty file is a working lab."""

    name: Name = "lab"
    accelerator: Literal["auto", "kvm", "tcg"] = "auto"
    servers: Servers = Servers()
    clients: Clients = Clients()
    disk: Disk = Disk()
    cluster: Cluster = Cluster()
    nfs: Nfs = Nfs()
    networks: Networks = Networks()
