"""A build ends with a whole box, or with one clear error and nothing left."""

import getpass
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from hanfslab.box import recipe, store
from hanfslab.box.build import building
from hanfslab.errors import LabError
from tests.unit.box.conftest import Host

BUILD = """
import os
os.geteuid = lambda: 0
from hanfslab.box import store
store.build(False, lambda line: print(line, flush=True))
"""


def fails(pattern: str) -> LabError:
    with pytest.raises(LabError, match=pattern) as caught:
        store.build(False, lambda line: None)
    return caught.value


def test_a_build_gives_vagrant_a_whole_box(host: Host) -> None:
    said: list[str] = []
    box = store.build(False, said.append)
    assert box == store.current()
    assert box.version == recipe.version()
    assert box.kernel.read_text() == "kernel\n"
    assert box.initrd.read_text() == "initrd\n"
    assert json.loads((box.folder / "metadata.json").read_text())["virtual_size"] == 3
    info = json.loads(subprocess.check_output(["qemu-img", "info", "--output=json", str(box.image)], text=True))
    assert (info["format"], info["virtual-size"]) == ("qcow2", 3 << 30)
    assert said[0] == "box: root file system (mmdebstrap) ..."
    assert host.left == []


def test_a_second_build_does_nothing(host: Host) -> None:
    first = store.build(False, lambda line: None)
    host.program("mmdebstrap", "#!/bin/sh\nexit 1\n")
    assert store.build(False, pytest.fail) == first


def test_force_builds_again(host: Host) -> None:
    store.build(False, lambda line: None)
    host.program("mmdebstrap", "#!/bin/sh\nexit 1\n")
    with pytest.raises(LabError):
        store.build(True, lambda line: None)


def test_a_failing_mmdebstrap_is_shown_with_its_last_lines_and_log(host: Host) -> None:
    host.program("mmdebstrap", "#!/bin/sh\nseq 1 100\necho 'E: no route to mirror' >&2\nexit 25\n")
    error = fails("(?s)mmdebstrap failed .exit code 25.*99\n  100\n  E: no route to mirror$")
    log = host.cache / "box" / "build.log"
    assert str(log) in error.hint
    assert log.read_text().startswith("1\n2\n")
    assert host.left == []


def test_a_source_that_does_not_compile_is_shown_before_anything_is_fetched(host: Host) -> None:
    host.program("gcc", "#!/bin/sh\necho 'hb-status.c:8: error: expected expression'\nexit 1\n")
    host.program("mmdebstrap", f"#!/bin/sh\ntouch {host.top}/started\n")
    fails("(?s)gcc failed .exit code 1.*hb-status.c:8: error|hb-status.c does not compile without")
    assert not (host.top / "started").exists()
    assert host.left == []


def test_a_full_disk_while_building_is_named(host: Host) -> None:
    host.program("mmdebstrap", '#!/bin/sh\necho "tar: /scratch/usr: Cannot mkdir: No space left on device"\nexit 2\n')
    fails("^mmdebstrap: the disk is full: tar: /scratch/usr")
    assert host.left == []


def test_a_disk_that_fills_under_our_own_hands_is_named(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    fails(f"No space left on device: {host.cache}")


def test_too_little_room_is_said_before_anything_is_made(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1 << 30))
    host.program("mmdebstrap", f"#!/bin/sh\ntouch {host.top}/started\n")
    fails("needs 3.5 GiB free at .*: 1.0 are")
    assert not (host.top / "started").exists()


def test_a_cache_that_cannot_be_written_is_named(host: Host) -> None:
    host.cache.write_text("a file")
    fails(f"building the box: .*{host.cache}")


@pytest.mark.parametrize("name", ["gcc", "mmdebstrap", "qemu-img"])
def test_a_missing_program_is_named(host: Host, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for tool in ("sh", "tar", "cat", "rm", "mkdir", "mktemp", "mke2fs", *({"gcc", "mmdebstrap"} - {name})):
        there = shutil.which(tool)
        assert there
        if not (host.bin / tool).exists():
            (host.bin / tool).symlink_to(there)
    if name != "qemu-img":
        (host.bin / name).unlink()
    monkeypatch.setattr("hanfslab.box.program.environment", lambda: {**os.environ, "PATH": str(host.bin)})
    monkeypatch.setenv("PATH", str(host.bin))
    error = fails(f"^{name}: not installed$")
    assert "doctor" in error.hint
    assert host.left == []


def test_a_vagrant_that_refuses_is_shown(host: Host) -> None:
    host.program("vagrant", "#!/bin/sh\necho 'The box failed to unpackage properly.'\nexit 1\n")
    fails("(?s)vagrant failed.*failed to unpackage")
    assert store.installed() == []
    assert host.left == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_no_file_and_no_process(host: Host, number: signal.Signals) -> None:
    started = host.top / "started"
    host.program(
        "mmdebstrap",
        f"#!/bin/sh\nmkdir $TMPDIR/root\nsleep 300 &\necho $! >{started}.new\nmv {started}.new {started}\nwait\n",
    )
    build = subprocess.Popen([sys.executable, "-c", BUILD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_(started.exists)
        build.send_signal(number)
        assert build.wait(timeout=20) != 0
    finally:
        build.kill()
    assert host.left == []
    await_(lambda: not alive(int(started.read_text())))
    assert store.installed() == []


def test_what_a_killed_build_left_is_taken_away_by_the_next(host: Host) -> None:
    (host.cache / "box" / "work-old" / "tree").mkdir(parents=True)
    store.build(False, lambda line: None)
    assert host.left == []


def test_a_second_builder_waits_and_says_for_whom(host: Host) -> None:
    (host.cache / "box").mkdir(parents=True)
    with building(host.cache / "box", pytest.fail):
        other = subprocess.Popen([sys.executable, "-c", BUILD], stdout=subprocess.PIPE, text=True)
        assert other.stdout
        assert other.stdout.readline() == f"box: process {os.getpid()} is building, waiting for it\n"
        assert store.installed() == []
    assert other.wait(timeout=60) == 0
    assert store.current()


def test_a_user_without_a_range_of_ids_is_told_how_to_get_one(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.program("newuidmap", "#!/bin/sh\n")
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    monkeypatch.setattr(getpass, "getuser", lambda: "nobody-of-this-name")
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    error = fails("range of ids for nobody-of-this-name in /etc/subuid")
    assert "usermod --add-subuids" in error.hint
    assert host.left == []


def await_(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
