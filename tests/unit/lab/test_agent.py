"""The guest agent: what is asked of it, and what is made of its answers, of late ones and of none."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import libvirt_qemu
import pytest

from hanfslab.lab import agent as agent_module
from hanfslab.lab.agent import Agent
from hanfslab.lab.control import Completed, Unreachable
from tests.unit.lab.host import HostError


class Scripted:
    """An agent that gives one answer after another; an answer that is an error is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.questions, self.limits = list(answers), list[dict[str, Any]](), list[int]()

    def __call__(self, domain: Any, text: str, seconds: int, flags: int) -> str:
        assert (domain, flags) == ("a domain", 0)
        self.questions.append(json.loads(text))
        self.limits.append(seconds)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return json.dumps({"return": answer})


Script = Callable[..., Scripted]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    def scripted(*answers: Any) -> Scripted:
        made = Scripted(*answers)
        monkeypatch.setattr(libvirt_qemu, "qemuAgentCommand", made)
        return made

    monkeypatch.setattr(agent_module, "FIRST_LOOK", 0.001)
    return scripted


AGENT = Agent("c1", "a domain")
RUNS = {"exited": False}


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_program_is_looked_at_until_it_has_ended(script: Script) -> None:
    said = script({"pid": 7}, RUNS, RUNS, {"exited": True, "exitcode": 3, "out-data": coded(b"out\n"),
                                           "err-data": coded(b"err\n")})  # fmt: skip
    assert AGENT.run("mount", "/mnt/v3", "a b; $c", timeout=5) == Completed(3, "out\n", "err\n")
    first, *looks = said.questions
    words = {"path": "mount", "arg": ["/mnt/v3", "a b; $c"], "capture-output": True}  # no shell reads them
    assert first == {"execute": "guest-exec", "arguments": words}
    assert looks == [{"execute": "guest-exec-status", "arguments": {"pid": 7}}] * 3
    assert set(said.limits) == {5}


def test_a_program_that_says_nothing(script: Script) -> None:
    script({"pid": 7}, {"exited": True, "exitcode": 0})
    assert AGENT.run("true", timeout=5) == Completed(0, "", "")


def test_a_signal_is_no_success(script: Script) -> None:
    script({"pid": 7}, {"exited": True, "signal": 9})
    assert AGENT.run("true", timeout=5).exit == -9


@pytest.mark.parametrize("data", [b"\xff\xfe", b"half a \xe2\x82"])
def test_output_may_be_no_text(script: Script, data: bytes) -> None:
    script({"pid": 7}, {"exited": True, "exitcode": 0, "out-data": coded(data)})
    assert "\N{REPLACEMENT CHARACTER}" in AGENT.run("cat", timeout=5).out


def test_a_program_that_does_not_end_in_time(script: Script) -> None:
    script({"pid": 7}, RUNS)
    with pytest.raises(Unreachable, match="c1: `sleep` not done within 0 s"):
        AGENT.run("sleep", "9", timeout=0.05)


def test_looks_become_rarer_and_never_outlast_the_deadline(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    script({"pid": 7}, *[RUNS] * 12, {"exited": True, "exitcode": 0})
    AGENT.run("true", timeout=60)
    assert pauses == sorted(pauses)
    assert pauses[-1] == agent_module.LONGEST_LOOK


def test_a_file_is_read_and_closed(script: Script) -> None:
    said = script(1000, {"count": 5, "buf-b64": coded(b"1-2-3\n"), "eof": True}, {})
    assert AGENT.read("/proc/sys/kernel/random/boot_id", 5) == "1-2-3\n"
    assert [question["execute"] for question in said.questions] == [
        "guest-file-open", "guest-file-read", "guest-file-close"
    ]  # fmt: skip
    assert said.questions[2]["arguments"] == {"handle": 1000}


def test_a_clock_is_in_seconds(script: Script) -> None:
    said = script(1_700_000_000_250_000_000)
    assert AGENT.clock(5) == pytest.approx(1_700_000_000.25, abs=1e-6)
    assert said.questions == [{"execute": "guest-get-time"}]


def test_a_program_that_was_begun_is_left_alone(script: Script) -> None:
    said = script({"pid": 7})
    AGENT.begin("systemctl", "poweroff", timeout=5)
    assert said.questions == [{"execute": "guest-exec", "arguments": {"path": "systemctl", "arg": ["poweroff"]}}]


SILENT = HostError("Guest agent is not responding")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: AGENT.run("true", timeout=1),
        lambda: AGENT.read("/x", 1),
        lambda: AGENT.clock(1),
        lambda: AGENT.begin("true", timeout=1),
    ],
)
def test_an_agent_that_does_not_answer_is_an_unreachable_guest(script: Script, ask: Callable[[], Any]) -> None:
    script(SILENT)
    with pytest.raises(Unreachable, match=r"^c1: Guest agent is not responding$"):
        ask()


def test_an_agent_that_falls_silent_while_a_program_runs(script: Script) -> None:
    script({"pid": 7}, RUNS, SILENT)
    with pytest.raises(Unreachable):
        AGENT.run("true", timeout=5)


def test_whether_it_answers(script: Script) -> None:
    said = script({})
    assert AGENT.answers()
    assert said.limits == [1]
    script(SILENT)
    assert not AGENT.answers()


NONSENSE: list[Any] = [None, 7, "text", [], {"buf-b64": 7, "pid": 1}]


@pytest.mark.parametrize("answer", NONSENSE)
def test_an_answer_that_makes_no_sense_is_none(script: Script, answer: Any) -> None:
    """A guest is not to be trusted: its agent may say anything."""
    for ask in (lambda: AGENT.read("/etc/hostname", timeout=1), lambda: AGENT.run("true", timeout=0.05)):
        script(answer)
        with pytest.raises(Unreachable):
            ask()


def test_a_clock_that_is_none(script: Script) -> None:
    script({"time": 1})
    with pytest.raises(Unreachable, match="makes no sense"):
        AGENT.clock(timeout=1)
