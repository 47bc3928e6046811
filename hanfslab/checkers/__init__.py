"""Questions to a history: one a file, each a pure function."""

from collections.abc import Callable

from hanfslab.checkers import bonnie, faults, lab, mlock, owner, service
from hanfslab.checkers.results import Finding
from hanfslab.checkers.story import Story

Checker = Callable[[Story], Finding | None]  # None: the history has nothing to do with the question

CHECKERS: tuple[Checker, ...] = (lab.check, faults.check, owner.check, service.check, bonnie.check, mlock.check)
