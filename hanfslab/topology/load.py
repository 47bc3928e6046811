"""Read `lab.toml`: every mistake is named with its file, its line and what was expected."""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hanfslab.errors import UsageError
from hanfslab.topology.model import LabFile
from hanfslab.topology.nodes import Topology, topology

FILE = "lab.toml"


def find(start: Path) -> Path:
    """The nearest `lab.toml` at or above a folder.

    Raises:
        UsageError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
    raise UsageError(f"no {FILE} in {start} or above it", "make a lab with: hanfslab init")


def load(path: Path) -> Topology:
    """The topology that a lab file describes.

    Raises:
        UsageError: the file cannot be read, is not TOML, or says something that cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return topology(parse(tomllib.loads(text)))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not TOML: {error}") from error
    except ValidationError as error:
        raise UsageError("\n".join(_explain(path, text, detail) for detail in error.errors())) from error
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", error.hint) from error
    except RecursionError as error:
        raise UsageError(f"{path}: not TOML: nested too deeply") from error
    except ValueError as error:  # such as a number of 5000 digits
        raise UsageError(f"{path}: not TOML: {error}") from error


def parse(data: dict[str, Any]) -> LabFile:
    """The checked model of a lab file's data; pydantic's error says what is wrong."""
    return LabFile.model_validate(data)


def _explain(path: Path, text: str, detail: ErrorDetails) -> str:
    keys = [str(key) for key in detail["loc"] if isinstance(key, str)]
    return f"{path}:{line_of(text, keys)}: {'.'.join(keys) or FILE}: {_reason(keys, detail)}"


def _reason(keys: list[str], detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return _unknown_key(keys)
    message = detail["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if pattern := _described(keys):
        message = f"should be {pattern}" if detail["type"] == "string_pattern_mismatch" else message
    near = _nearest(detail)
    given = "" if isinstance(detail["input"], dict) else f", not {detail['input']!r}"
    return message + given + (f"; did you mean '{near}'?" if near else "")


def _nearest(detail: ErrorDetails) -> str:
    """The nearest of the values that were allowed."""
    allowed = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
    return next(iter(difflib.get_close_matches(str(detail["input"]), allowed, 1)), "")


def _section(keys: list[str]) -> type[BaseModel]:
    model: type[BaseModel] = LabFile
    for key in keys:
        annotation = model.model_fields[key].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return model


def _described(keys: list[str]) -> str:
    field = _section(keys[:-1]).model_fields.get(keys[-1]) if keys else None
    return (field.description or "") if field else ""


def _unknown_key(keys: list[str]) -> str:
    known = list(_section(keys[:-1]).model_fields)
    near = difflib.get_close_matches(keys[-1], known, 1)
    return "no such key; " + (f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(known)}")


def line_of(text: str, keys: list[str]) -> int:
    """The line of a lab file on which a key stands, or else its table, or else the first.

    tomllib keeps no positions; tables and keys at the start of a line are all that a lab file has.
    """
    table: list[str] = []
    best = (0, 1)
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            found = table = header[1].replace('"', "").strip().split(".")
        elif key := re.match(r"""\s*["']?([\w.-]+)["']?\s*=""", line):
            found = table + key[1].split(".")
        else:
            continue
        if found == keys[: len(found)]:
            best = max(best, (len(found), -number), key=lambda pair: pair[0])
    return abs(best[1])
