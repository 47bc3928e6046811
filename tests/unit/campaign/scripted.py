"""A lab that is none: it answers as a script says, on a clock that only sleeping moves."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hanfslab.lab.control import Audit, Completed, Offset, Unreachable
from hanfslab.topology.model import LabFile
from hanfslab.topology.nodes import Topology, topology

BEGIN = 1_700_000_000.0  # the wall clock when the fake clock says 0
NEVER = float("inf")
MLOCK_SAYS = "Iteration 0: \n1-1:\tPASSED.\n2-0:\tPASSED.\nAll tests finished successfully!\n"
BONNIE_SAYS = (
    "1.98,2.00a,c1,1,1795372329,64M,,8192,5,,,30123,12,9120,4,,,45678,9,101.2,3,1,,,,,310,5,+++++,+++,700,6,300,5,"
    "+++++,+++,690,6,,25190us,640ms,,40us,12032us,694us,100us,508us,195us,34us,96us\n"
)


class FakeClock:
    """Seconds that pass when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.start = self.now
        self.alarms: list[tuple[float, Callable[[], None]]] = []

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return BEGIN + self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds
        due = [alarm for alarm in self.alarms if alarm[0] <= self.now - self.start]
        for alarm in due:
            self.alarms.remove(alarm)
            alarm[1]()

    def at(self, time: float, act: Callable[[], None]) -> None:
        """Do something once some seconds have passed."""
        self.alarms.append((time, act))


@dataclass
class Script:
    """How one fault goes, in seconds after it.

    Attributes:
        gone: the service stops answering.
        taken: the other server has taken over.
        back: the struck server answers again.
        linked: both servers hear each other again.
        stale: clients over these versions are never answered again.
        both: the struck server still has the disk mounted then.
    """

    gone: float = 2.0
    taken: float = 25.0
    back: float = 45.0
    linked: float = 50.0
    stale: tuple[str, ...] = ()
    both: bool = False


@dataclass
class Program:
    """A program that runs in a guest."""

    node: str
    argv: tuple[str, ...]
    next: float
    log: str = ""
    n: int = 0
    stopped: bool = False
    ending: bool = False
    said: list[float] = field(default_factory=list)


class ScriptedLab:
    """Answers like a lab: faults go as scripted, programs in guests see the service's absence."""

    accelerator = "tcg"
    scale = 1.0

    def __init__(
        self, folder: Path, clock: FakeClock, scripts: list[Script] | None = None, spec: LabFile | None = None
    ) -> None:
        self.folder = folder
        self.clock_object = clock
        self.topology: Topology = topology(spec or LabFile())
        self.scripts = list(scripts or [])
        self.owner: str | None = "nfs1"
        self.skew = {node.name: 1.5 * n for n, node in enumerate(self.topology.nodes)}
        self.dead: set[str] = set()  # answer nothing
        self.off: set[str] = set()  # were killed from outside
        self.frozen = False  # programs other than the pulse do nothing any more
        self.deaf = False  # servers never hear each other
        self.commands: list[tuple[str, ...]] = []
        self.programs: dict[tuple[str, str], Program] = {}
        self.says: dict[str, tuple[int, str, str]] = {"mlock": (1, MLOCK_SAYS, ""), "bonnie++": (0, BONNIE_SAYS, "")}
        self.strikes: list[tuple[float, str, Script]] = []
        self.slow = 0.0  # seconds that every command takes
        self.unstruck = False  # faults are asked for and do not happen

    # what a lab answers

    def run(self, node: str, *command: str, timeout: float) -> Completed:
        self.clock_object.now += self.slow
        if node in self.dead or not self._answers(node):
            self.clock_object.now += timeout
            raise Unreachable(f"{node}: not within {timeout:.0f} s")
        self.commands.append((node, *command))
        handler = {"systemctl": self._systemctl, "systemd-run": self._start, "touch": self._touch}.get(command[0])
        if handler is None and command[0].endswith("/read-records"):
            handler = self._read
        return handler(node, command) if handler else Completed(0, "", "")

    def boot_id(self, node: str) -> str | None:
        answers = node not in self.dead and self._answers(node)
        boots = sum(struck == node and self.now >= at + script.gone for at, struck, script in self.strikes)
        return f"boot-{boots}" if answers else None

    def reset(self, node: str) -> None:
        self._strike(node)

    def states(self) -> dict[str, str]:
        return {node.name: "off" if node.name in self.off else "running" for node in self.topology.nodes}

    def audit(self) -> Audit:
        mounts, owner = [], self._owner()
        for server in self.topology.servers:
            both = any(
                node == server.name and script.both and self.now > at + script.taken
                for at, node, script in self.strikes
            )
            if server.name == owner or (both and self._answers(server.name)):
                mounts.append(server.name)
        one = (owner,) if owner else ()
        answered = tuple(server.name for server in self.topology.servers if self._answers(server.name))
        return Audit(one, tuple(mounts), one, answered)

    def links_up(self) -> bool:
        return not self.deaf and all(self.now >= at + script.linked for at, _, script in self.strikes)

    def clock(self, node: str) -> Offset:
        if node in self.dead:
            raise Unreachable(f"{node} is gone")
        return Offset(self.skew[node], 0.002)

    def collect_logs(self, node: str, into: Path) -> None:
        if node in self.dead:
            raise Unreachable(f"{node} is gone")
        (into / "ha-log").write_text(f"{node}\n")

    # what happens

    @property
    def now(self) -> float:
        return self.clock_object.now

    def _strike(self, node: str) -> None:
        if self.unstruck:
            return
        script = self.scripts.pop(0) if self.scripts else Script()
        self.strikes.append((self.now, node, script))

    def _answers(self, node: str) -> bool:
        return not any(
            struck == node and at + script.gone <= self.now < at + script.back for at, struck, script in self.strikes
        )

    def _owner(self) -> str | None:
        owner = self.owner
        for at, node, script in self.strikes:
            if self.now >= at + script.taken:
                owner = next(server.name for server in self.topology.servers if server.name != node)
            elif self.now >= at + script.gone:
                owner = None
        return owner

    def _served(self, time: float, version: str) -> float:
        """When an operation that is begun at a time is answered."""
        for at, _, script in self.strikes:
            if at + script.gone <= time < at + (NEVER if version in script.stale else script.taken):
                return NEVER if version in script.stale else at + script.taken + 1.0
        return time + 0.02

    # what runs in guests

    def _systemctl(self, node: str, command: tuple[str, ...]) -> Completed:
        if command[1] == "reboot":
            self._strike(node)
            raise Unreachable(f"{node}: closed by remote host")
        for (where, unit), program in list(self.programs.items()):
            if where == node and f"{unit}.service" in command:
                self._advance(program)
                program.stopped = True
        return Completed(0, "", "")

    def _touch(self, node: str, command: tuple[str, ...]) -> Completed:
        for (where, _), program in self.programs.items():
            if where == node and command[1].endswith("/ending"):
                self._advance(program)
                program.ending = True
        return Completed(0, "", "")

    def _start(self, node: str, command: tuple[str, ...]) -> Completed:
        unit = next(word for word in command if word.startswith("--unit=")).removeprefix("--unit=")
        argv = command[command.index("--") + 1 :]
        self.programs[node, unit] = Program(node, argv, self.now)
        return Completed(0, "", "")

    def _read(self, node: str, command: tuple[str, ...]) -> Completed:
        out = ""
        for log, offset in zip(command[1::2], command[2::2], strict=True):
            program = next(p for (where, _), p in self.programs.items() if where == node and p.argv[1] == log)
            self._advance(program)
            out += f"@{log}\n{program.log[int(offset) :]}\n"
        return Completed(0, out, "")

    def _advance(self, program: Program) -> None:
        """Let a program do what it did until now."""
        if program.stopped or (self.frozen and not program.argv[0].endswith("/pulse")):
            return
        step = self._pulse if program.argv[0].endswith("/pulse") else self._repeat
        while program.next <= self.now and step(program):
            pass

    def _record(self, program: Program, time: float, **record: Any) -> None:
        guest = BEGIN + time + self.skew[program.node]
        program.log += json.dumps({"time": guest, **record}) + "\n"

    def _pulse(self, program: Program) -> bool:
        version = program.argv[2].split("/")[2].removeprefix("v")
        begin, end = program.next, self._served(program.next, version)
        if begin not in program.said:
            program.n += 1
            program.said = [begin]
            self._record(program, begin, type="invoke", f="write", n=program.n, process=0)
        if end > self.now:
            return False
        self._record(program, end, type="ok", f="write", n=program.n, process=0)
        program.next = max(end, begin + 0.5)
        return True

    def _repeat(self, program: Program) -> bool:
        what = next(
            word for word in program.argv if word.endswith(("bonnie++", "mlock")) and "/mnt" not in word
        ).rpartition("/")[2]
        begin = program.next
        end = max(begin + 20.0, self._served(begin + 20.0, "none"))
        if begin not in program.said:
            if program.ending:
                return False
            program.said = [begin]
            self._record(program, begin, type="invoke", n=program.n)
        if end > self.now:
            return False
        status, out, err = self.says[what]
        self._record(program, end, type="ended", n=program.n, status=status, signal=0, stopped=False, out=out, err=err)
        program.n += 1
        program.next = end + 1.0
        return True


def commands(lab: ScriptedLab, program: str) -> Iterator[tuple[str, ...]]:
    """The commands that were run with a program."""
    return (command for command in lab.commands if command[1].rpartition("/")[2] == program)
