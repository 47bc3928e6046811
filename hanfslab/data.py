"""Where the templates and box recipes are: inside an installed wheel, or beside the package in a clone."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def data(*parts: str) -> Path:
    """The path of a data file or folder, such as `data("templates")`."""
    inside = PACKAGE / "_data"
    return (inside if inside.is_dir() else PACKAGE.parent).joinpath(*parts)
