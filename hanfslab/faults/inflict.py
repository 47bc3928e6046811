"""Strike a node and get to know that it happened; for a campaign, and for a failover by hand."""

from hanfslab.campaign.history import Recorder
from hanfslab.errors import HanfslabError, LabError
from hanfslab.faults import Fault
from hanfslab.lab.control import Control


class Strike:
    """One fault on its way from `invoke` to `ok`.

    Args:
        lab: the running lab.
        fault: what to do.
        node: to whom.
        recorder: gets the events of process `fault`.
        n: the number of the fault in the run.
    """

    def __init__(self, lab: Control, fault: Fault, node: str, recorder: Recorder, n: int) -> None:
        self._lab, self._fault, self._node, self._recorder = lab, fault, node, recorder
        self._value = {"node": node, "n": n}
        self._before: str | None = None
        self.known = False

    def begin(self) -> None:
        """Strike.

        Raises:
            LabError: the node does not answer beforehand, so that nothing could prove it; or it could not be struck.
        """
        self._before = self._lab.boot_id(self._node)
        if self._before is None:
            raise LabError(
                f"{self._node} does not answer, so a fault on it could not be proved",
                f"look at it with: hanfslab logs {self._node}",
            )
        self._record("invoke")
        try:
            self._fault.strike(self._lab, self._node)
        except HanfslabError as error:
            self._record("info", {"name": "NOT_STRUCK", "text": error.message})
            raise

    def look(self) -> bool:
        """Whether it is known to have happened; records the `ok` when it first is."""
        if not self.known and self._fault.happened(self._lab, self._node, self._before):
            self.known = True
            self._record("ok")
        return self.known

    def give_up(self) -> None:
        """Record that nobody knows whether it happened, if it is not known by now."""
        if not self.known:
            self._record("info", {"name": "NOT_SEEN", "text": f"{self._node} never answered with a new boot id"})

    def _record(self, kind: str, error: dict[str, str] | None = None) -> None:
        self._recorder.add("fault", kind, self._fault.name, dict(self._value), error)
