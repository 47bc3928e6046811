"""A lab's folder on the host: what hanfslab keeps there, and the lock that one change at a time holds."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from hanfslab.errors import UsageError
from hanfslab.lock import hold

DESCRIBED = "hanfslab lab in "


@dataclass(frozen=True)
class Folder:
    """The folder of a `lab.toml`."""

    path: Path

    @property
    def state(self) -> Path:
        """Everything generated; a lab that was destroyed has none."""
        return self.path / ".hanfslab"

    @property
    def secrets(self) -> Path:
        """The lab's keys."""
        return self.state / "secrets"

    @property
    def key(self) -> Path:
        """The private SSH key that the host enters guests with."""
        return self.secrets / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        """The guests' public host keys."""
        return self.secrets / "known_hosts"

    @property
    def made(self) -> Path:
        """The `lab.toml` that the guests were made from; it is there while anything of the lab is on the host."""
        return self.state / "lab.toml"

    @property
    def description(self) -> str:
        """How libvirt's domains of this lab are known as ours."""
        return f"{DESCRIBED}{self.path}"

    @property
    def sockets(self) -> Path:
        """SSH's control sockets; not below the lab, whose path may be longer than a socket's may."""
        runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
        folder = runtime / f"hanfslab-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise UsageError(f"{folder} belongs to somebody else", "set XDG_RUNTIME_DIR to a folder of your own")
        return folder

    def owns(self, description: str) -> bool:
        """Whether a domain with this description is this lab's: it names this folder, or one that has no lab any more.

        A lab whose folder was moved takes its guests along.
        """
        if not description.startswith(DESCRIBED):
            return False
        named = Folder(Path(description.removeprefix(DESCRIBED)))
        return named.path == self.path or not named.state.exists()

    def remember(self, **facts: str) -> None:
        """Keep facts about what was made, before it is made."""
        self.state.mkdir(exist_ok=True)
        known = self.recall() | facts
        file = self.state / "made.json"
        file.with_suffix(".new").write_text(json.dumps(known, indent=1) + "\n")
        file.with_suffix(".new").replace(file)

    @property
    def unfinished(self) -> str:
        """What is done to the guests, or was when a command was killed, such as "restore clean"; empty: nothing."""
        return self.recall().get("unfinished", "")

    @property
    def cut_short(self) -> str:
        """The same, once the command that was at it is gone: while it works nothing is cut short."""
        doing = self.unfinished
        try:
            with self.changing() if doing else nullcontext():
                return doing
        except UsageError:
            return ""

    @contextmanager
    def marked(self, doing: str) -> Iterator[None]:
        """Mark what is being done to the guests until it is done; the mark of what was cut short stays."""
        self.remember(unfinished=doing)
        yield
        self.remember(unfinished="")

    def recall(self) -> dict[str, str]:
        """What was made; empty for a lab that never was up."""
        try:
            known = json.loads((self.state / "made.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {str(key): str(value) for key, value in known.items()}

    def changing(self) -> AbstractContextManager[None]:
        """Hold the lab's lock.

        Raises:
            UsageError: another command is changing this lab.
        """
        return hold(
            self.state / "lock",
            lambda holder: UsageError(
                f"another hanfslab command (process {holder}) is changing the lab in {self.path}", "wait for it"
            ),
        )
