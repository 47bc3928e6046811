import io
from pathlib import Path

import pytest
from rich.console import Console

from hanfslab.checkers.results import Failover, Finding, Results, Service, Tally
from hanfslab.report.summary import summarize
from hanfslab.report.words import clock, seconds

GOLDEN = """\
Failovers: seconds without service on each client and NFS version
n  at    fault                from  to    c1 v3  c1 v4.2  longest  whole again
1  0:30  reboot               nfs1  nfs2  24 s   24 s     24 s     50 s
2  2:30  reboot (not proved)  nfs2  -     9.5 s  -        9.5 s    -
Workloads
workload  runs ok  failed  interrupted
bonnie    4        0       1
mlock     12       1       2            540 lines PASSED
Checks
check    verdict
owner    pass     exactly one owner in every audit after 2 takeovers
mlock    fail     1 of 15 runs failed; the first: [red]c1/mlock-0[/red]
service  unknown  not seen whether the service came back
Under TCG, without KVM: times are not those of real machines.
verdict: fail (a check failed)
all that was seen: /lab/runs/page-20231114T221320Z
"""


def results(accelerator: str = "tcg") -> Results:
    return Results(
        checks=[
            Finding("owner", "pass", "exactly one owner in every audit after 2 takeovers"),
            Finding("mlock", "fail", "1 of 15 runs failed; the first: [red]c1/mlock-0[/red]"),
            Finding("service", "unknown", "not seen whether the service came back"),
        ],
        failovers=[
            Failover(
                1,
                "reboot",
                "nfs1",
                30.2,
                True,
                "nfs2",
                25.0,
                50.2,
                150.0,
                [Service("c1", "3", 24.3, 26.0), Service("c1", "4.2", 23.6, 25.0)],
            ),
            Failover(
                2,
                "reboot",
                "nfs2",
                150.0,
                False,
                None,
                None,
                None,
                300.0,
                [Service("c1", "3", 9.5, 12.0), Service("c1", "4.2", None, None, 100.0)],
            ),
        ],
        workloads=[Tally("bonnie", 4, 0, 1), Tally("mlock", 12, 1, 2, 540)],
        run={"accelerator": accelerator},
    )


def printed(results: Results) -> str:
    out = io.StringIO()
    summarize(results, Path("/lab/runs/page-20231114T221320Z"), Console(file=out, width=110))
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def test_a_run_in_a_pipe() -> None:
    assert printed(results()) == GOLDEN


def test_under_kvm_nothing_is_said_about_times() -> None:
    assert "TCG" not in printed(results("kvm"))


def test_a_run_without_failovers_has_no_empty_table() -> None:
    text = printed(Results([Finding("lab", "broken", "nfs1 is gone")], [], [], {}))
    assert text.startswith("Checks\n")
    assert "verdict: broken (the lab itself broke)" in text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (0.04, "0.0 s"), (9.94, "9.9 s"), (24.5, "24 s"), (100.0, "100 s")]
)
def test_seconds(value: float | None, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0:00"), (61.9, "1:01"), (3600, "1:00:00"), (21599, "5:59:59")])
def test_clock(value: float, text: str) -> None:
    assert clock(value) == text
