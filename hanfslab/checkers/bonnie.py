"""Did every run of Bonnie++ end well?"""

from hanfslab.checkers.results import Finding
from hanfslab.checkers.runs import judged, runs
from hanfslab.checkers.story import Story

NAME = "bonnie"
IN_VAIN = 1800.0  # a run takes one minute, four on a busy host without KVM, and a failover may stall it


def check(story: Story) -> Finding | None:
    """A run that ended with an error fails; the service's absence alone must only delay it."""
    return judged(story, NAME, runs(story.events, NAME), IN_VAIN)
