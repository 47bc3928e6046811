"""Ctrl-C: once ends the cycle and reports, twice stops at once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from hanfslab import terminal


class StoppedError(Exception):
    """Somebody wants the campaign to stop at once."""


class Interrupt:
    """How often Ctrl-C was pressed; asked at places where nothing is half done.

    Args:
        say: tells the person what happens now.
    """

    def __init__(self, say: Callable[[str], None] = lambda text: None) -> None:
        self.times = 0
        self._say = say

    def press(self, number: int = signal.SIGINT, frame: FrameType | None = None) -> None:
        """What Ctrl-C does; a closed terminal or a termination counts as twice.

        Raises:
            KeyboardInterrupt: the third time, to break off whatever is going on.
        """
        terminal.leave_if_gone()
        if number == signal.SIGHUP and self.times > 1:
            return  # both the kernel and the shell send one
        self.times += 1 if number == signal.SIGINT else 2
        if self.times > 2:
            raise KeyboardInterrupt
        self._say(
            "stopping at once" if self.times == 2 else "ending after this failover; press Ctrl-C again to stop at once"
        )

    @property
    def asked_to_end(self) -> bool:
        """Whether no further fault is wanted."""
        return self.times > 0

    def check(self) -> None:
        """Raise StoppedError if the campaign is to stop at once."""
        if self.times > 1:
            raise StoppedError

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch the signals meanwhile; only the main thread can."""
        taken = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: it is to go on without its terminal
            taken.append(signal.SIGHUP)
        before = {number: signal.signal(number, self.press) for number in taken}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
