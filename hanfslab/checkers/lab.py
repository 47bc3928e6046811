"""Did the lab hold, and is the history whole?"""

from hanfslab.checkers.results import Finding
from hanfslab.checkers.story import Story

NAME = "lab"


def check(story: Story) -> Finding | None:
    """A run that broke is `broken`; one without an end, or a history that cannot be read to its end, is `unknown`."""
    if story.damage:
        return Finding(NAME, "unknown", f"the history is damaged: {story.damage}")
    if not story.run:
        return None
    if story.end is None:
        return Finding(NAME, "unknown", "the history has no end: the run was killed, or it still runs")
    value = story.end.value
    if "broken" in value:
        return Finding(NAME, "broken", str(value["broken"]), [{"time": story.end.time, **value}])
    if story.end.type != "ok":
        return Finding(NAME, "unknown", f"the run was stopped: {value.get('stopped', 'nobody knows why')}")
    lost = sorted(
        {str(event.value.get("node")) for event in story.events if event.process == "cluster" and event.f == "collect"}
    )
    if lost:
        return Finding(NAME, "unknown", f"the last records of {', '.join(lost)} could not be collected")
    return Finding(NAME, "pass", "the lab was whole all along" + (", ended early by Ctrl-C" if story.early else ""))
