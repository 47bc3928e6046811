"""What mlock's output says. Its exit code says nothing: it is 1 when all is well."""

import errno
import os
import re
from dataclasses import dataclass, field
from typing import Any

SUCCESS = "All tests finished successfully!"
FAILED = re.compile(r"^(?P<test>\d+-\d+):\ttest failed, result =(?P<errno>\d+)", re.MULTILINE)
NOT_REFUSED = "NOT_REFUSED"  # the error of a lock that was free although the peer should hold it
DATA = "read content is not matched"
WARNINGS = re.compile(r"\*{8}There are (\d+) warnings, 0 errors\*{6}")
# perror() of file operations: the file system said no
FILE_OPS = re.compile(r"^(?P<call>open|close|write|read|lseek|ftruncate|dup2?): (?P<text>.+)$", re.MULTILINE)
# between the two programs: nothing about NFS
PEER_OPS = re.compile(
    r"^(?:socket broken|(?:recv|send|connect|accept|bind|listen|socket): .+|gethostbyname: .+?)$", re.MULTILINE
)
_BY_TEXT = {os.strerror(number): number for number in errno.errorcode}


@dataclass(frozen=True)
class Verdict:
    """How a run of mlock ended.

    Attributes:
        kind: an event's type.
        passed: lines that say PASSED.
        iterations: begun.
        warnings: EACCES where EAGAIN was expected, or the other way round.
        error: what was wrong.
    """

    kind: str
    passed: int
    iterations: int
    warnings: int
    error: dict[str, Any] = field(default_factory=dict)


def judge(out: str, err: str = "", signal: int = 0) -> Verdict:
    """How a run ended, by its text.

    Args:
        out: its standard output.
        err: its error output, in which perror's lines are.
        signal: what killed it, or 0.
    """
    kind, error = _ending(out, err, signal)
    # the last lines of a killed one may be torn: only whole lines are counted
    passed = len(re.findall(r"^\d+-\d+:\tPASSED\.$", out, re.MULTILINE))
    iterations = len(re.findall(r"^Iteration \d+: *$", out, re.MULTILINE))
    return Verdict(kind, passed, iterations, len(re.findall(r":\twarning$", out, re.MULTILINE)), error)


def _ending(out: str, err: str, signal: int) -> tuple[str, dict[str, Any]]:
    if found := FAILED.search(out):
        return "fail", _refused(found["test"], int(found["errno"]))
    if DATA in out:
        return "fail", {"name": "DATA", "text": DATA}
    if found := FILE_OPS.search(err):
        number = _BY_TEXT.get(found["text"].strip(), 0)
        return "fail", {"errno": number, "name": errno.errorcode.get(number, "UNKNOWN"), "text": found[0].strip()}
    if SUCCESS in out or WARNINGS.search(out):
        return "ok", {}
    if found := PEER_OPS.search(out) or PEER_OPS.search(err):
        return "info", {"name": "PEER", "text": found[0].strip()}
    if signal:
        return "info", {"name": "KILLED", "signal": signal}
    return "info", {"name": "NO_END", "text": "ended without saying how"}


def _refused(test: str, number: int) -> dict[str, Any]:
    name = errno.errorcode.get(number, "UNKNOWN") if number else NOT_REFUSED
    return {"errno": number, "name": name, "text": f"test {test} failed, result ={number}"}
