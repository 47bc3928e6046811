import io

from rich.console import Console

from hanfslab.campaign.event import Event
from hanfslab.campaign.watch import State
from hanfslab.report.progress import Lines, Screen, progress, view


def state() -> State:
    standing = State(planned=3, total=390, time=95, doing="working undisturbed", owner="nfs2", next_fault=150, done=1)
    for process, kind, f in [
        ("c1/bonnie-0", "invoke", "bonnie"),
        ("c1/bonnie-0", "ok", "bonnie"),
        ("c1/bonnie-1", "invoke", "bonnie"),
        ("audit", "ok", "owner"),
    ]:
        standing.see(Event(80, process, kind, f))
    for client, time in (("c1", 94.5), ("c2", 60.0)):
        standing.see(Event(time, f"{client}/pulse-0", "ok", "write", {"file": f"v3:/pulse/{client}"}))
    return standing


def rendered(standing: State) -> str:
    out = io.StringIO()
    Console(file=out, width=100).print(view(standing))
    return out.getvalue()


def test_the_live_view_says_how_it_stands() -> None:
    text = rendered(state())
    for words in (
        "1:35 of 6:30",
        "nfs2",
        "working undisturbed",
        "1 of 3 done, next in 55 s",
        "1 ok, 1 running",
        "c2 v3 silent for 34 s",
    ):
        assert words in text


def test_at_the_start_nothing_is_known() -> None:
    text = rendered(State(planned=3, total=390))
    assert "nobody" in text
    assert "not collected yet" in text


def test_all_pulses_answered() -> None:
    standing = state()
    standing.see(Event(95.0, "c2/pulse-0", "ok", "write", {"file": "v3:/pulse/c2"}))
    assert "all 2 answered, last at 1:35" in rendered(standing)


def test_a_pipe_gets_lines_and_not_too_many() -> None:
    out = io.StringIO()
    lines, standing = Lines(Console(file=out, width=40)), state()
    lines.say(30.4, "failover 1: reboot of [nfs1]")
    for second in range(50, 180):
        standing.time = second
        lines.show(standing)
    text = out.getvalue().splitlines()
    assert text[0] == "    0:30  failover 1: reboot of [nfs1]"
    assert text[1].startswith(
        "    1:00  1 of 3 done, next in 90 s; owner nfs2; working undisturbed; bonnie: 1 ok, 1 running;"
    )
    assert len(text) == 1 + 2


def test_a_terminal_gets_the_live_view() -> None:
    with progress(Console(file=io.StringIO(), force_terminal=True)) as watcher:
        assert isinstance(watcher, Screen)
        watcher.say(1, "work started")
        watcher.show(state())
    with progress(Console(file=io.StringIO())) as watcher:
        assert isinstance(watcher, Lines)
