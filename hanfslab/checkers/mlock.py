"""Did every run of mlock find locks as they should be?"""

from dataclasses import replace

from hanfslab.campaign.event import Event
from hanfslab.checkers.pulses import version_of
from hanfslab.checkers.results import Finding
from hanfslab.checkers.runs import Runs, judged, runs
from hanfslab.checkers.story import Story
from hanfslab.checkers.values import names

NAME = "mlock"
IN_VAIN = 900.0  # a run takes 13 s, a minute on a busy host without KVM, and failovers may stall it
NEAR = 30.0  # seconds between the death of one and its peer's remark


def check(story: Story) -> Finding | None:
    """A lock that was refused, or free when it was held, fails; a broken socket between the two programs does not."""
    found = _without_consequences(runs(story.events, NAME))
    asked = names(story.run, "versions") if NAME in names(story.run, "workloads") else []
    finding = judged(story, NAME, found, IN_VAIN, _place, [f"v{version}" for version in asked])
    if finding and finding.verdict == "pass":
        lines = runs(story.events, NAME).lines
        return Finding(NAME, "pass", f"{finding.summary}, {lines} lines PASSED")
    return finding


def _place(run: Event) -> str:
    return f"v{version_of(run)}"


def _without_consequences(found: Runs) -> Runs:
    """When mlock is killed its locks are free, and its peer calls that a failure: it is none of NFS."""
    killed = [event for event in found.info if event.error.get("name") == "KILLED"]
    excused = [event for event in found.fail if any(_excuses(death, event) for death in killed)]
    return replace(found, fail=[event for event in found.fail if event not in excused], info=found.info + excused)


def _excuses(death: Event, failure: Event) -> bool:
    pair = death.value.get("version") == failure.value.get("version") and death.value.get("role") != failure.value.get(
        "role"
    )
    return pair and failure.error.get("name") == "NOT_REFUSED" and abs(failure.time - death.time) < NEAR
