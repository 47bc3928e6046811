"""Had exactly one server the service, after every takeover?"""

from collections.abc import Sequence
from typing import Any

from hanfslab.campaign.event import Event
from hanfslab.checkers.results import Finding
from hanfslab.checkers.story import Story, owner
from hanfslab.checkers.values import names

NAME = "owner"


def check(story: Story) -> Finding | None:
    """Two servers with the disk mounted fail at any time; nobody owning it fails once somebody had taken over."""
    if not story.audits:
        return Finding(NAME, "unknown", "nobody looked who owns the service") if story.failovers or story.run else None
    both = [audit for audit in story.audits if len(names(audit.value, "mount")) > 1]
    if both:
        who = " and ".join(names(both[0].value, "mount"))
        return Finding(NAME, "fail", f"{who} both had the disk mounted at {both[0].time:.1f} s", _evidence(both))
    bad = [audit for period in _settled(story) for audit in _wrong(period)]
    if bad:
        return Finding(NAME, "fail", f"not exactly one owner at {bad[0].time:.1f} s: {_who(bad[0])}", _evidence(bad))
    missing = [failover for failover in story.failovers if failover.to is None]
    if missing:
        return Finding(NAME, "unknown", f"no takeover was seen after fault {', '.join(str(one.n) for one in missing)}")
    return Finding(NAME, "pass", f"exactly one owner in every audit after {len(story.failovers)} takeovers")


def _settled(story: Story) -> list[list[Event]]:
    """Audits while exactly one owner is due: before the first fault, and from each takeover to the next fault."""
    bounds = [(0.0, story.failovers[0].time if story.failovers else float("inf"))]
    bounds += [
        (failover.time + failover.taken, _next(story, i))
        for i, failover in enumerate(story.failovers)
        if failover.taken is not None
    ]
    return [[audit for audit in story.audits if begin <= audit.time < end] for begin, end in bounds]


def _next(story: Story, i: int) -> float:
    return story.failovers[i + 1].time if i + 1 < len(story.failovers) else float("inf")


def _wrong(period: Sequence[Event]) -> list[Event]:
    """The audits that do not show exactly one owner; one in which the last owner did not answer shows nothing."""
    last = next((found for audit in period if (found := owner(audit))), None)
    wrong = []
    for audit in period:
        found = owner(audit)
        silent = "answered" in audit.value and last not in names(audit.value, "answered")
        if found is None and not silent:
            wrong.append(audit)
        last = found or last
    return wrong


def _who(audit: Event) -> str:
    return ", ".join(
        f"{key}: {' and '.join(names(audit.value, key)) or 'nobody'}" for key in ("address", "mount", "nfsd")
    )


def _evidence(audits: Sequence[Event]) -> list[dict[str, Any]]:
    return [{"time": audit.time, **audit.value} for audit in audits[:10]]
