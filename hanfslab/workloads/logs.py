"""What guests' programs recorded, read piece by piece; each byte once."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hanfslab.errors import LabError
from hanfslab.lab.control import Control, Unreachable
from hanfslab.timeouts import Timeout
from hanfslab.workloads.job import PROGRAMS, Job

READ = Timeout("READ_RECORDS", 10, "one short program in a guest that is busy")
PIECE = 256 * 1024  # what the guests' `read-records` gives at most of a file at once


class Log:
    """One job's records: how far they were read, and a copy of them on the host.

    Args:
        job: whose.
        folder: where the copy goes: `<node>-<name>.jsonl`, and what programs said as `.txt`.
    """

    def __init__(self, job: Job, folder: Path) -> None:
        self.job = job
        self.offset = 0
        self.damaged = 0
        self._copy = folder / f"{job.node}-{job.name}.jsonl"
        self._text = self._copy.with_suffix(".txt")

    def take(self, piece: str) -> list[dict[str, Any]]:
        """The records of what was read from the offset on; an unfinished last line is left for the next time."""
        whole = piece[: piece.rfind("\n") + 1] or (piece if len(piece) >= PIECE else "")
        records = [record for line in whole.split("\n")[:-1] if (record := self._record(line)) is not None]
        self._keep(whole, records)
        self.offset += len(whole)  # records are ASCII: a character is a byte
        return records

    def _record(self, line: str) -> dict[str, Any] | None:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            return record
        self.damaged += 1
        return None

    def _keep(self, whole: str, records: Iterable[dict[str, Any]]) -> None:
        try:
            with self._copy.open("a", encoding="utf-8", errors="backslashreplace") as copy:
                copy.write(whole)
            said = "".join(
                f"--- run {record.get('n')}\n{record['out']}{record.get('err', '')}\n"
                for record in records
                if "out" in record
            )
            if said:
                with self._text.open("a", encoding="utf-8", errors="backslashreplace") as text:
                    text.write(said)
        except OSError as error:
            raise LabError(f"{self._copy}: {error.strerror}", "make room on the disk") from error


def read(lab: Control, node: str, logs: list[Log]) -> dict[str, str]:
    """What was appended to a node's logs since they were last read, by file, in one command.

    Raises:
        Unreachable: the guest did not answer in time; nothing was taken.
    """
    asked = [word for log in logs for word in (log.job.log, str(log.offset))]
    done = lab.run(node, f"{PROGRAMS}/read-records", *asked, timeout=READ.scaled(lab.scale))
    if done.exit:
        raise Unreachable(f"{node}: reading records failed: {done.err.strip()[-200:]}")
    return parts(done.out)


def parts(out: str) -> dict[str, str]:
    """The pieces of `read-records`'s output, by file."""
    found: dict[str, str] = {}
    # a record is an object, so no line of one begins with @
    for part in ("\n" + out).split("\n@")[1:]:
        name, _, piece = part.partition("\n")
        found[name] = piece
    # The newline that ends each part was taken by the split, but for the last one's.
    if found:
        found[name] = found[name].removesuffix("\n")
    return found
