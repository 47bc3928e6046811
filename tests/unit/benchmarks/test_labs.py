"""The labs of benchmarks, against a hanfslab that only writes down what it was asked."""

import signal
from pathlib import Path

import pytest

from benchmarks import labs
from benchmarks.labs import Lab, Labs, uninterrupted
from hanfslab.errors import LabError

# What it does next is in files beside it: what `up` says, which guests run, which snapshots there are.
FAKE = """#!/bin/sh
here=$(dirname "$0")
echo "$*" >>"$here/asked"
case $1 in
    up) mkdir -p .hanfslab; cp lab.toml .hanfslab/; cat "$here/up" >&2 ;;
    snapshot) cat "$here/snapshots" ;;
    host) cat "$here/running" ;;
    logs) echo "what $2 logged" ;;
    destroy) [ ! -e "$here/stuck" ] || { echo "hanfslab: stuck" >&2; exit 4; }; rm -r .hanfslab ;;
esac
"""
SAVED = '[{"name": "clean", "usable": true}]'


class Fake:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = folder / "hanfslab"
        self.program.write_text(FAKE)
        self.program.chmod(0o755)
        self.says(up="", snapshots="[]", running="")

    def says(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / name).write_text(text)

    @property
    def asked(self) -> list[str]:
        file = self.folder / "asked"
        return [line.partition(" --")[0] for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    (tmp_path / "bin").mkdir()
    fake = Fake(tmp_path / "bin")
    monkeypatch.setattr(labs, "HANFSLAB", fake.program)
    return fake


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def known(tmp_path: Path, fake: Fake, told: list[str]) -> Labs:
    return Labs(tmp_path / "bench", told.append)


@pytest.fixture
def lab(tmp_path: Path, known: Labs) -> Lab:
    return known.get(2, tmp_path / "it.log", 1.0)


def test_a_lab_has_a_name_and_a_folder_of_its_own(lab: Lab, known: Labs, tmp_path: Path) -> None:
    assert [node.domain for node in lab.topology.nodes] == ["bench2-nfs1", "bench2-nfs2", "bench2-c1", "bench2-c2"]
    big = known.get(8, tmp_path / "it.log", 1.0)
    assert len(big.topology.nodes) == 10
    assert big.folder != lab.folder
    assert known.get(2, tmp_path / "other.log", 1.0).folder == lab.folder


def test_what_a_killed_run_left_is_destroyed_first(known: Labs, fake: Fake, tmp_path: Path) -> None:
    (tmp_path / "bench" / "bench2" / ".hanfslab").mkdir(parents=True)
    known.get(2, tmp_path / "it.log", 1.0)
    assert fake.asked == ["destroy"]


def test_a_warm_start_is_one_that_says_so(lab: Lab, fake: Fake) -> None:
    fake.says(up="    0 s         restores the snapshot clean\n")
    assert lab.warm() > 0


@pytest.mark.parametrize(
    "said",
    [
        "    0 s  nfs1   boots\n",
        "    0 s         restores the snapshot clean\n    1 s         no warm start: it broke\n",
    ],
)
def test_a_cold_start_is_not_measured_as_a_warm_one(lab: Lab, fake: Fake, said: str) -> None:
    fake.says(up=said)
    with pytest.raises(LabError, match="was not a warm start"):
        lab.warm()


def test_a_lab_without_a_snapshot_comes_up_once_and_is_off_again(lab: Lab, fake: Fake) -> None:
    fake.says(up="   87 s         whole; saves the snapshot clean\n")
    lab.prepare()
    assert fake.asked == ["snapshot list", "up", "host exec"]


def test_a_lab_with_a_snapshot_is_only_taken_off(lab: Lab, fake: Fake) -> None:
    fake.says(snapshots=SAVED)
    lab.prepare()
    assert fake.asked == ["snapshot list", "host exec"]


def test_a_snapshot_that_cannot_be_used_is_made_anew(lab: Lab, fake: Fake) -> None:
    lab.types("up")
    fake.says(snapshots=SAVED.replace("true", "false"), up="whole; saves the snapshot clean\n")
    lab.prepare()
    assert fake.asked == ["up", "snapshot list", "destroy", "up", "host exec"]


def test_a_lab_that_saved_nothing_is_told_at_once(lab: Lab, fake: Fake) -> None:
    fake.says(up="whole; saves the snapshot clean\nthe next start will be cold: no room\n")
    with pytest.raises(LabError, match="saved no snapshot"):
        lab.prepare()


def test_a_guest_that_still_runs_is_said(lab: Lab, fake: Fake) -> None:
    fake.says(running="somebody-elses\nbench2-c1\n")
    with pytest.raises(LabError, match=r"still running after virsh destroy: bench2-c1$"):
        lab.off()


def test_guests_of_others_may_run(lab: Lab, fake: Fake) -> None:
    fake.says(running="somebody-elses\n")
    lab.off()


def test_between_figures_only_labs_that_are_there_are_taken_off(lab: Lab, known: Labs, fake: Fake) -> None:
    known.rest()
    assert fake.asked == []
    lab.types("up")
    known.rest()
    assert fake.asked == ["up", "host exec"]


def test_nothing_is_left_of_labs(lab: Lab, known: Labs, tmp_path: Path) -> None:
    lab.types("up")
    known.destroy()
    assert list((tmp_path / "bench").iterdir()) == []


def test_a_lab_that_cannot_be_destroyed_is_told_and_kept(lab: Lab, known: Labs, fake: Fake, told: list[str]) -> None:
    lab.types("up")
    fake.says(stuck="")
    known.destroy()
    assert lab.folder.exists()
    assert [str(lab.folder) in text and "stuck" in text for text in told] == [True]


def test_logs_of_nodes_and_of_a_failed_up_are_kept(lab: Lab, known: Labs, tmp_path: Path) -> None:
    lab.types("up")
    (lab.folder / ".hanfslab" / "failed-up").mkdir()
    (lab.folder / ".hanfslab" / "failed-up" / "console.log").write_text("panic")
    known.keep_logs(tmp_path / "kept")
    assert (tmp_path / "kept" / "c2.log").read_text() == "what c2 logged\n"
    assert (tmp_path / "kept" / "failed-up" / "console.log").read_text() == "panic"


def test_a_second_ctrl_c_does_not_break_the_cleaning_up_off() -> None:
    before = signal.getsignal(signal.SIGINT)
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGINT) is before
