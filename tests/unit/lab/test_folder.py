"""What a lab keeps on the host: keys that only their owner reads, a lock that a dead process does not keep."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hanfslab.errors import UsageError
from hanfslab.lab.folder import Folder
from hanfslab.lab.secrets import secrets
from tests.unit.render.labs import LABS


def test_keys_are_made_once_and_are_private(tmp_path: Path) -> None:
    lab, folder = LABS["empty"], Folder(tmp_path)
    first = secrets(lab, folder)
    assert secrets(lab, folder) == first
    assert set(first.host_keys) == {"nfs1", "nfs2", "c1", "c2"}
    assert len({pair.public for pair in first.host_keys.values()} | {first.public_key}) == 5
    assert stat.S_IMODE(folder.secrets.stat().st_mode) == 0o700
    private = [path for path in folder.secrets.iterdir() if not path.name.endswith((".pub", "known_hosts"))]
    assert len(private) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert f"{lab.servers[0].management.address} {first.host_keys['nfs1'].public}" in folder.known_hosts.read_text()


def test_two_labs_share_no_key(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    one, other = (secrets(LABS["empty"], Folder(folder)) for folder in folders)
    assert one.authkey != other.authkey
    assert one.public_key != other.public_key


HOLD = "import sys, pathlib; from hanfslab.lab.folder import Folder\n"
HOLD += "with Folder(pathlib.Path(sys.argv[1])).changing(): print('held', flush=True); sys.stdin.read()"


def test_the_lock_is_refused_while_held_and_free_after_a_kill(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(UsageError, match=r"another hanfslab command .process [0-9]+. is changing"),
            folder.changing(),
        ):
            pass
        holder.kill()
        holder.wait(10)
    with folder.changing():
        pass


def test_what_goes_on_is_marked_and_stays_so_when_it_is_cut_short(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.unfinished == ""
    with folder.marked("restore clean"):
        assert Folder(tmp_path).unfinished == "restore clean"
    assert folder.unfinished == ""
    with pytest.raises(KeyboardInterrupt), folder.marked("save x"):
        raise KeyboardInterrupt
    assert (folder.unfinished, folder.recall()) == ("save x", {"unfinished": "save x"})


def test_what_was_made_is_remembered_and_a_torn_record_is_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.recall() == {}
    folder.remember(shared="lab-shared.img")
    folder.remember(other="x")
    assert folder.recall() == {"shared": "lab-shared.img", "other": "x"}
    (folder.state / "made.json").write_text('{"shared": "la')
    assert folder.recall() == {}


def test_what_goes_on_is_not_cut_short(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.remember(unfinished="restore clean")
    assert folder.cut_short == "restore clean"
    with folder.changing():
        assert (folder.unfinished, folder.cut_short) == ("restore clean", "")
    folder.remember(unfinished="")
    assert folder.cut_short == ""
