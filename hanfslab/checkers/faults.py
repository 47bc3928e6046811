"""Is every planned fault known to have happened?"""

from hanfslab.checkers.results import Finding
from hanfslab.checkers.story import Story
from hanfslab.checkers.values import number

NAME = "faults"


def check(story: Story) -> Finding | None:
    """A fault that nobody can prove makes the run `unknown`: what follows from it was perhaps never tested."""
    planned, made = number(story.run, "faults"), story.failovers
    unproved = [failover for failover in made if not failover.known]
    if unproved:
        names = ", ".join(f"{failover.n} ({failover.fault} of {failover.node})" for failover in unproved)
        return Finding(
            NAME,
            "unknown",
            f"not known to have happened: fault {names}",
            [{"n": failover.n, "time": failover.time} for failover in unproved],
        )
    if not made:
        return Finding(NAME, "unknown", "no fault was made") if planned else None
    if planned > len(made) and not story.early:
        return Finding(NAME, "unknown", f"{len(made)} of {planned} planned faults were made")
    early = f" of {planned} planned" if planned > len(made) else ""
    return Finding(
        NAME,
        "pass",
        f"all {len(made)}{early} faults happened"
        if not early
        else f"{len(made)}{early} faults were made, all of them happened",
    )
