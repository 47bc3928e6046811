"""Which libvirt guests run under: decided from facts alone."""

from dataclasses import dataclass
from typing import Literal

from hanfslab.errors import LabError, UsageError

Kind = Literal["system", "private"]
System = Literal["works", "slow", "denied", "hangs", "broken", "absent"]


@dataclass(frozen=True)
class Facts:
    """What the choice depends on.

    Args:
        root: this process is root's.
        user: its user's name.
        system: the system's libvirtd: `works`, answers but `slow` because KVM is broken under it, `denied` to this
            user, `hangs` (takes connections, does not answer), `broken` (answers with an error), `absent`.
        installed: libvirtd is installed.
        asked: `HANFSLAB_LIBVIRT`.
        said: the error that it answered with.
    """

    root: bool
    user: str
    system: System
    installed: bool = True
    asked: str = ""
    said: str = ""


@dataclass(frozen=True)
class Choice:
    """The libvirt to use, and why in words."""

    kind: Kind
    reason: str


def choose(facts: Facts) -> Choice:
    """Choose the system's libvirtd where it works, else a private one where that is possible.

    Raises:
        UsageError: `HANFSLAB_LIBVIRT` names neither, or asks for what this user cannot have.
        LabError: there is none to choose.
    """
    if facts.asked not in ("", "system", "private"):
        raise UsageError(f"HANFSLAB_LIBVIRT={facts.asked}: expected system or private")
    if facts.asked == "private":
        if not facts.root:
            raise UsageError("HANFSLAB_LIBVIRT=private needs root")
        return Choice("private", "HANFSLAB_LIBVIRT asks for it")
    if facts.asked == "system" and facts.system in ("works", "slow"):
        return Choice("system", "HANFSLAB_LIBVIRT asks for it")
    if facts.asked == "system":
        raise _nothing(facts)
    return _best(facts)


def _best(facts: Facts) -> Choice:
    if facts.system == "works":
        return Choice("system", "the system's libvirtd works")
    if facts.root and facts.installed:
        return Choice("private", REASONS[facts.system])
    if facts.system == "slow":
        return Choice("system", "the system's libvirtd answers, slowly: KVM is broken and only root can hide it")
    raise _nothing(facts)


REASONS = {
    "slow": "the system's libvirtd stumbles over a KVM that does not work",
    "hangs": "the system's libvirtd does not answer",
    "broken": "the system's libvirtd answers with an error",
    "denied": "the system's libvirtd refuses connections",
    "absent": "no system libvirtd runs",
}


def _nothing(facts: Facts) -> LabError:
    if not facts.installed:
        return LabError("libvirtd is not installed", "apt-get install libvirt-daemon-system")
    if facts.system == "denied":
        return LabError(f"{facts.user} may not use the system's libvirtd",
                        f"`adduser {facts.user} libvirt` as root, then log in again")  # fmt: skip
    start = "start it (`systemctl start libvirtd` as root)"
    if facts.system == "hangs":
        return LabError("the system's libvirtd does not answer", "restart it (`systemctl restart libvirtd` as root)")
    if facts.system == "broken":
        return LabError(
            f"the system's libvirtd: {facts.said}", "mend that, or run hanfslab as root with one of its own"
        )
    if facts.asked == "system":
        return LabError("no system libvirtd runs", start)
    return LabError("no libvirtd runs", f"{start} and join group libvirt, or run hanfslab as root with one of its own")
