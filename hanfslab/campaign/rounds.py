"""What a campaign does all along: collect, audit, measure clocks and look on, while it waits for something."""

from collections.abc import Callable

from hanfslab.campaign.clock import Clock
from hanfslab.campaign.history import History
from hanfslab.campaign.interrupt import Interrupt
from hanfslab.campaign.timeline import Timeline
from hanfslab.campaign.watch import State, Watcher
from hanfslab.errors import HanfslabError, LabError
from hanfslab.lab.control import GONE, Audit, Control
from hanfslab.timeouts import Deadline
from hanfslab.workloads.work import Work

TICK = 1.0
POLL = 10.0  # seconds between two collections: each is a command in every client
AUDIT = 20.0  # seconds between two audits while nothing is expected to change
CLOCK = 120.0  # seconds between two measurements of a guest's clock: drift stays below its error


class DoubleMountError(HanfslabError):
    """Both servers have the disk mounted: nothing after this is worth anything."""


class Rounds:
    """The campaign's rounds.

    Args:
        lab: the running lab.
        history: gets audits and clock measurements.
        work: the workloads.
        timeline: of the guests' clocks.
        clock: the host's, or a test's.
        interrupt: Ctrl-C.
        watcher: who looks on.
        state: how the campaign stands.
    """

    def __init__(
        self,
        lab: Control,
        history: History,
        work: Work,
        timeline: Timeline,
        clock: Clock,
        interrupt: Interrupt,
        watcher: Watcher,
        state: State,
    ) -> None:
        self.lab, self.history, self.work, self.state = lab, history, work, state
        self._timeline, self._clock, self._interrupt, self._watcher = timeline, clock, interrupt, watcher
        self._due = {"poll": 0.0, "audit": 0.0, "clock": 0.0}
        self._last: Audit | None = None

    def say(self, text: str) -> None:
        """Tell who looks on."""
        self._watcher.say(self.history.now, text)

    def measure_clocks(self, *, all_needed: bool = False) -> None:
        """Measure each client's clock; one that does not answer keeps its last measurement, unless all are needed."""
        for client in self.lab.topology.clients:
            try:
                self._timeline.measure(self.lab, client.name)
            except LabError:
                if all_needed:
                    raise
        self._due["clock"] = self._clock.monotonic() + CLOCK

    def audit(self, *, changes_only: bool = False) -> Audit | None:
        """Who owns what, recorded; None when it could not be found out.

        Raises:
            DoubleMountError: both servers have the disk mounted, and a second look says so too. The servers are asked
                at once, but a disk that changes hands between their two answers looks so.
        """
        try:
            seen = self.lab.audit()
            if len(seen.mount) > 1:
                seen = self.lab.audit()
        except LabError:
            return None
        self._due["audit"] = self._clock.monotonic() + AUDIT
        if not (changes_only and seen == self._last):
            self._record(seen)
        self._last, self.state.owner = seen, seen.owner
        if len(seen.mount) > 1:
            raise DoubleMountError(f"{' and '.join(seen.mount)} both have the disk mounted")
        return seen

    def links_up(self) -> bool:
        """Whether the servers are known to hear each other."""
        try:
            return self.lab.links_up()
        except LabError:
            return False

    def _record(self, seen: Audit) -> None:
        self.history.add(
            "audit",
            "ok",
            "owner",
            {
                "address": list(seen.address),
                "mount": list(seen.mount),
                "nfsd": list(seen.nfsd),
                "answered": list(seen.answered),
            },
        )

    def round(self, *, quiet: bool = True) -> None:
        """One round of about a second.

        Args:
            quiet: nothing is expected to change, so that an audit and a clock's measurement now and then are enough
                and do not disturb.
        """
        self._interrupt.check()
        self._all_run()
        now = self._clock.monotonic()
        if now >= self._due["poll"]:
            self.work.poll()
            self._due["poll"] = self._clock.monotonic() + POLL
        if quiet and now >= self._due["audit"]:
            self.audit()
        if quiet and now >= self._due["clock"]:
            self.measure_clocks()
        self.state.time = self.history.now
        self._watcher.show(self.state)
        self._clock.sleep(TICK)

    def _all_run(self) -> None:
        """No fault of a campaign takes a guest's power for good, so that one without it was killed from outside."""
        states = self.lab.states()
        if gone := [f"{name} is {states[name]}" for name in states if states[name] in GONE]:
            raise LabError(f"{', '.join(gone)}: not by this campaign", "start it again with: hanfslab up")

    def until(self, time: float) -> None:
        """Go on until a time of the run, or until Ctrl-C."""
        while self.history.now < time and not self._interrupt.asked_to_end:
            self.round()

    def wait(self, check: Callable[[], bool], seconds: float, what: str) -> None:
        """Go on until something is the case.

        Raises:
            LabError: it was not within some seconds.
        """
        self.state.doing = what
        deadline = Deadline(seconds, self._clock.monotonic)
        while not check():
            if deadline.is_due:
                raise LabError(f"{what}: not within {seconds:.0f} s")
            self.round(quiet=False)
