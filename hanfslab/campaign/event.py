"""One line of a run's history."""

import json
from dataclasses import dataclass, field
from typing import Any

LONGEST = 1e9  # seconds; no run takes 30 years
TYPES = ("invoke", "ok", "fail", "info")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody was about to do, or how it ended.

    Attributes:
        time: seconds since the run began, on the host's clock.
        process: who; never the same again after an `info`.
        type: `invoke` (is about to), `ok` (happened), `fail` (certainly did not), `info` (nobody knows).
        f: what.
        value: with what.
        error: why not.
    """

    time: float
    process: str
    type: str
    f: str
    value: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """The event as a line of the history; ASCII, so that characters are bytes."""
        data: dict[str, Any] = {"time": round(self.time, 6), "process": self.process, "type": self.type, "f": self.f}
        if self.value:
            data["value"] = self.value
        if self.error:
            data["error"] = self.error
        return json.dumps(data) + "\n"

    @property
    def node(self) -> str:
        """The guest of a client's process; empty for the others."""
        return self.process.partition("/")[0] if "/" in self.process else ""

    @property
    def workload(self) -> str:
        """The workload of a client's process, such as `pulse`; empty for the others."""
        return self.process.partition("/")[2].rpartition("-")[0]


def parse(line: str) -> Event:
    """The event of a line; fields that it does not know are ignored.

    Raises:
        ValueError: the line is no event.
    """
    data = json.loads(line)
    if not isinstance(data, dict):
        raise ValueError("not an object")
    time, who, kind, f = (data.get(key) for key in ("time", "process", "type", "f"))
    if isinstance(time, bool) or not isinstance(time, int | float) or not abs(time) < LONGEST:
        raise ValueError("no time")
    if not isinstance(who, str) or not isinstance(f, str):
        raise ValueError("no process or f")
    if not isinstance(kind, str) or kind not in TYPES:
        raise ValueError(f"type is none of {', '.join(TYPES)}")
    return Event(float(time), who, kind, f, _object(data.get("value")), _object(data.get("error")))


def _object(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}
