"""The command line: what is measured, what is kept, and the exit code."""

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import benchmarks.__main__ as command
from benchmarks import bench, registry
from benchmarks.figure import Figure, Series
from benchmarks.labs import Labs
from benchmarks.machine import Machine
from hanfslab.errors import LabError
from hanfslab.host.accelerator import Accelerator
from tests.unit.benchmarks.samples import MACHINE, MORE, TIMES

Measured = Callable[[object, int], list[Series]]


def good(_bench: object, repeat: int) -> list[Series]:
    return [Series(ours=[1.5] * repeat, peer=[1.0] * repeat)]


def slow(_bench: object, repeat: int) -> list[Series]:
    return [Series(ours=[2.5] * repeat, peer=[1.0] * repeat)]


def broken(_bench: object, _repeat: int) -> list[Series]:
    raise LabError("the lab broke", "look there")


def stopped(_bench: object, _repeat: int) -> list[Series]:
    raise KeyboardInterrupt


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "benchmarks.md"


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    monkeypatch.setenv("HANFSLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(bench, "KEPT", tmp_path / "logs")
    monkeypatch.setattr(bench, "accelerator", lambda: Accelerator("tcg", 8.0, "for a test"))
    monkeypatch.setattr(Machine, "here", lambda _accelerator: MACHINE)

    def set_them(fast: Measured = good, start: Measured = broken) -> None:
        known: tuple[Figure, ...] = (replace(TIMES, measure=fast), replace(MORE, measure=start))
        monkeypatch.setattr(registry, "FIGURES", known)
        monkeypatch.setattr(command, "FIGURES", known)

    set_them()
    return set_them


def test_a_figure_within_its_limit(
    figures: Callable[..., None], page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["fast"], page) == 0
    said = capsys.readouterr()
    assert said.out.startswith("fast: 1.50 x, at most 2 x: within")
    assert said.out.rstrip().endswith("5 times"), "its own number of repeats"
    assert "fast: `ours`, 5 times" in said.err
    assert "| fast | 1.50 s | 1.00 s | 1.50 x |" in page.read_text()
    assert "Not measured yet: start." in page.read_text()


def test_as_often_as_asked(figures: Callable[..., None], page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["fast", "--repeat", "2"], page) == 0
    assert capsys.readouterr().out.rstrip().endswith("2 times")


def test_a_figure_beyond_its_limit_fails_and_is_kept_all_the_same(figures: Callable[..., None], page: Path) -> None:
    figures(fast=slow)
    assert command.main(["fast"], page) == 1
    assert "**beyond**" in page.read_text()


def test_a_figure_that_breaks_fails_and_stops_no_other(
    figures: Callable[..., None], page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures(fast=broken, start=good)
    assert command.main([], page) == 1
    said = capsys.readouterr()
    assert "fast: not measured: the lab broke" in said.out
    assert "start: 0.50 s more" in said.out
    assert "Not measured yet: fast." in page.read_text()


def test_results_of_before_stay(figures: Callable[..., None], page: Path) -> None:
    command.main(["fast"], page)
    figures(start=good)
    command.main(["start"], page)
    assert [one["figure"] for one in json.loads(page.with_suffix(".json").read_text())] == ["fast", "start"]
    assert "| fast | 1.50 s" in page.read_text()


def test_json_is_all_that_is_printed(
    figures: Callable[..., None], page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["fast", "--json"], page) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert result["series"] == [{"part": "", "ours": [1.5] * 5, "peer": [1.0] * 5}]
    assert result["machine"]["accelerator"] == "tcg"


def test_ctrl_c_keeps_what_was_measured(figures: Callable[..., None], page: Path) -> None:
    figures(start=stopped)
    assert command.main([], page) == 130
    assert "| fast | 1.50 s" in page.read_text()


def test_labs_are_destroyed_whatever_ends_it(
    figures: Callable[..., None], page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    monkeypatch.setattr(Labs, "destroy", lambda _self: gone.append("gone"))
    figures(fast=stopped)
    command.main(["fast"], page)
    assert gone == ["gone"]


def test_one_at_a_time(figures: Callable[..., None], page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def again(_bench: object, _repeat: int) -> list[Series]:
        assert command.main(["start"], page) == 2
        return [Series(ours=[1.0], peer=[1.0])]

    figures(fast=again)
    assert command.main(["fast"], page) == 0
    assert "is measuring here" in capsys.readouterr().err


def test_a_wrong_name_touches_nothing(
    figures: Callable[..., None], page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["fats"], page) == 2
    assert "did you mean 'fast'?" in capsys.readouterr().err
    assert not page.exists()


@pytest.mark.parametrize("words", [["--repeat", "0"], ["--repeat", "x"], ["--repeat", "1001"], ["--wrong"]])
def test_a_wrong_option_is_wrong_usage(words: list[str], page: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(words, page)
    assert caught.value.code == 2
    assert not page.exists()


def test_the_list_measures_nothing(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list"], page) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == [figure.name for figure in registry.FIGURES]
    assert next(line for line in said if line.startswith("status")).endswith("at most 1 s")
    assert not page.exists()


def test_a_termination_ends_it_as_ctrl_c_does(figures: Callable[..., None], page: Path) -> None:
    def terminated(_bench: object, _repeat: int) -> list[Series]:
        signal.raise_signal(signal.SIGTERM)
        raise AssertionError("went on")

    figures(fast=terminated)
    assert command.main(["fast"], page) == 130
