"""A mistake of the user's gets a clear line on standard error, exit code 2, and nothing of the host is asked."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import hanfslab as package
from hanfslab.cli import main as program
from hanfslab.errors import LabError, UsageError
from hanfslab.lab.control import Unreachable
from hanfslab.lab.folder import Folder
from hanfslab.lab.lab import Lab
from hanfslab.lab.ssh import Ssh
from hanfslab.topology.load import load
from hanfslab.topology.nodes import Node
from tests.unit.cli.commands import SECONDS, hanfslab


class TouchedError(BaseException):
    """A command went to the guests, or looked at libvirt or KVM."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Tripwired = Callable[..., Ended]


@pytest.fixture
def tripwired(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Tripwired:
    """Runs a command line in a folder, with a tripwire wherever it would leave this process."""

    def touched(*_: object, **__: object) -> None:
        raise TouchedError

    for place in ("hanfslab.host.enter.enter", "hanfslab.host.accelerator.accelerator", "os.execvp",
                  "subprocess.Popen.__init__", "socket.socket.connect"):  # fmt: skip
        monkeypatch.setattr(place, touched)
    for name in ("HOME", "HANFSLAB_STATE", "HANFSLAB_CACHE", "VAGRANT_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "nothing-is-here"))

    def run(words: str, place: Path) -> Ended:
        monkeypatch.chdir(place)
        monkeypatch.setattr(sys, "argv", ["hanfslab", *words.split()])
        with pytest.raises(SystemExit) as ended:
            program.main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "lab.toml").write_text('name = "mistakes"\n')
    return tmp_path


def assert_mistake(done: Ended | subprocess.CompletedProcess[str], *said: str) -> None:
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for text in said:
        assert text in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("camp", ["No such command 'camp'", "campaign"]),
        ("host stat", ["No such command 'stat'"]),
        ("status --jason", ["No such option: --jason", "--json"]),
        ("logs", ["Missing argument 'NODE'"]),
        ("logs c1 -n 0", ["--lines"]),
        ("campaign --cycles many", ["--cycles", "integer"]),
        ("demo --cycles 0", ["--cycles", "1"]),
    ],
)
def test_words_that_no_command_knows(tripwired: Tripwired, lab: Path, words: str, said: list[str]) -> None:
    assert_mistake(tripwired(words, lab), *said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ssh nfs9", ["no node 'nfs9' in lab 'mistakes'", "nfs1, nfs2, c1, c2"]),
        ("ssh nfs9 -- true", ["no node 'nfs9'"]),
        ("logs c7", ["no node 'c7'", "nfs1, nfs2, c1, c2"]),
        ("logs nfs1 --source consol", ["nfs1 has no log 'consol'", "console, cluster"]),
        ("logs c1 --source cluster", ["c1 has no log 'cluster'", "console, kernel, journal"]),
        ("failover --fault rebot", ["no fault 'rebot'", "did you mean 'reboot'?"]),
        ("failover --fault quake", ["no fault 'quake'", "there are: reboot, power"]),
        ("campaign --fault powr", ["no fault 'powr'", "did you mean 'power'?"]),
        ("campaign --workload boni", ["no workload 'boni'", "did you mean 'bonnie'?"]),
        ("snapshot save clean", ["'clean' is the snapshot that hanfslab makes itself"]),
        ("snapshot save a/b", ["'a/b' is no name of a snapshot", "up to 40 letters"]),
        ("campaign --cycles 0", ["--cycles 0: at least 1"]),
        ("campaign --cycles -3", ["--cycles -3: at least 1"]),
        ("campaign --every 1s", ["--every 1s: shorter than a failover can take"]),
        ("campaign --every soon", ["'soon' is no duration", "90s, 2m or 1h"]),
        ("campaign --hours 1 --cycles 3", ["--hours and --cycles both say how long"]),
        ("campaign --hours 0.01", ["too short for one failover"]),
        ("demo --every 1s", ["--every 1s: shorter than a failover can take"]),
        ("validate nowhere", ["nowhere: no such folder"]),
        ("validate lab.toml", ["lab.toml: no such folder"]),
        ("campaign --cycles 100001", ["--cycles 100001: at most 100000"]),
        ("check nowhere", ["no run", "nowhere"]),
        ("box remove", ["which version?"]),
        ("box remove 12.1 --all", ["which version?"]),
        ("box remove 12.1", ["there is no box 12.1"]),
    ],
)
def test_what_this_lab_does_not_have(tripwired: Tripwired, lab: Path, words: str, said: list[str]) -> None:
    done = tripwired(words, lab)
    assert_mistake(done, *said)
    first, *more = done.stderr.splitlines()
    assert first.startswith("hanfslab: ")
    assert len(more) <= 1
    assert all(line.startswith("  ") for line in more)
    assert sorted(path.name for path in lab.iterdir()) == ["lab.toml"]


GUESTS = ("up", "status", "ssh c1", "logs c1", "failover", "campaign", "down", "destroy", "reset", "snapshot list",
          "snapshot save x", "snapshot restore x", "snapshot delete x")  # fmt: skip
NEEDS_A_LAB = (*GUESTS, "validate", "render")


@pytest.mark.parametrize("words", NEEDS_A_LAB)
def test_a_folder_without_a_lab(tripwired: Tripwired, tmp_path: Path, words: str) -> None:
    done = tripwired(words, tmp_path)
    assert_mistake(done, f"hanfslab: no lab.toml in {tmp_path} or above it\n", "make a lab with: hanfslab init")


@pytest.mark.parametrize("words", NEEDS_A_LAB)
def test_a_wrong_lab_file(tripwired: Tripwired, lab: Path, words: str) -> None:
    (lab / "lab.toml").write_text('name = "lab"\n\n[clients]\nmemry = "1G"\n')
    done = tripwired(words, lab)
    assert_mistake(done, f"{lab / 'lab.toml'}:4: clients.memry: no such key; did you mean 'memory'?")


@pytest.mark.parametrize("words", GUESTS)
def test_the_tripwire_trips(tripwired: Tripwired, lab: Path, words: str) -> None:
    with pytest.raises(TouchedError):
        tripwired(words, lab)


def test_a_lab_is_found_from_any_folder_below_it(lab: Path) -> None:
    below = lab / "runs" / "deep"
    below.mkdir(parents=True)
    done = hanfslab("validate", place=below)
    assert done.returncode == 0, done.stderr
    assert str(lab / "lab.toml") in done.stdout


def test_init_never_overwrites(tmp_path: Path) -> None:
    assert hanfslab("init", "mine", place=tmp_path).returncode == 0
    (tmp_path / "mine" / "lab.toml").write_text("# mine\n")
    assert_mistake(hanfslab("init", "mine", place=tmp_path), "mine/lab.toml is there already")
    assert (tmp_path / "mine" / "lab.toml").read_text() == "# mine\n"


def test_what_init_writes_is_valid(tmp_path: Path) -> None:
    hanfslab("init", "mine", place=tmp_path)
    done = hanfslab("validate", "mine", place=tmp_path)
    assert done.returncode == 0, done.stderr


def test_render_writes_into_no_folder_that_has_something(lab: Path) -> None:
    done = hanfslab("render", "--to", "look", place=lab)
    assert done.returncode == 0, done.stderr
    assert (lab / "look" / "Vagrantfile").is_file()
    assert_mistake(hanfslab("render", "--to", "look", place=lab), "look is not an empty folder")
    assert_mistake(hanfslab("render", "--to", "lab.toml", place=lab), "lab.toml is not an empty folder")


def test_a_reader_that_leaves_early_is_no_error(lab: Path) -> None:
    line = f"{sys.executable} -m hanfslab render | head -n 1"
    done = subprocess.run(["sh", "-c", line], cwd=lab, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.stdout.startswith("=== ")
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_failed_check(lab: Path) -> None:
    ours, its = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "hanfslab", "render"], cwd=lab, stdout=its, timeout=SECONDS, check=False
    )
    os.close(its)
    assert done.returncode == 128 + signal.SIGPIPE


def test_the_version_is_printed(tmp_path: Path) -> None:
    done = hanfslab("--version", place=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"hanfslab {package.__version__}\n")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("no such thing", "try this"), 2, "hanfslab: no such thing\n  try this\n"),
        (LabError("libvirt is gone"), 4, "hanfslab: libvirt is gone\n"),
        (KeyboardInterrupt(), 130, "hanfslab: interrupted\n"),
        (NotADirectoryError(20, "Not a directory", "f/x"), 4, "hanfslab: f/x: Not a directory\n"),
        (OSError("odd"), 4, "hanfslab: odd\n"),
        (subprocess.TimeoutExpired("qemu-img", 9), 4, "hanfslab: Command 'qemu-img' timed out after 9 seconds\n"),
    ],
)
def test_each_end_has_its_exit_code(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("hanfslab.topology.example.write_example", fails)
    monkeypatch.setattr(sys, "argv", ["hanfslab", "init", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == code
    assert capsys.readouterr().err.strip() == said.strip()


def test_a_shell_in_a_guest_that_does_not_answer_is_a_broken_lab(
    tripwired: Tripwired, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: Ssh, node: Node, *_command: str, timeout: float) -> None:
        raise Unreachable(f"{node.name}: no SSH connection within {timeout:.0f} s")

    opened = Lab(load(lab / "lab.toml"), Folder(lab), "tcg", 1.0)
    monkeypatch.setattr(Lab, "running_domain", lambda *_: None)
    monkeypatch.setattr(Ssh, "run", silent)
    monkeypatch.setattr("hanfslab.lab.lab.open_lab", lambda **_: opened)
    done = tripwired("ssh c1", lab)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("hanfslab: c1: no SSH connection")


def test_a_bug_is_called_one_and_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("hanfslab.topology.example.write_example", lambda folder: {}[folder])
    monkeypatch.setattr(sys, "argv", ["hanfslab", "init", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        program.main()
    first, *_, last = capsys.readouterr().err.splitlines()
    assert ended.value.code == 4
    assert first.startswith("Traceback")
    assert last.startswith("hanfslab: this is a bug of hanfslab")


def test_a_traceback_is_to_be_had_and_the_exit_code_stays(tmp_path: Path) -> None:
    done = hanfslab("validate", place=tmp_path, HANFSLAB_TRACEBACK="1")
    assert "Traceback" in done.stderr
    assert os.fspath(tmp_path) in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("to", ["/proc/x", "lab.toml/x"])
def test_a_folder_that_cannot_be_made_is_named(lab: Path, to: str) -> None:
    done = hanfslab("render", "--to", to, place=lab)
    assert done.returncode == 4
    assert to in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "1" * 5000])
def test_a_lab_file_that_no_parser_bears(tripwired: Tripwired, lab: Path, text: str) -> None:
    (lab / "lab.toml").write_text(text)
    assert_mistake(tripwired("validate", lab), f"hanfslab: {lab / 'lab.toml'}: not TOML: ")


def test_a_history_may_hold_what_no_text_can(tmp_path: Path) -> None:
    said = {"time": 1, "process": "c1/bonnie-0", "type": "fail", "f": "bonnie", "error": {"name": "\ud800"}}
    (tmp_path / "history.jsonl").write_text(json.dumps(said) + "\n")
    done = hanfslab("check", "history.jsonl", place=tmp_path)
    assert done.returncode == 1  # a check failed, and that was said
    assert "\\ud800" in done.stdout
    assert "Traceback" not in done.stderr


WAITS = """
import signal, sys, time
from hanfslab.cli import main
def wait(folder):
    try:
        print("waits", flush=True)
        time.sleep(60)
    finally:
        print("cleans up", flush=True)
        signal.raise_signal(signal.SIGHUP)
        open("cleaned", "w").close()
from hanfslab.topology import example
example.write_example = wait
sys.argv = ["hanfslab", "init"]
main.main()
"""


TAKES_TERMINAL = "import fcntl, signal, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\nimport signal"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_command_cleans_up_and_says_so(tmp_path: Path, number: signal.Signals) -> None:
    # a closed terminal is told twice
    script = WAITS if number == signal.SIGHUP else WAITS.replace("signal.raise_signal(signal.SIGHUP)", "pass")
    with subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        process.send_signal(number)
        _, said = process.communicate(timeout=SECONDS)
    assert (process.returncode, said.strip()) == (130, "hanfslab: interrupted")
    assert (tmp_path / "cleaned").exists()


def test_a_closed_terminal_does_not_break_off_the_cleaning_up(tmp_path: Path) -> None:
    ours, its = pty.openpty()
    own = WAITS.replace("import signal", TAKES_TERMINAL, 1)
    with subprocess.Popen([sys.executable, "-c", own], cwd=tmp_path, stdin=its, stdout=its, stderr=its,
                          start_new_session=True) as process:  # fmt: skip
        os.close(its)
        assert os.read(ours, 100).startswith(b"waits")
        os.close(ours)
        assert process.wait(SECONDS) == 130
    assert (tmp_path / "cleaned").exists()


def test_under_nohup_a_closed_terminal_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        monkeypatch.setattr(sys, "argv", ["hanfslab", "--version"])
        with pytest.raises(SystemExit):
            program.main()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
