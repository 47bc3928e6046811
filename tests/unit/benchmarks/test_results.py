"""Results that are kept from run to run."""

from pathlib import Path

from benchmarks.figure import Series
from benchmarks.results import merged, read, write
from tests.unit.benchmarks.samples import PART, TIMES, result

ONE = Series(ours=[1.0], peer=[1.0])
BAD = Series(ours=[9.0], peer=[1.0])


def test_they_come_back_as_they_were_written(tmp_path: Path) -> None:
    results = [result("fast", ONE), result("small", Series(part="cold", ours=[1, 2]))]
    write(tmp_path / "kept.json", results)
    assert read(tmp_path / "kept.json") == results
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]


def test_there_may_be_none(tmp_path: Path) -> None:
    assert read(tmp_path / "kept.json") == []


def test_the_newest_of_each_figure_is_kept_in_the_registrys_order() -> None:
    before = [result("small", ONE, date="old"), result("fast", ONE, date="old"), result("gone", ONE)]
    kept = merged(before, [result("fast", ONE, date="new")], ["fast", "small"])
    assert [(one.figure, one.date) for one in kept] == [("fast", "new"), ("small", "old")]


def test_what_could_not_be_measured_replaces_nothing() -> None:
    before = [result("fast", ONE, date="old")]
    assert (
        merged(before, [result("fast", error="broken"), result("small", error="broken")], ["fast", "small"]) == before
    )


def test_every_part_has_to_keep_the_limit() -> None:
    assert result("fast", ONE, ONE).keeps(TIMES)
    assert not result("fast", ONE, BAD).keeps(TIMES)


def test_nothing_measured_keeps_no_limit() -> None:
    assert not result("fast").keeps(TIMES)
    assert not result("fast", error="broken").keeps(TIMES)
    assert not result("small", Series(ours=[1]), error="broken at the end").keeps(PART)
