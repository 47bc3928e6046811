"""A campaign for a person: what it will do, its progress, its summary."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from hanfslab.campaign.interrupt import Interrupt
from hanfslab.campaign.plan import Asked, plan
from hanfslab.campaign.run import CampaignLab, run
from hanfslab.campaign.versions import versions
from hanfslab.checkers.results import Results
from hanfslab.lab.lab import open_lab
from hanfslab.lab.up import fresh
from hanfslab.report.guests import Progress
from hanfslab.report.progress import progress
from hanfslab.report.summary import summarize
from hanfslab.topology.load import find, load


def campaign(place: Path, asked: Asked, note: Callable[[str], None], *, quiet: bool = False) -> Results:
    """Run a campaign on the lab of a folder, showing what happens on standard error and its summary on standard output.

    Args:
        place: a folder in the lab's.
        asked: what to do.
        note: tells the person.
        quiet: no summary.
    """
    file = find(place.resolve())
    plan(asked, load(file).spec.cluster)  # what cannot be is said before libvirt is asked for anything
    lab = open_lab(file.parent)
    with lab.place.changing():
        if not asked.as_is:
            note("the lab begins clean, so that no run sees what another one left")
            with Progress([node.name for node in lab.topology.nodes]) as shown:
                fresh(lab, shown.tell)
        return on_lab(lab, asked, note, quiet=quiet)


def on_lab(lab: CampaignLab, asked: Asked, note: Callable[[str], None], *, quiet: bool = False) -> Results:
    """Run a campaign on an open lab."""
    planned = plan(asked, lab.topology.spec.cluster)
    note(planned.words())
    interrupt = Interrupt(note)
    with interrupt.caught(), progress(Console(stderr=True)) as watcher:
        folder, results = run(lab, planned, versions(), watcher, interrupt=interrupt)
    if not quiet:
        summarize(results, folder.path, Console())
    return results
