"""What is said of the machine that figures are from."""

import os
import re

from benchmarks.machine import UNKNOWN, Machine, commit, today, version


def test_this_machine() -> None:
    here = Machine.here("tcg")
    assert here.cores == len(os.sched_getaffinity(0))
    assert re.fullmatch(r"\d+\.\d GiB", here.memory)
    assert here.kernel == os.uname().release
    assert here.accelerator == "tcg"


def test_the_version_of_a_program_that_says_it_in_a_sentence() -> None:
    assert version("echo", "QEMU emulator version 7.2.19 (Debian 1:7.2+dfsg)") == "7.2.19"
    assert version("echo", "nothing") == UNKNOWN
    assert version("no-such-program") == UNKNOWN


def test_the_commit_and_the_date() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+( [0-9a-f]{7,}\+?)?", commit())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", today())
