"""Take a lab off the host: whatever its guests do, and whatever Vagrant thinks of them."""

import contextlib
import shutil
from typing import Any

import libvirt

from hanfslab.errors import LabError
from hanfslab.host.exclusive import exclusive
from hanfslab.lab.connection import find, translated
from hanfslab.lab.lab import Lab
from hanfslab.lab.limits import DESTROY
from hanfslab.lab.prepare import discard
from hanfslab.lab.vagrant import Vagrant
from hanfslab.topology.nodes import Node

BUSY_SECONDS = 10.0  # that another lab may hold Vagrant: destroy does not depend on it
UNDEFINE = libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA | libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE


def destroy(lab: Lab) -> None:
    """Delete the lab's guests, volumes, networks, keys and Vagrant's records of it; its runs stay."""
    with lab.place.changing():
        destroy_guests(lab, list(lab.topology.nodes))
    shutil.rmtree(lab.place.state)


def destroy_guests(lab: Lab, nodes: list[Node]) -> None:
    """Delete guests; when none is left, the lab's networks and volumes too."""
    for node in nodes:
        lab.ssh.drop(node)
        domain = lab.domain(node)
        if domain is not None:
            power_off(domain)
    _forget(lab, nodes)
    for node in nodes:
        domain = lab.domain(node)
        if domain is not None:
            with translated(f"domain {node.domain}"):
                domain.undefineFlags(UNDEFINE)
    if not any(find(lab.connection.lookupByName, node.domain) for node in lab.topology.nodes):
        discard(lab)


def power_off(domain: Any) -> None:
    """Take a guest's power away; one that is off already stays so."""
    try:
        domain.destroy()
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_OPERATION_INVALID:
            raise LabError(f"{domain.name()}: {error.get_error_message()}") from error


def _forget(lab: Lab, nodes: list[Node]) -> None:
    """Let Vagrant forget guests; where it cannot or is busy with another lab, they are deleted all the same."""
    if not nodes or not (lab.place.state / ".vagrant").exists():
        return
    names, seconds = [node.name for node in nodes], DESTROY.scaled(lab.scale)
    with contextlib.suppress(LabError), exclusive("vagrant", BUSY_SECONDS):
        Vagrant(lab.place.state).told(["destroy", "--force", *names], seconds, lambda _node, _text: None)
