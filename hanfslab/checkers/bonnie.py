"""Did every run of Bonnie++ end well?"""

from hanfslab.campaign.event import Event
from hanfslab.checkers.pulses import version_of
from hanfslab.checkers.results import Finding
from hanfslab.checkers.runs import Runs, judged, runs
from hanfslab.checkers.story import Story
from hanfslab.checkers.values import names

NAME = "bonnie"
IN_VAIN = 1800.0  # a run takes one minute, four on a busy host without KVM, and a failover may stall it


def check(story: Story) -> Finding | None:
    """A run that ended with an error fails; the service's absence alone must only delay it."""
    found = runs(story.events, NAME)
    return judged(story, NAME, found, IN_VAIN, _place, _idle(story, found))


def _place(run: Event) -> str:
    return f"{run.node} v{version_of(run)}"


def _idle(story: Story, found: Runs) -> list[str]:
    """Clients that were to run it and never began."""
    asked = names(story.run, "clients") if NAME in names(story.run, "workloads") else []
    busy = {event.node for event in (*found.begun, *found.ok)}
    return [client for client in asked if client not in busy]
