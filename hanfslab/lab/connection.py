"""libvirt, with its errors as one line each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import libvirt

from hanfslab.errors import LabError
from hanfslab.host.enter import libvirt_uri

STATES = {
    libvirt.VIR_DOMAIN_RUNNING: "running",
    libvirt.VIR_DOMAIN_BLOCKED: "running",
    libvirt.VIR_DOMAIN_PAUSED: "paused",
    libvirt.VIR_DOMAIN_SHUTDOWN: "shutting down",
    libvirt.VIR_DOMAIN_SHUTOFF: "off",
    libvirt.VIR_DOMAIN_CRASHED: "crashed",
}

# libvirt prints every error on stderr by itself; they reach the user as exceptions, once.
libvirt.registerErrorHandler(lambda _context, _error: None, None)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn libvirt's exception into a LabError that says what was being done."""
    try:
        yield
    except libvirt.libvirtError as error:
        raise LabError(f"{doing}: {error.get_error_message()}", "hanfslab doctor says what this host lacks") from error


def connect() -> Any:
    """A connection to the libvirt that the labs of this host live in.

    Raises:
        LabError: it does not answer.
    """
    with translated("libvirt"):
        return libvirt.open(libvirt_uri())


def find(lookup: Any, name: str) -> Any:
    """What a lookup such as `connection.lookupByName` finds, or None."""
    missing = {
        libvirt.VIR_ERR_NO_DOMAIN,
        libvirt.VIR_ERR_NO_NETWORK,
        libvirt.VIR_ERR_NO_STORAGE_VOL,
        libvirt.VIR_ERR_NO_STORAGE_POOL,
    }
    try:
        return lookup(name)
    except libvirt.libvirtError as error:
        if error.get_error_code() in missing:
            return None
        raise LabError(f"libvirt: {error.get_error_message()}") from error


def state(domain: Any) -> str:
    """A domain's state in a word; None is a guest that was never made."""
    if domain is None:
        return "absent"
    with translated("libvirt"):
        return STATES.get(domain.state()[0], "unknown")
