"""A lab's two networks: made before Vagrant runs, since Vagrant's own making of networks races."""

from typing import Any

from hanfslab.lab.connection import find, translated
from hanfslab.render.files import networks
from hanfslab.topology.nodes import Topology


def ensure_networks(connection: Any, lab: Topology) -> None:
    """Define and start the lab's networks; one that is up already stays as it is."""
    for name, xml in networks(lab).items():
        with translated(f"network {name}"):
            network = find(connection.networkLookupByName, name) or connection.networkDefineXML(xml)
            if not network.isActive():
                network.create()


def delete_networks(connection: Any, lab: Topology) -> None:
    """Stop the lab's networks and forget them."""
    for name in lab.networks:
        network = find(connection.networkLookupByName, name)
        if network is None:
            continue
        with translated(f"network {name}"):
            if network.isActive():
                network.destroy()
            network.undefine()
