"""A terminal that was closed."""

import errno
import os
import termios

OUTPUT = (1, 2)


def leave_if_gone() -> None:
    """Write to nowhere from now on if the terminal is gone; each further word would end in an error.

    What has to be cleaned up must not fail at saying so.
    """
    for number in OUTPUT:
        if _gone(number):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)


def _gone(number: int) -> bool:
    try:
        termios.tcgetattr(number)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)  # of a file or a pipe it is ENOTTY
    return False
