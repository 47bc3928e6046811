"""The guests' small C programs: compiled on the host, which has the same Debian as the guests."""

from dataclasses import dataclass
from pathlib import Path

from hanfslab.box.program import logged
from hanfslab.errors import LabError
from hanfslab.timeouts import Timeout

COMPILE = Timeout("COMPILE", 60, "a moment for each program; a busy host takes ten times that")
COMPILER = ("gcc", "-O2", "-Wall", "-Wextra", "-Werror")


@dataclass(frozen=True)
class Library:
    """A library of the guests that a program is linked with, and what a host must have for that.

    Args:
        words: for the compiler, after the source; `{src}` is the folder of the sources.
        header: the header of the library.
        package: the Debian package that has header and library.
    """

    words: tuple[str, ...]
    header: Path
    package: str


# A program with nothing but libc is linked statically: it starts with a third of the instructions, and emulated
# guests have to work off each.
LIBC = Library(("-static",), Path("/usr/include/stdio.h"), "libc6-dev")
HEARTBEAT = Library(("-I{src}/heartbeat", "-I/usr/include/heartbeat", "-lhbclient"),
                    Path("/usr/include/heartbeat/hb_api.h"), "libheartbeat2-dev")  # fmt: skip
LIBRARIES = {"hb-status": HEARTBEAT}


def compiled(recipe: Path, work: Path, log: Path) -> list[Path]:
    """Compile a recipe's programs: one for each `src/*.c`.

    Args:
        recipe: the recipe's folder.
        work: where the programs go, in a folder `programs`.
        log: where the compiler's output goes.

    Raises:
        LabError: a source does not compile, or this host lacks the Debian package that it needs.
    """
    folder = work / "programs"
    folder.mkdir()
    return [_compiled(source, folder, log) for source in sorted((recipe / "src").glob("*.c"))]


def command(source: Path, program: Path) -> list[str]:
    """The command line that compiles a program."""
    words = [word.replace("{src}", str(source.parent)) for word in LIBRARIES.get(source.stem, LIBC).words]
    return [*COMPILER, "-o", str(program), str(source), *words]


def _compiled(source: Path, folder: Path, log: Path) -> Path:
    program, library = folder / source.stem, LIBRARIES.get(source.stem, LIBC)
    try:
        logged(command(source, program), log, COMPILE.scaled())
    except LabError:
        if library.header.exists():
            raise
        raise LabError(f"{source.name} does not compile without the Debian package {library.package}",
                       f"apt-get install {library.package}") from None  # fmt: skip
    return program
