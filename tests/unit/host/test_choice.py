"""Which libvirt is chosen, over a table of hosts."""

import contextlib
import itertools
from typing import get_args

import pytest

from hanfslab.errors import HanfslabError, LabError, UsageError
from hanfslab.host.choice import Facts, System, choose


@pytest.mark.parametrize(
    ("root", "system", "asked", "kind"),
    [
        (True, "works", "", "system"),
        (True, "slow", "", "private"),
        (True, "hangs", "", "private"),
        (True, "broken", "", "private"),
        (True, "absent", "", "private"),
        (True, "works", "private", "private"),
        (True, "slow", "system", "system"),
        (False, "works", "", "system"),
        (False, "slow", "", "system"),
        (False, "works", "system", "system"),
    ],
)
def test_chosen(root: bool, system: System, asked: str, kind: str) -> None:
    assert choose(Facts(root, "anna", system, asked=asked)).kind == kind


@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        (Facts(False, "anna", "absent"), LabError, "run hanfslab as root"),
        (Facts(False, "anna", "denied"), LabError, "adduser anna libvirt"),
        (Facts(False, "anna", "broken", said="internal error: no bus"), LabError, "no bus"),
        (Facts(False, "anna", "hangs"), LabError, "systemctl restart libvirtd"),
        (Facts(True, "root", "absent", installed=False), LabError, "apt-get install"),
        (Facts(False, "anna", "absent", installed=False), LabError, "apt-get install"),
        (Facts(True, "root", "absent", asked="system"), LabError, "systemctl start libvirtd"),
        (Facts(False, "anna", "works", asked="private"), UsageError, "needs root"),
        (Facts(True, "root", "works", asked="both"), UsageError, "expected system or private"),
    ],
)
def test_refused(facts: Facts, error: type[HanfslabError], words: str) -> None:
    with pytest.raises(error) as caught:
        choose(facts)
    assert words in f"{caught.value.message} {caught.value.hint}"


def test_a_user_is_never_given_a_private_one() -> None:
    for system, installed, asked in itertools.product(get_args(System), (True, False), ("", "system", "private")):
        with contextlib.suppress(HanfslabError):
            assert choose(Facts(False, "anna", system, installed, asked)).kind == "system"
