"""The labs of benchmarks: made when a figure asks for one, driven by the commands that a user types."""

import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.commands import Ran, run
from benchmarks.limits import COMMAND, DESTROY, UP, WARM_UP
from hanfslab.errors import HanfslabError, LabError
from hanfslab.timeouts import Timeout
from hanfslab.topology.load import load
from hanfslab.topology.nodes import Topology

HANFSLAB = Path(sys.executable).with_name("hanfslab")
WARM = "restores the snapshot clean"  # what `up` says on its progress lines
NOT_WARM = "no warm start"
WHOLE = "whole; saves the snapshot clean"
# The words of a shell that take the power of each guest that it is given away, and name those that still run.
OFF = 'for guest; do virsh -q destroy "$guest" >/dev/null 2>&1; done; virsh -q list --name'
LOG_LINES = "2000"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Lab:
    """A lab in a folder of its own.

    Args:
        folder: with its `lab.toml`.
        log: where all that its commands say goes.
        scale: how many times slower than KVM this host is.
    """

    folder: Path
    log: Path
    scale: float

    @property
    def topology(self) -> Topology:
        """Its guests and what they are called."""
        return load(self.folder / "lab.toml")

    def types(self, *words: str, limit: Timeout = COMMAND, code: int | None = 0,
              env: Mapping[str, str] | None = None) -> Ran:  # fmt: skip
        """Type a hanfslab command in its folder and wait for its end."""
        return run([HANFSLAB, *words], cwd=self.folder, seconds=limit.scaled(self.scale), log=self.log, env=env,
                   code=code)  # fmt: skip

    def reads(self, *words: str) -> Any:
        """What a command prints with --json."""
        return json.loads(self.types(*words, "--json").out)

    def prepare(self) -> None:
        """Have its clean snapshot and no guest that runs."""
        if not any(saved["name"] == "clean" and saved["usable"] for saved in self.reads("snapshot", "list")):
            self.destroy()
            first = self.types("up", limit=UP)
            if first.when(WHOLE) is None or "the next start will be cold" in first.said:
                raise LabError("the first `up` saved no snapshot", f"all that it said is in {self.log}")
        self.off()

    def warm(self) -> float:
        """The seconds of a warm `up`.

        Raises:
            LabError: it was not a warm one.
        """
        ran = self.types("up", limit=WARM_UP)
        if ran.when(WARM) is None or NOT_WARM in ran.said:
            raise LabError("`up` was not a warm start", f"all that it said is in {self.log}")
        return ran.seconds

    def off(self) -> None:
        """Take every guest's power away, all at once and with nothing shut down."""
        guests = [node.domain for node in self.topology.nodes]
        left = set(self.types("host", "exec", "--", "sh", "-c", OFF, "off", *guests).out.split()) & set(guests)
        if left:
            raise LabError(f"still running after virsh destroy: {', '.join(sorted(left))}")

    def destroy(self) -> None:
        """Leave nothing of it but its `lab.toml`."""
        if (self.folder / ".hanfslab").exists():
            self.types("destroy", limit=DESTROY)

    def keep_logs(self, into: Path) -> None:
        """Keep what its nodes logged, and what a failed `up` kept of them."""
        failed = self.folder / ".hanfslab" / "failed-up"
        with suppress(OSError):
            shutil.copytree(failed, into / "failed-up", dirs_exist_ok=True)
        if not (self.folder / ".hanfslab" / "lab.toml").exists():
            return
        for node in self.topology.nodes:
            with suppress(HanfslabError, OSError):
                ran = self.types("logs", node.name, "-n", LOG_LINES, code=None)
                into.mkdir(parents=True, exist_ok=True)
                (into / f"{node.name}.log").write_text(ran.out + ran.said)


class Labs:
    """The labs of a run, each made once.

    Args:
        folder: theirs are below it.
        tell: told what could not be done.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self._folder, self._tell = folder, tell
        self._labs: dict[int, Lab] = {}

    def get(self, clients: int, log: Path, scale: float) -> Lab:
        """The lab of two servers and so many clients; what a killed run left of it is destroyed first."""
        if clients not in self._labs:
            name = f"bench{clients}"
            folder = self._folder / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "lab.toml").write_text(f'name = "{name}"\n[clients]\ncount = {clients}\n')
            self._labs[clients] = Lab(folder, log, scale)
            self._labs[clients].destroy()
        self._labs[clients] = Lab(self._labs[clients].folder, log, scale)
        return self._labs[clients]

    def rest(self) -> None:
        """Let no guest run while something else is measured."""
        for lab in self._labs.values():
            if (lab.folder / ".hanfslab" / "lab.toml").exists():
                lab.off()

    def keep_logs(self, into: Path) -> None:
        """Keep what all nodes logged."""
        for lab in self._labs.values():
            lab.keep_logs(into)

    def destroy(self) -> None:
        """Leave nothing of any lab; what cannot be destroyed is told."""
        with uninterrupted():
            for clients, lab in list(self._labs.items()):
                try:
                    lab.destroy()
                except (HanfslabError, OSError) as error:
                    self._tell(f"{lab.folder}: not destroyed: {error}; try there: hanfslab destroy")
                else:
                    shutil.rmtree(lab.folder, ignore_errors=True)
                    del self._labs[clients]


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A second Ctrl-C does not break the cleaning up off; each command in it has a deadline."""
    # a handler, since what is ignored stays ignored in the programs that are started meanwhile
    before = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
