"""Runs a plan: workloads, one failover after the other, and whatever happens, an end that says how it ended."""

from typing import Any, Protocol

from hanfslab.campaign.cycle import Cycle
from hanfslab.campaign.interrupt import Interrupt, StoppedError
from hanfslab.campaign.plan import Plan
from hanfslab.campaign.rounds import DoubleMountError, Rounds
from hanfslab.errors import HanfslabError, LabError
from hanfslab.lab.control import Control
from hanfslab.timeouts import Timeout
from hanfslab.topology.nodes import Topology

SETTLE = 5.0  # seconds of undisturbed work after the last failover
FINISH = Timeout(
    "FINISH", 60, "a run of Bonnie++ that has just begun: it makes and deletes 2048 files, each on the disk"
)


class Collects(Protocol):
    """A lab whose nodes' logs can be had."""

    def collect(self, node: str) -> None:
        """Put a node's logs into the run's folder."""


class Engine:
    """A campaign on its way.

    Args:
        plan: what to do.
        rounds: what is done all along.
        interrupt: Ctrl-C.
        logs: collects the nodes' logs at the end.
    """

    def __init__(self, plan: Plan, rounds: Rounds, interrupt: Interrupt, logs: Collects) -> None:
        self._plan, self._rounds, self._interrupt, self._logs = plan, rounds, interrupt, logs
        self._history, self._work, self._state = rounds.history, rounds.work, rounds.state

    def run(self) -> None:
        """Run the plan. How it went is in the history; a broken lab is no exception here.

        Raises:
            KeyboardInterrupt: Ctrl-C a third time, while work was being stopped.
        """
        self._history.add("cluster", "invoke", "run", told(self._plan, self._rounds.lab))
        kind, value = "info", {"stopped": "by an error of hanfslab itself"}
        try:
            kind, value = self._through()
        finally:
            self._end(kind, value)

    def _through(self) -> tuple[str, dict[str, Any]]:
        """The run's last event: `ok` for a run that came to its end, otherwise what ended it."""
        try:
            self._cycles()
        except StoppedError:
            return "info", {"stopped": "by Ctrl-C, at once"}
        except DoubleMountError as error:
            self._rounds.say(error.message)
            return "info", {"stopped": error.message}
        except HanfslabError as error:
            self._rounds.say(f"the lab is broken: {error.message}")
            return "info", {"broken": error.message, "hint": error.hint}
        return "ok", {"early": "by Ctrl-C"} if self._interrupt.asked_to_end else {}

    def _cycles(self) -> None:
        rounds = self._rounds
        rounds.measure_clocks(all_needed=True)
        self._work.start()
        rounds.say("work started on the clients")
        for planned in self._plan.faults:
            self._state.next_fault, self._state.doing = planned.time, "working undisturbed"
            rounds.until(planned.time)
            if self._interrupt.asked_to_end:
                rounds.audit()
                return
            self._state.next_fault = None
            Cycle(rounds, planned).run()
            self._state.done += 1
        self._state.doing = "working undisturbed"
        rounds.until(self._history.now + SETTLE)
        rounds.audit()
        self._let_end()

    def _let_end(self) -> None:
        """Wait for runs that are going: one that went through failovers says something only when it ends."""
        rounds = self._rounds
        self._work.end()
        self._work.poll()  # a run that has just begun is one of them

        def over() -> bool:
            return not self._work.going or self._interrupt.asked_to_end

        try:
            rounds.wait(over, FINISH.scaled(rounds.lab.scale), "runs coming to their end")
        except LabError as error:
            rounds.say(error.message)

    def _end(self, kind: str, value: dict[str, Any]) -> None:
        """Stop the work in the guests and collect what is there, as far as that goes."""
        self._state.doing = "stopping the work and collecting logs"
        self._rounds.say(self._state.doing)
        try:
            self._work.stop()
        finally:
            self._history.add("cluster", kind, "run", {"failovers": self._state.done, **value})
        if self._interrupt.times < 2:
            for node in self._rounds.lab.topology.nodes:
                self._logs.collect(node.name)


def told(plan: Plan, lab: Control) -> dict[str, Any]:
    """What a run's first event says: all that a check needs to know about the lab and the plan."""
    topology: Topology = lab.topology
    return {
        "lab": topology.spec.name,
        "accelerator": lab.accelerator,
        "servers": [server.name for server in topology.servers],
        "clients": [client.name for client in topology.clients],
        "versions": list(topology.spec.nfs.versions),
        **plan.told(),
    }
