"""A run's folder: what was asked, the history, the results and everything that was seen."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from hanfslab.errors import LabError, UsageError
from hanfslab.lock import hold

HISTORY = "history.jsonl"
RESULTS = "results.json"
LATEST = "latest"


class RunFolder:
    """The folder of one run, `runs/<lab>-<UTC time>/`.

    Args:
        path: where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.history = path / HISTORY
        self.results = path / RESULTS
        self.workloads = path / "workloads"

    def node(self, name: str) -> Path:
        """The folder of a node's logs."""
        return self.path / "nodes" / name


def create(lab_folder: Path, lab: str, wall: float) -> RunFolder:
    """Make a new run's folder and let `runs/latest` link to it.

    Raises:
        LabError: it cannot be made.
    """
    runs = lab_folder / "runs"
    name = f"{lab}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(wall))}"
    try:
        for n in range(1, 100):
            path = runs / (name if n == 1 else f"{name}-{n}")
            if not path.exists():
                break
        path.mkdir(parents=True)
        _link(runs, path.name)
    except OSError as error:
        raise LabError(f"{runs}: {error.strerror}", "a campaign writes what it sees there") from error
    return RunFolder(path)


def _link(runs: Path, name: str) -> None:
    new = runs / f".{LATEST}.{os.getpid()}"
    new.unlink(missing_ok=True)
    new.symlink_to(name)
    new.replace(runs / LATEST)


def write_run(folder: RunFolder, facts: Mapping[str, Any]) -> None:
    """Write `run.toml`: keys with texts, numbers and lists, and tables of such."""
    plain = [f"{key} = {json.dumps(value)}" for key, value in facts.items() if not isinstance(value, Mapping)]
    tables = [
        f"\n[{key}]\n" + "\n".join(f"{name} = {json.dumps(item)}" for name, item in value.items())
        for key, value in facts.items()
        if isinstance(value, Mapping)
    ]
    try:
        # JSON's texts, numbers and lists are TOML's, but for this one character
        (folder.path / "run.toml").write_text("\n".join(plain + tables).replace("\x7f", "\\u007f") + "\n")
    except OSError as error:
        raise LabError(f"{folder.path}: {error.strerror}") from error


def alone(lab_folder: Path) -> AbstractContextManager[None]:
    """Hold the lab for one campaign.

    Raises:
        UsageError: a campaign is running on it.
    """
    return hold(
        lab_folder / ".hanfslab" / "campaign.lock",
        lambda holder: UsageError(
            f"a campaign is running on the lab in {lab_folder} (process {holder})",
            "wait for it, or press Ctrl-C there",
        ),
    )


def find(given: str, lab_folder: Path | None) -> Path:
    """The history that a person means: a run's folder, a `history.jsonl`, or a name in `runs/` such as `latest`.

    Raises:
        UsageError: there is none.
    """
    places = [Path(given)] + ([lab_folder / "runs" / given] if lab_folder else [])
    for place in places:
        if place.is_file():
            return place.resolve()
        if (place / HISTORY).is_file():
            return (place / HISTORY).resolve()
    tried = " nor ".join(str(place) for place in places)
    raise UsageError(
        f"no run: neither {tried} is a run's folder or a history"
        if len(places) > 1
        else f"no run: {tried} is no run's folder and no history",
        "make one with: hanfslab campaign",
    )
