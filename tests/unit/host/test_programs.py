"""Programs of the host: their failures as one line."""

import pytest

from hanfslab.errors import LabError
from hanfslab.host import programs


def test_output() -> None:
    assert programs.run(["echo", "a b"]) == "a b\n"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["no-such-program"], "not installed"),
        (["sh", "-c", "echo one >&2; echo two >&2; exit 3"], "two"),
        (["false"], "exit code 1"),
        (["sleep", "60"], "no end within"),
    ],
)
def test_failures(argv: list[str], words: str) -> None:
    with pytest.raises(LabError) as caught:
        programs.run(argv, 0.3)
    assert words in caught.value.message
    assert "\n" not in caught.value.message
