"""Results as lines and as the page."""

from pathlib import Path

from benchmarks.document import at_most, lines, page, ratio
from benchmarks.figure import Limit, Series
from benchmarks.machine import Machine
from tests.unit.benchmarks.samples import MACHINE, MORE, PART, TIMES, TINY, result

FAST = Series(ours=[2.0, 3.0, 4.0], peer=[2.0, 2.0, 2.0])


def test_a_ratio_in_a_line() -> None:
    assert lines(TIMES, result("fast", FAST)) == [
        "fast: 1.50 x (1.00..2.00), at most 2 x: within, 0.75 (0.50..1.00) of the limit; "
        "`ours` 3.00 s (2.00..4.00), `theirs` 2.00 s; 3 times"
    ]


def test_a_figure_beyond_its_limit_is_said() -> None:
    said = lines(MORE, result("start", Series(ours=[0.61], peer=[0.21])))
    assert said == [
        "start: 0.40 s more, at most 0.25 s more: BEYOND, 1.60 of the limit; `a` 0.61 s, `b` 0.21 s; 1 times"
    ]


def test_each_part_has_a_line() -> None:
    parts = [Series(part="cold, PSS", ours=[3.9]), Series(part="warm, PSS", ours=[4.1])]
    cold, warm = lines(PART, result("small", *parts))
    assert cold.startswith("small cold, PSS: 3.90 GiB, at most 4 GiB: within")
    assert warm.startswith("small warm, PSS: 4.10 GiB, at most 4 GiB: BEYOND")


def test_what_was_not_measured_says_why() -> None:
    assert lines(TIMES, result("fast", error="no box")) == ["fast: not measured: no box"]


def test_a_small_ratio_is_one_part_of_so_many() -> None:
    assert (ratio(1 / 23), ratio(0.2), ratio(1.5), ratio(0.0)) == ("1/23.0", "0.20", "1.50", "0.00")
    assert at_most(Limit("times", 1 / 20)) == "1/20 x"
    assert at_most(Limit("times", 1.3)) == "1.3 x"
    assert at_most(Limit("more", 0.25)) == "0.25 s more"


def test_the_page_has_machine_results_and_what_is_missing() -> None:
    text = page([TIMES, TINY, PART], [result("fast", FAST), result("tiny", Series(ours=[2], peer=[100]))])
    assert "## A CPU, 2 cores, 23.0 GiB\n\nLinux 6.1.0, QEMU 7.2.1, libvirt 9.0.0, accelerator tcg.\n" in text
    assert (
        "| fast | 3.00 s (2.00..4.00) | 2.00 s | 1.50 x (1.00..2.00) | 2 x | 0.75 (0.50..1.00) | within | 3 | 0.5 |"
        " 0.1.0 abc1234 | 2026-11-22 |"
    ) in text
    assert "| tiny | 2.00 s | 100 s | 1/50.0 x | 1/20 x | 0.40 | within | 1 |" in text
    assert text.endswith("Not measured yet: small.\n")
    assert "| small | memory |  | 4 GiB |" in text, "its limit is shown all the same"


def test_a_figure_beyond_its_limit_stands_out_on_the_page() -> None:
    assert "| **beyond** |" in page([PART], [result("small", Series(part="warm", ours=[4.5]))])


def test_every_row_has_a_cell_for_every_column() -> None:
    rows = [line for line in page([TIMES, PART], [result("fast", FAST)]).splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {5, 12}


def test_results_of_two_machines_are_not_mixed() -> None:
    other = Machine(**(MACHINE.model_dump() | {"cpu": "B CPU", "accelerator": "kvm"}))
    results = [result("fast", FAST), result("small", Series(ours=[1]), machine=other), result("tiny", FAST)]
    text = page([TIMES, PART, TINY], results)
    first, _, second = text.partition("## B CPU")
    assert (first.count("## A CPU"), "| fast | 3" in first, "| tiny | 3" in first) == (1, True, True)
    assert "| small | 1.00 GiB" in second


def test_links_of_the_page_lead_somewhere(tmp_path: Path) -> None:
    assert "](benchmarks.json)" in page([TIMES], [])
