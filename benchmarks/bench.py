"""A run of benchmarks: where its labs and logs are, and measuring one figure after the other."""

import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.commands import Ran, run
from benchmarks.figure import Figure, Series
from benchmarks.labs import Lab, Labs
from benchmarks.machine import CLONE, Machine, commit, load, today
from benchmarks.results import Result
from hanfslab.box import store
from hanfslab.errors import HanfslabError, UsageError
from hanfslab.host.accelerator import accelerator
from hanfslab.host.paths import cache_folder
from hanfslab.lock import hold
from hanfslab.timeouts import Timeout

KEPT = Path(__file__).parent / "logs"  # what each figure's commands said, until it is measured again


@dataclass
class Bench:
    """What a figure measures with.

    Args:
        folder: for whatever figures make, below their names.
        labs: the labs of this run.
        figure: the name of the one that is measured.
    """

    folder: Path
    labs: Labs
    figure: str = ""

    @property
    def scale(self) -> float:
        """How many times slower than KVM this machine is; found out once there is a kernel to try."""
        return accelerator().scale

    @property
    def log(self) -> Path:
        """Where all that is said while this figure is measured goes."""
        return KEPT / f"{self.figure}.log"

    def tell(self, text: str) -> None:
        """Say how it goes."""
        tell(f"{self.figure}: {text}" if self.figure else text)

    def lab(self, clients: int = 2) -> Lab:
        """The lab of two servers and so many clients, whatever state it is in; the box is built first if need be."""
        store.ensure(self.tell)
        return self.labs.get(clients, self.log, self.scale)

    def runs(self, *argv: str | Path, limit: Timeout, cwd: Path = CLONE, code: int | None = 0,
             env: Mapping[str, str] | None = None) -> Ran:  # fmt: skip
        """Run a program in the clone's folder, or another."""
        return run(argv, cwd=cwd, seconds=limit.scaled(self.scale), log=self.log, env=env, code=code)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder that is gone afterwards."""
        folder = self.folder / self.figure
        shutil.rmtree(folder, ignore_errors=True)  # what a killed run left
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def tell(text: str) -> None:
    """Say on standard error how it goes."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


@contextmanager
def benches() -> Iterator[Bench]:
    """What figures are measured with; no lab is left afterwards, whatever ended it.

    Raises:
        UsageError: another process measures on this machine.
    """
    folder = cache_folder() / "bench"
    with hold(folder / "lock", lambda holder: UsageError(f"process {holder} is measuring here", "wait for it")):
        labs = Labs(folder, tell)
        try:
            yield Bench(folder, labs)
        finally:
            labs.destroy()


def measure(bench: Bench, figure: Figure, repeat: int) -> Result:
    """Measure a figure; one that cannot be measured is a result too, with the reason, and its logs are kept."""
    bench.figure = figure.name
    bench.log.unlink(missing_ok=True)
    bench.log.parent.mkdir(exist_ok=True)
    shutil.rmtree(KEPT / figure.name, ignore_errors=True)
    before, error, series = load(), "", list[Series]()
    bench.tell(f"{figure.what}, {repeat} times")
    try:
        series = figure.measure(bench, repeat)
        bench.labs.rest()
    except (HanfslabError, OSError) as broken:
        error = str(broken)
        _look_back(bench, error)
    return Result(figure=figure.name, series=[] if error else series, error=error, load=before, date=today(),
                  hanfslab=commit(), machine=Machine.here(accelerator().kind))  # fmt: skip


def _look_back(bench: Bench, error: str) -> None:
    """Keep what there is to be read, then begin the next figure with new labs."""
    bench.tell(f"not measured: {error}")
    into = KEPT / bench.figure
    bench.labs.keep_logs(into)
    bench.labs.destroy()
    bench.tell(f"all that was said is in {bench.log}; nodes' logs, if any, in {into}")
