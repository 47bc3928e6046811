"""Jinja2 over the templates, with filters that make any text a literal of the language it lands in."""

from __future__ import annotations

import json
import shlex
from functools import cache
from typing import TYPE_CHECKING, Any

from hanfslab.data import data

if TYPE_CHECKING:
    import jinja2


def ruby_literal(value: str | int | bool) -> str:
    """A Ruby literal of a value: JSON's string syntax is Ruby's, but for the `#` of an interpolation."""
    if isinstance(value, bool | int):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False).replace("#", "\\#")


@cache
def environment() -> jinja2.Environment:
    """The one Jinja2 environment; a name that a template uses and nobody gave is an error."""
    import jinja2  # a lab that starts warm renders nothing

    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data()),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(["xml.j2"], default=False, default_for_string=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters["rb"] = ruby_literal
    env.filters["sh"] = shlex.quote
    return env


def fill(template: str, **values: Any) -> str:
    """The text of a template, by its path below the data folder."""
    return environment().get_template(template).render(**values)
