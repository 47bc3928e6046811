"""What is limited, how it spreads, and whether it is within the limit."""

import pytest

from benchmarks.figure import Limit, Series, Spread


def test_a_spread_has_the_middle_and_both_ends() -> None:
    assert Spread.of([3, 1, 10]) == Spread(3, 1, 10)
    assert Spread.of([1, 2]) == Spread(1.5, 1, 2)
    assert Spread.of([2, 4]).over(2) == Spread(1.5, 1, 2)


def test_a_ratio_is_of_two_measurements_that_followed_each_other() -> None:
    series = Series(ours=[2, 9], peer=[1, 3])
    assert Limit("times", 2).values(series) == [2, 3]
    assert Limit("more", 2).values(series) == [1, 6]


def test_what_has_no_peer_is_limited_itself() -> None:
    assert Limit("most", 1).values(Series(ours=[0.5, 0.7])) == [0.5, 0.7]


@pytest.mark.parametrize("kind", ["times", "more"])
def test_a_peer_that_was_measured_less_often_is_no_peer(kind: str) -> None:
    with pytest.raises(ValueError, match="zip"):
        Limit(kind, 2).values(Series(ours=[1, 2], peer=[1]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limit", "ours", "peer", "keeps"),
    [
        (Limit("times", 2), [2, 2, 9], [1, 1, 1], True),
        (Limit("times", 2), [2.1, 2.1, 0], [1, 1, 1], False),
        (Limit("times", 1 / 20), [1], [20], True),
        (Limit("times", 1 / 20), [1], [19], False),
        (Limit("more", 0.25), [0.5], [0.25], True),
        (Limit("more", 0.25), [0.51], [0.25], False),
        (Limit("most", 1), [1, 1, 5], [], True),
        (Limit("most", 1), [1.01], [], False),
    ],
)
def test_the_median_decides(limit: Limit, ours: list[float], peer: list[float], keeps: bool) -> None:
    assert limit.keeps(Series(ours=ours, peer=peer)) is keeps
