"""A campaign from what was asked to its results."""

import contextlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from hanfslab.campaign.clock import Clock, HostClock
from hanfslab.campaign.engine import Engine
from hanfslab.campaign.folder import RunFolder, alone, create, write_run
from hanfslab.campaign.history import History
from hanfslab.campaign.interrupt import Interrupt
from hanfslab.campaign.plan import Plan
from hanfslab.campaign.rounds import Rounds
from hanfslab.campaign.timeline import Timeline
from hanfslab.campaign.versions import host
from hanfslab.campaign.watch import Nobody, State, Watcher
from hanfslab.checkers.judge import judge_file, write
from hanfslab.checkers.results import Results
from hanfslab.errors import HanfslabError, LabError
from hanfslab.lab.control import Control
from hanfslab.workloads import chosen
from hanfslab.workloads.work import Work, jobs


class CampaignLab(Control, Protocol):
    """A running lab with a folder, whose nodes' logs can be had."""

    @property
    def folder(self) -> Path:
        """The lab's folder."""

    def collect_logs(self, node: str, into: Path) -> None:
        """Put a node's logs into a folder."""


class _Logs:
    def __init__(self, lab: CampaignLab, folder: RunFolder, watcher: Watcher, history: History) -> None:
        self._lab, self._folder, self._watcher, self._history = lab, folder, watcher, history

    def collect(self, node: str) -> None:
        into = self._folder.node(node)
        try:
            into.mkdir(parents=True, exist_ok=True)
            self._lab.collect_logs(node, into)
        except (HanfslabError, OSError) as error:
            self._watcher.say(self._history.now, f"no logs of {node}: {error}")


def run(
    lab: CampaignLab,
    plan: Plan,
    versions: dict[str, str] | None = None,
    watcher: Watcher | None = None,
    clock: Clock | None = None,
    interrupt: Interrupt | None = None,
) -> tuple[RunFolder, Results]:
    """Run a campaign on a running lab.

    Args:
        lab: the running lab.
        plan: what to do.
        versions: of the programs that the lab is made with, for `run.toml`.
        watcher: who looks on.
        clock: the host's, or a test's.
        interrupt: Ctrl-C.

    Returns:
        the run's folder with everything in it, and its results.

    Raises:
        UsageError: the lab cannot run this plan, or a campaign is running on it.
        LabError: the lab is not whole before the campaign; nothing was done.
    """
    clock, watcher = clock or HostClock(), watcher or Nobody()
    interrupt = interrupt or Interrupt()
    workloads = chosen(plan.workloads)
    jobs(lab, workloads)  # says before anything is touched that this lab cannot run one
    with alone(lab.folder):
        whole_before(lab)
        folder = create(lab.folder, lab.topology.spec.name, clock.wall())
        write_run(folder, facts(lab, plan, versions or {}, clock))
        history = History(folder.history, clock)
        with contextlib.closing(history):
            state = State(len(plan.faults), plan.seconds)
            history.listen(state.see)
            timeline = Timeline(history, clock)
            work = Work(lab, workloads, history, timeline, folder.workloads, clock)
            rounds = Rounds(lab, history, work, timeline, clock, interrupt, watcher, state)
            Engine(plan, rounds, interrupt, _Logs(lab, folder, watcher, history)).run()
        results = judge_file(folder.history)
        write(results, folder.results)
        return folder, results


def whole_before(lab: Control) -> None:
    """Raise LabError unless exactly one server owns the service."""
    seen = lab.audit()
    if seen.owner is None:
        raise LabError(
            "no campaign on this lab: not exactly one server has address, disk and NFS "
            f"(address: {_names(seen.address)}; disk: {_names(seen.mount)}; NFS: {_names(seen.nfsd)})",
            "look at it with: hanfslab status",
        )


def _names(nodes: tuple[str, ...]) -> str:
    return ", ".join(nodes) or "none"


def facts(lab: Control, plan: Plan, versions: dict[str, str], clock: Clock) -> dict[str, Any]:
    """What `run.toml` says."""
    asked = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(plan.asked).items()
        if value is not None
    }
    return {
        "lab": lab.topology.spec.name,
        "started": round(clock.wall(), 3),
        "accelerator": lab.accelerator,
        "scale": lab.scale,
        "seed": plan.asked.seed,
        "asked": asked,
        "versions": versions,
        "host": host(),
    }
