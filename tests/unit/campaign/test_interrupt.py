import os
import signal

import pytest

from hanfslab.campaign.interrupt import Interrupt, StoppedError


def test_once_ends_twice_stops_a_third_time_breaks_off() -> None:
    said: list[str] = []
    interrupt = Interrupt(said.append)
    interrupt.check()
    interrupt.press()
    interrupt.check()
    assert interrupt.asked_to_end
    interrupt.press()
    with pytest.raises(StoppedError):
        interrupt.check()
    with pytest.raises(KeyboardInterrupt):
        interrupt.press()
    assert said == ["ending after this failover; press Ctrl-C again to stop at once", "stopping at once"]


@pytest.mark.parametrize(("number", "times"), [(signal.SIGINT, 1), (signal.SIGTERM, 2), (signal.SIGHUP, 2)])
def test_signals_are_caught_meanwhile_only(number: signal.Signals, times: int) -> None:
    before, interrupt = signal.getsignal(number), Interrupt()
    with interrupt.caught():
        os.kill(os.getpid(), number)
        assert interrupt.times == times
    assert signal.getsignal(number) is before


def test_the_second_word_that_the_terminal_is_closed_breaks_nothing_off() -> None:
    interrupt = Interrupt()
    interrupt.press(signal.SIGHUP)
    interrupt.press(signal.SIGHUP)
    assert interrupt.times == 2


def test_under_nohup_a_closed_terminal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupt().caught():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
