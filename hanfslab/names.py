"""Looking a thing up by the name that a user typed."""

import difflib
from collections.abc import Mapping
from typing import TypeVar

from hanfslab.errors import UsageError

T = TypeVar("T")


def named(kind: str, name: str, things: Mapping[str, T]) -> T:
    """The thing of a name.

    Raises:
        UsageError: there is none; names the nearest.
    """
    if name not in things:
        near = difflib.get_close_matches(name, things, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(things)}"
        raise UsageError(f"no {kind} '{name}'", hint)
    return things[name]
