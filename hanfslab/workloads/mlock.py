"""mlock, Heartbeat's own lock test of 2004, on two clients for each NFS version."""

from collections.abc import Mapping
from typing import Any

from hanfslab.campaign.event import Event
from hanfslab.errors import UsageError
from hanfslab.topology.nodes import Node, Topology
from hanfslab.workloads.job import Job, mounted
from hanfslab.workloads.mlock_text import NOT_REFUSED, judge
from hanfslab.workloads.runs import ended

PROGRAM = "/usr/libexec/heartbeat/mlock"
ITERATIONS = "5"  # 2.5 s each: a run is over well within a cycle
# The one that listens begins again first; otherwise the other is refused.
PAUSES = {"listen": "0.5", "connect": "2"}


class Mlock:
    """Pairs of mlock; the pair of version k listens on client k, so that no two listen on one port of one client."""

    name = "mlock"
    summary = "Heartbeat's own lock test, unchanged, on two clients for each version, again and again"
    awaited = False  # one of a pair would wait for ever for the other

    def jobs(self, topology: Topology) -> list[Job]:
        """Two for each version."""
        clients, versions = topology.clients, topology.spec.nfs.versions
        if len(clients) < 2:
            raise UsageError("mlock needs two clients", "set clients.count in lab.toml, or leave --workload mlock out")
        if len(versions) > len(clients):
            raise UsageError(
                f"mlock needs a client for each NFS version: {len(versions)} versions, {len(clients)} clients",
                "set clients.count or nfs.versions in lab.toml",
            )
        return [job for k in range(len(versions)) for job in self._pair(topology, k)]

    def _pair(self, topology: Topology, k: int) -> list[Job]:
        clients = topology.clients
        listener, other = clients[k], clients[(k + 1) % len(clients)]
        return [
            self._job(topology, k, listener, "listen"),
            self._job(topology, k, other, "connect", listener.service.address),
        ]

    def _job(self, topology: Topology, k: int, node: Node, role: str, *peer: str) -> Job:
        versions = topology.spec.nfs.versions
        file = mounted(versions[k], "mlock")
        # Lines would be kept back until there are 4 KiB: what a run said before it hung would be lost.
        command = ("stdbuf", "-oL", PROGRAM, "-N", ITERATIONS, file, *peer)
        return Job(
            self.name,
            node.name,
            f"v{versions[k]}-{role}",
            k,
            len(versions),
            versions[k],
            "repeat",
            ("--pause", PAUSES[role], "--", *command),
        )

    def events(self, job: Job, record: Mapping[str, Any]) -> list[Event]:
        """Each run is a process: invoke, then what its text says."""
        run, time = int(record["n"]), float(record["time"])
        value: dict[str, Any] = {"version": job.version, "role": job.name.rpartition("-")[2], "run": run}
        process = job.process(run)
        end = ended(record)
        if end is None:
            return [Event(time, process, "invoke", self.name, value)]
        said = judge(end.out, end.err, end.signal)
        value |= {"passed": said.passed, "iterations": said.iterations, "warnings": said.warnings}
        # A lock that is free because the peer was stopped is no finding; an errno that was met before is.
        if end.stopped and (said.kind != "fail" or said.error["name"] == NOT_REFUSED):
            return [Event(time, process, "info", self.name, value, {"name": "STOPPED"})]
        return [Event(time, process, said.kind, self.name, value, said.error)]
