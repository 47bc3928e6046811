"""A limit's variable holds a number of seconds, or the person is told so."""

import pytest

from hanfslab.errors import UsageError
from hanfslab.timeouts import Timeout

BOOT = Timeout("BOOT", 60, "a test's")


def test_a_variable_overrides_and_is_not_scaled(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BOOT.scaled(3) == 180
    monkeypatch.setenv("HANFSLAB_TIMEOUT_BOOT", "1.5")
    assert BOOT.scaled(3) == 1.5


@pytest.mark.parametrize("text", ["2m", "soon", "nan", "inf", "-1", "0", "1e300"])
def test_what_is_no_number_of_seconds(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANFSLAB_TIMEOUT_BOOT", text)
    with pytest.raises(UsageError, match=f"HANFSLAB_TIMEOUT_BOOT='{text}': should be a number of seconds"):
        BOOT.scaled()
