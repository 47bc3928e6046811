"""What events say, whatever somebody wrote there."""

from collections.abc import Mapping
from typing import Any


def number(data: Mapping[str, Any], key: str, default: int = 0) -> int:
    """A whole number; the default when there is none."""
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def names(data: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts; empty when there is none."""
    value = data.get(key)
    return [str(name) for name in value] if isinstance(value, list) else []
