"""`hb-status` against a Heartbeat that is scripted, in a mount namespace where it has Heartbeat's own socket."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hanfslab.box import recipe
from hanfslab.box.compiler import HEARTBEAT, compiled
from tests.unit.box.heartbeat import Answers
from tests.unit.box.test_compiler import needed

pytestmark = pytest.mark.skipif(not HEARTBEAT.header.exists(), reason=f"{HEARTBEAT.package} is not installed")
UNSHARE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"]
FAKE = Path(__file__).parent / "heartbeat.py"
HEALTHY: Answers = {
    "signon": {"deadtime": "2710", "keepalive": "7d0", "node": "nfs1"},
    "ifstatus": {"st": "up"},
    "nodestatus": {"st": "active"},
    "getrsc": {"rsc_hold": "local"},
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if subprocess.run([*UNSHARE, "mount -t tmpfs none /run"], capture_output=True, check=False).returncode:
        pytest.skip("mount namespaces cannot be made")
    work = tmp_path_factory.mktemp("work")
    return next(path for path in compiled(recipe.folder(), work, work / "log") if path.name == "hb-status")


def ask(program: Path, answers: Answers | None) -> tuple[int, list[str], list[list[dict[str, str]]]]:
    """What hb-status ends with, the lines that it prints in any order, and what each of its clients asked.

    Args:
        answers: the fields of the answer to each request; None to a request: it hangs there; no answers at all:
            no Heartbeat runs.
    """
    fake = [sys.executable, str(FAKE), json.dumps(answers), str(program), "nfs2", "eth0"]
    done = subprocess.run([*UNSHARE, 'mount -t tmpfs none /run && exec "$@"', "sh", *fake],
                          capture_output=True, text=True, timeout=30, check=True)  # fmt: skip
    code, printed, asked = json.loads(done.stdout)
    assert not printed or printed.endswith("\n")
    return code, sorted(printed.splitlines()), asked


def test_it_needs_few_libraries(program: Path) -> None:
    assert needed(program) == {"libhbclient.so.1", "libc.so.6"}


def test_each_question_has_a_client_of_its_own_and_what_they_heard_is_printed(program: Path) -> None:
    code, printed, asked = ask(program, HEALTHY)
    assert (code, printed) == (0, ["cluster=active", "link=up", "peer=active", "resources=local"])
    questions = {requests[1]["reqtype"]: requests for requests in asked}
    assert len(asked) == len(questions) == 3
    assert all([request["reqtype"] for request in requests[:1]] == ["signon"] for requests in asked)
    assert len({requests[0]["from_id"] for requests in asked}) == 3
    assert (questions["ifstatus"][1]["node"], questions["ifstatus"][1]["ifname"]) == ("nfs2", "eth0")
    assert questions["nodestatus"][1]["node"] == "nfs2"
    assert "getrsc" in questions


def test_a_dead_link_and_a_dead_peer_are_answers(program: Path) -> None:
    dead: Answers = {
        **HEALTHY,
        "ifstatus": {"st": "dead"},
        "nodestatus": {"st": "dead"},
        "getrsc": {"rsc_hold": "transition"},
    }
    assert ask(program, dead)[:2] == (0, ["cluster=active", "link=dead", "peer=dead", "resources=transition"])


def test_without_heartbeat_it_fails_and_prints_nothing(program: Path) -> None:
    assert ask(program, None) == (1, [], [])


@pytest.mark.parametrize("missing", ["signon", "ifstatus", "nodestatus", "getrsc"])
def test_what_heartbeat_refuses_to_tell_is_no_answer(program: Path, missing: str) -> None:
    assert ask(program, {name: fields for name, fields in HEALTHY.items() if name != missing})[:2] == (1, [])


@pytest.mark.parametrize("hangs", ["signon", "ifstatus", "nodestatus", "getrsc"])
def test_a_frozen_heartbeat_does_not_hang_it(program: Path, hangs: str) -> None:
    start = time.monotonic()
    code, printed, _asked = ask(program, {**HEALTHY, hangs: None})
    assert (code > 0, printed) == (True, [])
    assert 1.5 < time.monotonic() - start < 10
