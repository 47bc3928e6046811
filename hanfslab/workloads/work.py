"""All workloads of a campaign: started, collected while nodes are struck, and stopped whatever happened."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from hanfslab.campaign.clock import Clock
from hanfslab.campaign.event import LONGEST, Event
from hanfslab.campaign.history import History
from hanfslab.campaign.timeline import Timeline
from hanfslab.errors import LabError
from hanfslab.lab.control import Control, Unreachable
from hanfslab.workloads import units
from hanfslab.workloads.job import Job, Workload
from hanfslab.workloads.logs import PIECE, Log, read

REST = 30.0  # seconds for which a guest that did not answer is left alone: the campaign must not wait for it


class Work:
    """The jobs of several workloads in the guests.

    Args:
        lab: the running lab.
        workloads: what runs.
        history: gets what the guests saw.
        timeline: guests' times on the run's clock; each client must have been measured before `start`.
        folder: the run's folder for raw output.
        clock: the host's, or a test's.
    """

    def __init__(
        self,
        lab: Control,
        workloads: Sequence[Workload],
        history: History,
        timeline: Timeline,
        folder: Path,
        clock: Clock,
    ) -> None:
        self._lab, self._history, self._timeline, self._clock = lab, history, timeline, clock
        self._workloads = {workload.name: workload for workload in workloads}
        self._logs: dict[str, list[Log]] = {}
        self._resting: dict[str, float] = {}
        self._latest: dict[str, float] = {}
        self._open: dict[str, Event] = {}
        for job in jobs(lab, workloads):
            place = folder / job.workload
            place.mkdir(parents=True, exist_ok=True)
            self._logs.setdefault(job.node, []).append(Log(job, place))

    def start(self) -> None:
        """Start every job; raises LabError when one cannot be."""
        for node, logs in self._logs.items():
            units.clean(self._lab, node, [log.job for log in logs])
        for logs in self._logs.values():
            for log in logs:
                units.start(self._lab, log.job)

    def poll(self) -> None:
        """Collect what guests recorded since; a guest that does not answer is asked again later."""
        for node in self._logs:
            if self._resting.get(node, 0.0) <= self._clock.monotonic():
                self._collect(node)

    def end(self) -> None:
        """Let no other run begin; those that go on may come to their end."""
        self._each(lambda node: units.announce_end(self._lab, node))

    @property
    def going(self) -> bool:
        """Whether a run is known to go on that is worth waiting for."""
        return any(self._workloads[event.workload].awaited for event in self._open.values())

    def stop(self) -> None:
        """End every job, collect the last records; what was still going on ends as `info`: nobody knows."""
        # The first says to all that the end is near: a run that fails because its peer was stopped is no finding.
        self._each(lambda node: units.announce_stop(self._lab, node))
        self._each(lambda node: units.stop(self._lab, node, [log.job for log in self._logs[node]]))
        for node in self._logs:
            if self._collect(node):
                self._leave_open(node)
            else:
                self._history.add("cluster", "info", "collect", {"node": node}, {"name": "UNREACHABLE"})

    def _each(self, act: Callable[[str], None]) -> None:
        for node in self._logs:
            with contextlib.suppress(
                LabError
            ):  # collecting will say that the guest is gone; the others must be stopped
                act(node)

    def _collect(self, node: str) -> bool:
        """Whether everything that a guest has by now was read."""
        logs = self._logs[node]
        while True:
            try:
                pieces = read(self._lab, node, logs)
            except Unreachable:
                self._resting[node] = self._clock.monotonic() + REST
                return False
            for log in logs:
                self._take(log, pieces.get(log.job.log, ""))
            if all(len(piece) < PIECE for piece in pieces.values()):
                return True

    def _take(self, log: Log, piece: str) -> None:
        workload = self._workloads[log.job.workload]
        for record in log.take(piece):
            try:
                for event in workload.events(log.job, record):
                    self._record(log.job.node, event)
            except (KeyError, TypeError, ValueError, ArithmeticError):
                log.damaged += 1

    def _record(self, node: str, event: Event) -> None:
        # Two measurements of a clock differ a little; a process's own order is certain, so it is kept.
        time = max(self._timeline.at(node, event.time), self._latest.get(event.process, 0.0))
        if not abs(time) < LONGEST:
            raise ValueError("no time of this run")  # the history could not be read from there on
        self._latest[event.process] = time
        event = replace(event, time=time)
        if event.type == "invoke":
            self._open[event.process] = event
        else:
            self._open.pop(event.process, None)
            if event.type == "info":
                self._latest.pop(event.process, None)  # it is never used again
        self._history.append(event)

    def _leave_open(self, node: str) -> None:
        for event in [event for event in self._open.values() if event.node == node]:
            self._history.add(event.process, "info", event.f, event.value, {"name": "STOPPED"})
            del self._open[event.process]


def jobs(lab: Control, workloads: Sequence[Workload]) -> list[Job]:
    """All jobs of some workloads; raises UsageError when the lab cannot run one."""
    return [job for workload in workloads for job in workload.jobs(lab.topology)]
