"""A history in, results out."""

import json
from pathlib import Path

from hanfslab.campaign.reader import Reading, read
from hanfslab.checkers import CHECKERS
from hanfslab.checkers.results import Results, Tally
from hanfslab.checkers.runs import runs
from hanfslab.checkers.story import Story, tell
from hanfslab.errors import LabError

COUNTED = ("bonnie", "mlock")


def judge(history: Reading) -> Results:
    """Everything that a history says."""
    story = tell(history.events, history.damage)
    findings = [finding for check in CHECKERS if (finding := check(story)) is not None]
    return Results(findings, list(story.failovers), _tallies(story), story.run, history.damage)


def _tallies(story: Story) -> list[Tally]:
    counted = [(name, runs(story.events, name)) for name in COUNTED]
    return [
        Tally(name, len(found.ok), len(found.fail), len(found.info), found.lines if name == "mlock" else None)
        for name, found in counted
        if found.ok or found.fail or found.info
    ]


def judge_file(path: Path) -> Results:
    """Everything that a `history.jsonl` says; raises UsageError when it cannot be read."""
    return judge(read(path))


def write(results: Results, path: Path) -> None:
    """Write `results.json`, whole or not at all."""
    new = path.with_suffix(".new")
    try:
        new.write_text(json.dumps(results.data(), indent=1) + "\n")
        new.replace(path)
    except OSError as error:
        raise LabError(f"{path}: {error.strerror}") from error
