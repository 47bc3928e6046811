"""The words of the tests with guests: hanfslab's commands as a user types them, each with a deadline."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "logs"  # what a failed test leaves to be read
COMMAND_SECONDS = 60
UP_SECONDS = 900  # four guests under emulation, on a machine that also does other things
CAMPAIGN_SECONDS = 1500


@dataclass
class User:
    """Somebody who types commands in a lab's folder.

    Args:
        folder: the lab's.
        hanfslab: the command line of `hanfslab`.
        env: the environment; None is this process's.
    """

    folder: Path
    hanfslab: list[str]
    env: dict[str, str] | None = None

    def types(self, *words: str, code: int = 0, seconds: float = COMMAND_SECONDS) -> str:
        """Type a command, expect its exit code, read its standard output; its errors are in `said`."""
        started = time.monotonic()
        done = subprocess.run([*self.hanfslab, *words], cwd=self.folder, env=self.env, capture_output=True, text=True,
                              timeout=seconds, stdin=subprocess.DEVNULL)  # fmt: skip
        self.said, self.took = done.stderr, time.monotonic() - started
        print(f"$ hanfslab {' '.join(words)}  [{done.returncode}, {self.took:.1f} s]\n{done.stdout}{done.stderr}")
        assert done.returncode == code, (
            f"hanfslab {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        )
        assert "Traceback" not in done.stderr
        return done.stdout

    def reads(self, *words: str, code: int = 0, seconds: float = COMMAND_SECONDS) -> Any:
        """Type a command with --json and read its data."""
        return json.loads(self.types(*words, "--json", code=code, seconds=seconds))

    def in_guest(self, node: str, command: str, code: int = 0) -> str:
        """Run a shell's line in a guest."""
        return self.types("ssh", node, "--", command, code=code).strip()

    def virsh(self, *words: str) -> str:
        """Run virsh where the guests are."""
        return self.types("host", "exec", "--", "virsh", "-q", *words)

    def interrupts(self, *words: str, when: str) -> int:
        """Type a command, press Ctrl-C once it has said something, return its exit code."""
        with subprocess.Popen([*self.hanfslab, *words], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
            assert process.stderr
            for line in process.stderr:
                if when in line:
                    break
            process.send_signal(signal.SIGINT)
            self.said = process.stderr.read()
            return process.wait(COMMAND_SECONDS)

    def keep_logs(self, name: str, nodes: list[str]) -> None:
        """Keep what the nodes' logs say, for somebody who reads why a test failed."""
        for node in nodes:
            into = KEPT / name
            into.mkdir(parents=True, exist_ok=True)
            done = subprocess.run([*self.hanfslab, "logs", node, "-n", "2000"], cwd=self.folder, env=self.env,
                                  capture_output=True, text=True, timeout=COMMAND_SECONDS)  # fmt: skip
            (into / f"{node}.log").write_text(done.stdout + done.stderr)


def root(folder: Path) -> User:
    """Root on this machine."""
    return User(folder, [sys.executable, "-m", "hanfslab"])
