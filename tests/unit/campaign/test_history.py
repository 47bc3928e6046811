import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanfslab.campaign.event import TYPES, Event, parse
from hanfslab.campaign.history import History, sort
from hanfslab.campaign.reader import read
from hanfslab.campaign.timeline import Timeline
from hanfslab.errors import LabError, UsageError
from tests.unit.campaign.scripted import BEGIN, FakeClock, ScriptedLab

values = st.dictionaries(st.text(), st.integers() | st.text() | st.floats(allow_nan=False), min_size=1)
events = st.builds(
    Event,
    st.floats(0, 1e6).map(lambda time: round(time, 6)),
    st.text(),
    st.sampled_from(TYPES),
    st.text(),
    values,
    values,
)


@given(events)
def test_an_event_survives_its_line(event: Event) -> None:
    line = event.line()
    assert parse(line) == event
    assert line.isascii()
    assert line.count("\n") == 1


def test_a_line_is_as_in_the_contract() -> None:
    event = Event(12.3456789, "c1/hold-0", "invoke", "lock", {"file": "v3:/hold-0"})
    assert event.line() == (
        '{"time": 12.345679, "process": "c1/hold-0", "type": "invoke", "f": "lock", "value": {"file": "v3:/hold-0"}}\n'
    )
    assert (event.node, event.workload) == ("c1", "hold")
    assert (Event(0, "fault", "ok", "power").node, Event(0, "fault", "ok", "power").workload) == ("", "")


def test_every_event_is_in_the_file_at_once(tmp_path: Path) -> None:
    clock = FakeClock()
    history = History(tmp_path / "history.jsonl", clock)
    clock.sleep(2.5)
    history.add("fault", "invoke", "power", {"node": "nfs1", "n": 1})
    # not closed: as after SIGKILL
    assert [event.time for event in read(history.path).events] == [2.5]


def test_late_arrivals_are_put_in_order_when_it_is_closed(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl", FakeClock())
    late = [Event(5, "a", "ok", "x"), Event(3, "b", "ok", "x"), Event(5, "c", "ok", "x"), Event(1, "d", "ok", "x")]
    history.append(*late)
    assert [json.loads(line)["process"] for line in history.path.read_text().splitlines()] == list("abcd")
    history.close()
    history.close()
    assert [json.loads(line)["process"] for line in history.path.read_text().splitlines()] == list("dbac")
    assert list(tmp_path.iterdir()) == [history.path]


@given(st.lists(st.integers(0, 5)))
def test_sorting_keeps_every_line_and_the_order_of_equals(times: list[int]) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "h"
        lines = [Event(time, str(n), "ok", "x").line() for n, time in enumerate(times)]
        path.write_text("".join(lines))
        sort(path)
        order = sorted(range(len(times)), key=lambda n: times[n])
        assert path.read_text() == "".join(lines[n] for n in order)


def test_listeners_hear_what_was_written(tmp_path: Path) -> None:
    history, heard = History(tmp_path / "h", FakeClock()), list[str]()
    history.listen(lambda event: heard.append(event.f))
    history.add("x", "ok", "one")
    history.append(Event(0, "x", "ok", "two"))
    assert heard == ["one", "two"]


def test_a_history_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "h").write_text("mine")
    with pytest.raises(LabError, match="exists"):
        History(tmp_path / "h", FakeClock())


def test_a_full_disk_is_a_broken_lab(tmp_path: Path) -> None:
    history = History(tmp_path / "h", FakeClock())
    history._file.close()
    history._file = Path("/dev/full").open("w")  # noqa: SIM115 - closed with the process
    with pytest.raises(LabError, match="No space left"):
        history.add("x", "ok", "one")


GOOD = Event(1, "a", "ok", "x").line()


@pytest.mark.parametrize(
    ("text", "count", "damage"),
    [
        (GOOD, 1, ""),
        (GOOD.rstrip("\n"), 1, ""),
        (GOOD + '{"time": 2, "proc', 1, "line 2 is torn: read up to there"),
        (GOOD + "\x00\x00\x00", 1, "line 2 is torn: read up to there"),
        (GOOD + "nonsense\n" + GOOD, 1, "line 2 is damaged: read up to there"),
        (GOOD + "[1]\n", 1, "line 2 is damaged: read up to there"),
        (GOOD + '{"time": NaN, "process": "a", "type": "ok", "f": "x"}\n', 1, "line 2 is damaged: read up to there"),
        (GOOD + '{"time": 1e400, "process": "a", "type": "ok", "f": "x"}\n', 1, "line 2 is damaged: read up to there"),
        (GOOD + '{"time": 1, "process": "a", "type": "done", "f": "x"}\n', 1, "line 2 is damaged: read up to there"),
        (GOOD + '{"time": 1, "type": "ok", "f": "x"}\n', 1, "line 2 is damaged: read up to there"),
        ("[" * 100_000, 0, "line 1 is torn: read up to there"),
        ("", 0, ""),
        ("\n" + GOOD, 1, ""),
    ],
)
def test_it_is_read_as_far_as_it_can_be(tmp_path: Path, text: str, count: int, damage: str) -> None:
    (tmp_path / "h").write_text(text)
    reading = read(tmp_path / "h")
    assert (len(reading.events), reading.damage) == (count, damage)


def test_unknown_fields_are_ignored_and_time_is_put_in_order(tmp_path: Path) -> None:
    (tmp_path / "h").write_text(
        '{"time": 2, "process": "a", "type": "ok", "f": "x", "colour": "red"}\n'
        '{"time": 1, "process": "b", "type": "ok", "f": "x", "value": 7}\n'
    )
    assert [(event.process, event.value) for event in read(tmp_path / "h").events] == [("b", {}), ("a", {})]


def test_bytes_that_are_no_text_are_damage(tmp_path: Path) -> None:
    (tmp_path / "h").write_bytes(GOOD.encode() + b"\xff\xfe\n")
    assert read(tmp_path / "h").damage == "line 2 is damaged: read up to there"


def test_a_history_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read(tmp_path / "h")


def test_guests_times_are_mapped_by_the_latest_measurement(tmp_path: Path) -> None:
    clock = FakeClock()
    lab, history = ScriptedLab(tmp_path, clock), History(tmp_path / "h", clock)
    timeline = Timeline(history, clock)
    lab.skew["c1"] = 3.25
    timeline.measure(lab, "c1")
    clock.sleep(10)
    assert timeline.at("c1", BEGIN + clock.now + 3.25) == pytest.approx(10.0)
    lab.skew["c1"] = -1.0
    timeline.measure(lab, "c1")
    assert timeline.at("c1", BEGIN + clock.now - 1.0) == pytest.approx(10.0)
    last = read(history.path).events[-1]
    assert (last.process, last.f, last.value) == ("clock", "offset", {"node": "c1", "offset": -1.0, "error": 0.002})


def test_a_step_of_the_hosts_wall_clock_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    lab, history = ScriptedLab(tmp_path, clock), History(tmp_path / "h", clock)
    timeline = Timeline(history, clock)
    lab.skew["c1"] = 0.0
    timeline.measure(lab, "c1")
    monkeypatch.setattr(clock, "wall", lambda: BEGIN + clock.now + 3600)
    clock.sleep(5)
    assert timeline.at("c1", BEGIN + clock.now) == pytest.approx(5.0)
