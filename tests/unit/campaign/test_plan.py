from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanfslab.campaign.plan import CYCLES, LEAD, Asked, Plan, duration, plan, span
from hanfslab.errors import UsageError
from hanfslab.topology.model import Cluster

CLUSTER = Cluster()


def planned(**asked: object) -> Plan:
    return plan(Asked(**asked), CLUSTER)  # type: ignore[arg-type]


@given(st.integers(1, 300), st.integers(30, 7200), st.integers(0, 2**32))
def test_faults_are_numbered_and_evenly_spaced(cycles: int, every: int, seed: int) -> None:
    found = planned(cycles=cycles, every=f"{every}s", seed=seed, faults=("reboot", "power"))
    assert [one.n for one in found.faults] == list(range(1, cycles + 1))
    assert [one.time for one in found.faults] == [LEAD + n * every for n in range(cycles)]
    assert found.seconds >= found.faults[-1].time


@given(st.integers(0, 2**32), st.integers(1, 50))
def test_the_same_seed_gives_the_same_plan(seed: int, cycles: int) -> None:
    asked = Asked(cycles=cycles, faults=("reboot", "power"), seed=seed)
    assert plan(asked, CLUSTER) == plan(asked, CLUSTER)


@given(st.integers(0, 2**32), st.integers(1, 51))
def test_kinds_are_mixed_evenly(seed: int, cycles: int) -> None:
    kinds = Counter(one.fault for one in planned(cycles=cycles, faults=("reboot", "power"), seed=seed).faults)
    assert abs(kinds["reboot"] - kinds["power"]) <= 1


@given(st.floats(0.1, 24), st.integers(30, 300))
def test_hours_are_filled_and_not_exceeded(hours: float, every: int) -> None:
    found = planned(hours=hours, every=f"{every}s")
    assert found.seconds <= hours * 3600 < found.seconds + every + 1e-6


def test_six_hours_every_two_minutes_as_the_page() -> None:
    assert len(planned(hours=6.0).faults) == 179


def test_without_a_word_about_length_there_are_five() -> None:
    assert len(planned().faults) == CYCLES == 5


def test_it_says_what_it_will_do() -> None:
    assert planned(cycles=2, seed=4).words() == (
        "2 failovers by reboot of the server that owns the service, one every 2 min, with bonnie, mlock, pulse on the "
        "clients: about 4 min 30 s (seed 4)"
    )


def test_the_pulse_always_runs_and_only_once() -> None:
    assert planned(workloads=("bonnie",)).workloads == ("bonnie", "pulse")
    assert planned(workloads=("pulse", "pulse")).workloads == ("pulse",)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"cycles": 0}, "--cycles 0: at least 1"),
        ({"cycles": -3}, "--cycles -3"),
        ({"cycles": 10**12}, "--cycles 1000000000000: at most 100000"),
        ({"hours": 0.0}, "--hours 0"),
        ({"hours": float("nan")}, "--hours nan"),
        ({"hours": float("inf")}, "--hours inf"),
        ({"hours": 0.01}, "--hours 0.01: too short"),
        ({"hours": 1.0, "cycles": 2}, "both say how long"),
        ({"every": "5s"}, "--every 5s: shorter than a failover can take"),
        ({"every": "soon"}, "'soon' is no duration"),
        ({"faults": ("rebot",)}, "no fault 'rebot'"),
        ({"workloads": ("bonie",)}, "no workload 'bonie'"),
        ({"faults": ()}, "needs a fault"),
    ],
)
def test_what_cannot_be_is_said(asked: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as error:
        planned(**asked)
    assert message in error.value.message


def test_the_nearest_spelling_is_named() -> None:
    with pytest.raises(UsageError) as error:
        planned(faults=("rebot",))
    assert error.value.hint == "did you mean 'reboot'?"
    with pytest.raises(UsageError) as error:
        planned(workloads=("xyz",))
    assert error.value.hint == "there are: bonnie, mlock, pulse"


def test_too_few_hours_say_how_many_would_do() -> None:
    with pytest.raises(UsageError) as error:
        planned(hours=0.01, every="1h")
    enough = float(error.value.hint.split()[-1])
    assert len(planned(hours=enough, every="1h").faults) == 1


def test_the_shortest_interval_follows_the_cluster() -> None:
    slow = Cluster(deadtime=60, warntime=10, initdead=120)
    with pytest.raises(UsageError, match="3 min"):
        plan(Asked(every="2m"), slow)


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("2m", 120), ("1.5h", 5400), ("45", 45), (" 2m ", 120)])
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0s", "-2m", "2 m", "1e3", "m", "2d", "nan", "99999999h", "\uff12m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError):
        duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (45.4, "45 s"), (120, "2 min"), (200, "3 min 20 s"), (21900, "6 h 5 min"), (3600, "1 h")],
)
def test_spans(seconds: float, text: str) -> None:
    assert span(seconds) == text
