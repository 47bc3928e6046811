"""Bonnie++ over NFS, again and again, as on the 2004 page."""

import re
from collections.abc import Mapping
from typing import Any

from hanfslab.campaign.event import Event
from hanfslab.topology.nodes import Topology
from hanfslab.workloads.job import USER, Job, mounted
from hanfslab.workloads.runs import Ended, ended, last_lines

PROGRAM = "/usr/sbin/bonnie++"
# 64 MiB with half of it said to be RAM: a run in about a minute; 1024 small files; no tests per character.
OPTIONS = ("-s", "64", "-r", "32", "-n", "1", "-f", "-q", "-u", USER)
FORMAT = "1.98,"
FIELDS = 50
# bon_csv2html(1), FORMAT: rates in KiB/s, seeks and files a second
RATES = {
    "put_block": 11,
    "rewrite": 13,
    "get_block": 17,
    "seeks": 19,
    "seq_create": 26,
    "seq_del": 30,
    "ran_create": 32,
    "ran_del": 36,
}
LATENCIES = {
    "put_block": 39,
    "rewrite": 40,
    "get_block": 42,
    "seeks": 43,
    "seq_create": 44,
    "seq_stat": 45,
    "seq_del": 46,
    "ran_create": 47,
    "ran_stat": 48,
    "ran_del": 49,
}
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


class Bonnie:
    """Real Bonnie++, one on each client."""

    name = "bonnie"
    summary = "Bonnie++ over NFS again and again, one on each client, versions in turn"
    awaited = True  # a run that went through failovers says something only when it ends

    def jobs(self, topology: Topology) -> list[Job]:
        """One on each client; client i uses the version i modulo their number."""
        versions = topology.spec.nfs.versions
        return [self._job(client.name, versions[i % len(versions)]) for i, client in enumerate(topology.clients)]

    def _job(self, node: str, version: str) -> Job:
        folder = mounted(version, f"bonnie-{node}")
        arguments = ("--fresh", folder, "--", PROGRAM, "-d", folder, *OPTIONS, "-m", node)
        return Job(self.name, node, f"v{version}", 0, 1, version, "repeat", arguments)

    def events(self, job: Job, record: Mapping[str, Any]) -> list[Event]:
        """Each run is a process: invoke, then ok with its figures, or fail with its last words."""
        run, time = int(record["n"]), float(record["time"])
        value: dict[str, Any] = {"version": job.version, "run": run}
        process = job.process(run)
        end = ended(record)
        if end is None:
            return [Event(time, process, "invoke", self.name, value)]
        kind, figures, error = judge(end)
        return [Event(time, process, kind, self.name, value | figures, error)]


def judge(end: Ended) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """How a run ended as an event's type, figures and error."""
    if end.stopped:
        return "info", {}, {"name": "STOPPED"}
    words = last_lines(end.err) or last_lines(end.out)
    if end.signal:
        return "info", {}, {"name": "KILLED", "signal": end.signal, "text": words}
    if end.status:
        return "fail", {}, {"name": "FAILED", "status": end.status, "text": words}
    found = figures(end.out)
    if found is None:
        return "fail", {}, {"name": "NO_FIGURES", "status": 0, "text": words}
    return "ok", found, {}


def figures(out: str) -> dict[str, Any] | None:
    """Rates and latencies of Bonnie++'s CSV line, in units and seconds; None without such a line.

    A rate is None where Bonnie++ says `+++++`: too fast to be measured.
    """
    lines = [line.strip().split(",") for line in out.splitlines() if line.startswith(FORMAT)]
    if not lines or len(lines[-1]) < FIELDS:
        return None
    fields = lines[-1]
    return {
        "rates": {name: _rate(fields[at]) for name, at in RATES.items()},
        "latencies": {name: _seconds(fields[at]) for name, at in LATENCIES.items()},
    }


def _rate(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None


def _seconds(text: str) -> float | None:
    found = re.fullmatch(r"([0-9]+)(us|ms|s)", text)
    return int(found[1]) * UNITS[found[2]] if found else None
