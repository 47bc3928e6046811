"""`python -m benchmarks` measures figures beside their limits and peers; see `docs/benchmarks.md`."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from benchmarks.bench import benches, measure, tell
from benchmarks.document import at_most, lines, page
from benchmarks.figure import Figure
from benchmarks.machine import CLONE
from benchmarks.registry import FIGURES, chosen
from benchmarks.results import Result, merged, read, write
from hanfslab.errors import HanfslabError

PAGE = CLONE / "docs" / "benchmarks.md"
INTERRUPTED = 130
MOST_REPEATS = 1000


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Measure figures beside their limits and peers; results go to docs/benchmarks.md.",
        epilog="exit code: 0 every figure is within its limit, 1 one is not or was not measured, 2 wrong usage",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a figure; all when none is named")
    parser.add_argument("--repeat", type=_repeat, metavar="N", help="measure each so often instead of its own number")
    parser.add_argument("--list", action="store_true", help="list the figures and their limits")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None, file: Path = PAGE) -> int:
    """Measure; returns the exit code."""
    asked = arguments(words)
    try:
        figures = chosen(asked.names)
        if asked.list:
            print("\n".join(listed(figures)))
            return 0
        signal.signal(signal.SIGTERM, _interrupt)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, _interrupt)
        return _measured(figures, asked, file)
    except KeyboardInterrupt:
        tell("interrupted")
        return INTERRUPTED
    except HanfslabError as error:
        tell(error.message + (f"\n  {error.hint}" if error.hint else ""))
        return error.exit_code


def listed(figures: Sequence[Figure]) -> list[str]:
    """A line for each figure."""
    return [
        f"{one.name:10} {one.what}{f', against {one.against}' if one.against else ''}: at most {at_most(one.limit)}"
        for one in figures
    ]


def _measured(figures: list[Figure], asked: argparse.Namespace, file: Path) -> int:
    results: list[Result] = []
    with benches() as bench:
        for figure in figures:
            results.append(measure(bench, figure, asked.repeat or figure.repeat))
            for line in lines(figure, results[-1]):
                print(line, file=sys.stderr if asked.json else sys.stdout, flush=True)
            _keep(file, results)
    if asked.json:
        print(json.dumps([result.model_dump() for result in results], indent=1))
    return 0 if all(result.keeps(figure) for figure, result in zip(figures, results, strict=True)) else 1


def _keep(file: Path, results: list[Result]) -> None:
    """After each figure: what was measured stays when a later one is interrupted."""
    data = file.with_suffix(".json")
    known = merged(read(data), results, [figure.name for figure in FIGURES])
    write(data, known)
    file.write_text(page(list(FIGURES), known))


def _repeat(text: str) -> int:
    number = int(text)
    if not 0 < number <= MOST_REPEATS:
        raise argparse.ArgumentTypeError(f"'{text}': from 1 to {MOST_REPEATS}")
    return number


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
