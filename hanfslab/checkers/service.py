"""Was every client served again after every failover, without an error?"""

from collections.abc import Sequence
from typing import Any

from hanfslab.campaign.event import Event
from hanfslab.checkers.results import Failover, Finding, Service
from hanfslab.checkers.story import Story

NAME = "service"
# TCP's tries after a loss come at about 51 and 102 s, then a grace period: who waits longer than this waits in vain.
IN_VAIN = 180.0
OWN = ("STOPPED",)  # errors that the campaign itself made


def check(story: Story) -> Finding | None:
    """A pulse that met an error or waits in vain fails; one of which nothing was seen is `unknown`."""
    errors = [event for event in story.events if event.workload == "pulse" and _is_error(event)]
    if errors:
        first = errors[0]
        evidence = [{"time": event.time, "process": event.process, "f": event.f, **event.error} for event in errors]
        name = first.error.get("name", "an error")
        summary = f"{first.node}: {first.f} over NFS ended with {name} at {first.time:.1f} s"
        return Finding(NAME, "fail", summary, evidence[:10])
    if not story.failovers:
        return Finding(NAME, "unknown", "no failover to be seen") if story.run else None
    gone = [
        (failover, seen)
        for failover in story.failovers
        for seen in failover.clients
        if seen.gap is None and seen.hung is not None and seen.hung >= IN_VAIN
    ]
    if gone:
        return Finding(NAME, "fail", f"not served again after failover {_names(gone)}", _evidence(gone))
    unseen = [(failover, seen) for failover in story.failovers for seen in failover.clients if seen.gap is None]
    if unseen or not all(failover.clients for failover in story.failovers):
        return Finding(
            NAME,
            "unknown",
            f"not seen whether the service came back after failover {_names(unseen)}"
            if unseen
            else "no pulse was seen",
            _evidence(unseen),
        )
    longest = max(seen.gap or 0.0 for failover in story.failovers for seen in failover.clients)
    return Finding(NAME, "pass", f"every client was served again after every failover; at most {longest:.0f} s without")


def _is_error(event: Event) -> bool:
    return event.type in ("fail", "info") and event.error.get("name") not in OWN


def _names(found: Sequence[tuple[Failover, Service]]) -> str:
    return ", ".join(f"{failover.n} ({seen.client} over NFS {seen.version})" for failover, seen in found)


def _evidence(found: Sequence[tuple[Failover, Service]]) -> list[dict[str, Any]]:
    return [
        {"n": failover.n, "client": seen.client, "version": seen.version, "waited": seen.hung}
        for failover, seen in found
    ]
