"""One failover: audit, strike the owner, wait for the other to take over, and until all is whole again."""

from hanfslab.campaign.plan import Planned
from hanfslab.campaign.rounds import Rounds
from hanfslab.errors import HanfslabError, LabError
from hanfslab.faults import fault
from hanfslab.faults.inflict import Strike
from hanfslab.timeouts import Timeout

# Heartbeat's deadtime is added to the first.
TAKEOVER = Timeout(
    "TAKEOVER", 120, "shutdown of a busy server or its death noticed, then every resource script, twice over"
)
WHOLE = Timeout("WHOLE", 240, "a server boots, and Heartbeat hears its peer")
SERVICE = Timeout("SERVICE", 200, "TCP's last try but one comes 102 s after the fault, then NFS's grace period")


class Cycle:
    """A failover of a campaign.

    Args:
        rounds: the campaign's.
        planned: the fault to make.
    """

    def __init__(self, rounds: Rounds, planned: Planned) -> None:
        self._rounds, self._planned = rounds, planned
        self._lab, self._history = rounds.lab, rounds.history

    def run(self) -> None:
        """Make the fault and wait until the cluster is whole and serves again.

        Raises:
            LabError: the cluster is not whole before, or never again.
        """
        rounds, n, kind = self._rounds, self._planned.n, self._planned.fault
        struck = self._owner_when_whole()
        strike = Strike(self._lab, fault(kind), struck, self._history, n)
        strike.begin()
        begin = self._history.now
        rounds.say(f"failover {n}: {kind} of {struck}")
        try:
            taker = self._take_over(strike, struck)
            taken = self._history.now
            rounds.say(f"failover {n}: {taker} took over after {taken - begin:.0f} s")
            self._whole_again(strike, struck)
        except HanfslabError:
            strike.give_up()
            raise
        self._history.add("cluster", "ok", "whole", {"n": n})
        rounds.say(f"failover {n}: whole again after {self._history.now - begin:.0f} s")
        self._served(taken)

    def _limit(self, timeout: Timeout) -> float:
        return timeout.scaled(self._lab.scale)

    def _owner_when_whole(self) -> str:
        """The owner, once there is exactly one and the servers hear each other."""
        rounds, owners = self._rounds, list[str]()

        def whole() -> bool:
            seen = rounds.audit(changes_only=True)
            owners[:] = [seen.owner] if seen and seen.owner else []
            return bool(owners) and rounds.links_up()

        rounds.wait(whole, self._limit(WHOLE), "exactly one owner, both servers hearing each other")
        rounds.audit()
        return owners[0]

    def _take_over(self, strike: Strike, struck: str) -> str:
        rounds, other = (
            self._rounds,
            next(server.name for server in self._lab.topology.servers if server.name != struck),
        )

        def taken() -> bool:
            seen = rounds.audit(changes_only=True)
            if seen and struck in seen.answered:  # asking one that does not answer would hold up the next look
                strike.look()
            return seen is not None and seen.owner == other

        limit = self._limit(TAKEOVER) + self._lab.topology.spec.cluster.deadtime
        rounds.wait(taken, limit, f"{other} taking over from {struck}")
        return other

    def _whole_again(self, strike: Strike, struck: str) -> None:
        rounds, limit = self._rounds, self._limit(WHOLE)
        rounds.wait(strike.look, limit, f"{struck} answering with a new boot id")
        rounds.wait(rounds.links_up, limit, f"{struck} back in the cluster")
        seen = rounds.audit()
        if seen is None or seen.owner is None:
            self._owner_when_whole()

    def _served(self, taken: float) -> None:
        """Wait for every pulse; one that never comes is a finding for the checks, not a broken lab."""
        rounds = self._rounds
        pulses = [
            f"{client.name} v{version}"
            for client in self._lab.topology.clients
            for version in self._lab.topology.spec.nfs.versions
        ]

        def answered() -> bool:
            return all(rounds.state.answered.get(pulse, 0.0) > taken for pulse in pulses)

        try:
            rounds.wait(answered, self._limit(SERVICE), "every client's pulse answered again")
        except LabError as error:
            rounds.say(f"failover {self._planned.n}: {error.message}")
