"""The pulse: a small record written, synced and read back a few times a second, on each client and version."""

from collections.abc import Mapping
from typing import Any

from hanfslab.campaign.event import TYPES, Event
from hanfslab.topology.nodes import Topology
from hanfslab.workloads.job import Job, mounted

PERIOD = "0.5"  # seconds: 25 s without service are known to 2 %, and six hours fit into the history


class Pulse:
    """Says when the service answered and when it did not."""

    name = "pulse"
    summary = "one record written, synced and read back twice a second on every client and version; always runs"
    awaited = False

    def jobs(self, topology: Topology) -> list[Job]:
        """One on each client and mounted version."""
        versions = topology.spec.nfs.versions
        return [
            Job(
                self.name,
                client.name,
                f"v{version}",
                index,
                len(versions),
                version,
                "pulse",
                (mounted(version, f"pulse-{client.name}"), PERIOD),
            )
            for client in topology.clients
            for index, version in enumerate(versions)
        ]

    def events(self, job: Job, record: Mapping[str, Any]) -> list[Event]:
        """A record is an event already, but for its process; raises ValueError when its type is none."""
        value = {"file": f"v{job.version}:/pulse-{job.node}", "n": int(record["n"])}
        process = job.process(int(record["process"]))
        kind = str(record["type"])
        if kind not in TYPES:
            raise ValueError(f"type is none of {', '.join(TYPES)}")
        error = {key: said for key, said in dict(record.get("error") or {}).items() if isinstance(said, str | int)}
        return [Event(float(record["time"]), process, kind, str(record["f"]), value, error)]
