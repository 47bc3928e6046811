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
from tests.unit.box.test_compiler import needed

pytestmark = pytest.mark.skipif(not HEARTBEAT.header.exists(), reason=f"{HEARTBEAT.package} is not installed")
UNSHARE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"]
FAKE = Path(__file__).parent / "heartbeat.py"
Answers = dict[str, dict[str, str] | None]
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


def ask(program: Path, answers: Answers | None) -> tuple[int, str, list[dict[str, str]]]:
    """What hb-status ends with and prints, and what it asked.

    Args:
        answers: the fields of the answer to each request; None to a request: it hangs there; no answers at all:
            no Heartbeat runs.
    """
    fake = [sys.executable, str(FAKE), json.dumps(answers), str(program), "nfs2", "eth0"]
    done = subprocess.run([*UNSHARE, 'mount -t tmpfs none /run && exec "$@"', "sh", *fake],
                          capture_output=True, text=True, timeout=30, check=True)  # fmt: skip
    code, printed, asked = json.loads(done.stdout)
    return code, printed, asked


def test_it_needs_few_libraries(program: Path) -> None:
    assert needed(program) == {"libhbclient.so.1", "libc.so.6"}


def test_it_signs_on_once_and_prints_what_it_heard(program: Path) -> None:
    code, printed, asked = ask(program, HEALTHY)
    assert (code, printed) == (0, "cluster=active\nlink=up\npeer=active\nresources=local\n")
    assert [request["reqtype"] for request in asked] == ["signon", "ifstatus", "nodestatus", "getrsc", "signoff"]
    assert [request.get("node") for request in asked] == [None, "nfs2", "nfs2", None, None]
    assert asked[1]["ifname"] == "eth0"


def test_a_dead_link_and_a_dead_peer_are_answers(program: Path) -> None:
    dead: Answers = {
        **HEALTHY,
        "ifstatus": {"st": "dead"},
        "nodestatus": {"st": "dead"},
        "getrsc": {"rsc_hold": "transition"},
    }
    assert ask(program, dead)[:2] == (0, "cluster=active\nlink=dead\npeer=dead\nresources=transition\n")


def test_without_heartbeat_it_fails_and_prints_nothing(program: Path) -> None:
    assert ask(program, None) == (1, "", [])


@pytest.mark.parametrize("missing", ["signon", "ifstatus", "nodestatus", "getrsc"])
def test_what_heartbeat_refuses_to_tell_is_no_answer(program: Path, missing: str) -> None:
    assert ask(program, {name: fields for name, fields in HEALTHY.items() if name != missing})[:2] == (1, "")


@pytest.mark.parametrize("hangs", ["signon", "getrsc"])
def test_a_frozen_heartbeat_does_not_hang_it(program: Path, hangs: str) -> None:
    start = time.monotonic()
    code, printed, _asked = ask(program, {**HEALTHY, hangs: None})
    assert (code > 0, printed) == (True, "")
    assert 1.5 < time.monotonic() - start < 10
