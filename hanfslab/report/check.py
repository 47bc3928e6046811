"""A finished run judged again."""

from pathlib import Path

from hanfslab.campaign.folder import RESULTS, find
from hanfslab.checkers.judge import judge_file, write
from hanfslab.checkers.results import Results
from hanfslab.errors import UsageError
from hanfslab.topology.load import find as find_lab


def check(given: str, place: Path) -> tuple[Results, Path]:
    """The results of a run and its folder; writes `results.json` there.

    Args:
        given: a run's folder, a history, or a name in the lab's `runs/`.
        place: where the person is.

    Raises:
        UsageError: there is no such run.
        LabError: the results cannot be written.
    """
    history = find(given, _lab_folder(place))
    results = judge_file(history)
    write(results, history.parent / RESULTS)
    return results, history.parent


def _lab_folder(place: Path) -> Path | None:
    try:
        return find_lab(place.resolve()).parent
    except UsageError:  # a history can be judged far from any lab
        return None
