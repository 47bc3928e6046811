"""Doing the same to every guest at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def together(do: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """Do something to all of them at once; the first error is raised when all have ended."""
    with ThreadPoolExecutor(max(1, len(things))) as pool:
        return list(pool.map(do, things))
