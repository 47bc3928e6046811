"""What guests wrote is shown as text, and obeyed by no terminal."""

import pytest

from hanfslab.lab import logs
from hanfslab.lab.lab import Lab
from tests.unit.render.labs import LABS


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\tb\nc\n", "a\tb\nc\n"),
        ("\x1b[0;32m  OK  \x1b[0m] Started\r\n", "  OK  ] Started\n"),
        ("\x1b[2J\x1b[1;1H\x1b[?25lboot", "boot"),
        ("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b", "ab"),
        ("\x1bPq#0\x1b\\a\x1b(Bb\x1bcd\x1bM", "abd"),
        ("\x1b", ""),
        ("\x1b\x1b[31mx", "x"),
        ("a\x00\x08\x7f\x9b31mb", "a31mb"),
        ("umlaut \xfc \u20ac", "umlaut \xfc \u20ac"),
    ],
)
def test_what_a_terminal_would_obey_is_left_out(said: str, shown: str) -> None:
    assert logs.plain(said) == shown


def test_the_console_is_read_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    class Place:
        topology, pool = LABS["empty"], None

    console = b"one\r\n\x1b[31mtwo\x1b[0m\r\n\x1b]0;three\x07\xff\r\n"
    monkeypatch.setattr(logs, "read_tail", lambda *_: console)
    lab: Lab = Place()  # type: ignore[assignment]
    assert logs.read(lab, LABS["empty"].servers[0], "console") == "one\ntwo\n\ufffd"
    assert logs.read(lab, LABS["empty"].servers[0], "console", 2) == "two\n\ufffd"
