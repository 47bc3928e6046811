from typing import Any

import pytest

from hanfslab.topology.model import LabFile
from hanfslab.topology.nodes import topology
from hanfslab.workloads.bonnie import Bonnie, figures

# As bonnie++ 2.00a of Debian 12 prints it on a fast disk and over NFS.
FAST = (
    "1.98,2.00a,c1,1,1795372329,64M,,8192,5,,,+++++,+++,+++++,+++,,,+++++,+++,+++++,+++,1,,,,,+++++,+++,+++++,+++,"
    "+++++,+++,+++++,+++,+++++,+++,+++++,+++,,190us,64us,,40us,12032us,694us,100us,508us,195us,34us,96us\n"
)
NFS = (
    "1.98,2.00a,c1,1,1795372329,64M,,8192,5,,,30123,12,9120,4,,,45678,9,101.2,3,1,,,,,310,5,+++++,+++,700,6,300,5,"
    "+++++,+++,690,6,,25s,640ms,,40us,12032us,694us,100us,508us,195us,34us,96us\n"
)
NO_FOLDER = 'Can\'t change to directory "/mnt/v3/bonnie-c1".\nusage:\nbonnie++ [-d scratch-dir]\n\nVersion: 2.00a\n'


def record(**more: Any) -> dict[str, Any]:
    return {
        "type": "ended",
        "n": 4,
        "time": 9.0,
        "status": 0,
        "signal": 0,
        "stopped": False,
        "out": NFS,
        "err": "",
        **more,
    }


JOBS = Bonnie().jobs(topology(LabFile.model_validate({"clients": {"count": 3}})))


def test_clients_take_versions_in_turn() -> None:
    assert [(job.node, job.version) for job in JOBS] == [("c1", "3"), ("c2", "4.2"), ("c3", "3")]
    assert JOBS[1].command[:4] == (
        "/usr/local/lib/hanfslab/repeat",
        "/var/lib/hanfslab/workloads/bonnie/v4.2.jsonl",
        "--fresh",
        "/mnt/v4.2/bonnie-c2-v4.2",
    )
    assert JOBS[1].unit == "hanfslab-work-bonnie-v4.2"


def test_figures_over_nfs() -> None:
    found = figures("Version 2.00a  ----\n" + NFS)
    assert found is not None
    assert found["rates"]["put_block"] == 30123
    assert found["rates"]["seeks"] == pytest.approx(101.2)
    assert found["rates"]["seq_create"] == 310
    assert found["latencies"]["put_block"] == 25.0
    assert found["latencies"]["rewrite"] == pytest.approx(0.64)
    assert found["latencies"]["ran_del"] == pytest.approx(96e-6)


def test_what_was_too_fast_to_be_measured_is_unknown() -> None:
    found = figures(FAST)
    assert found is not None
    assert set(found["rates"].values()) == {None}
    assert found["latencies"]["seeks"] == pytest.approx(0.012032)


@pytest.mark.parametrize("out", ["", "nothing", NFS[:60], "1.96,1.96,c1\n"])
def test_no_line_of_figures_is_no_figures(out: str) -> None:
    assert figures(out) is None


@pytest.mark.parametrize(
    ("more", "kind", "name"),
    [
        ({}, "ok", None),
        ({"status": 1, "err": NO_FOLDER}, "fail", "FAILED"),
        ({"status": 0, "out": ""}, "fail", "NO_FIGURES"),
        ({"status": 137, "signal": 9}, "info", "KILLED"),
        ({"status": 137, "signal": 9, "stopped": True}, "info", "STOPPED"),
        ({"status": 127, "out": "", "err": "/usr/sbin/bonnie++: No such file or directory"}, "fail", "FAILED"),
    ],
)
def test_how_a_run_ended(more: dict[str, Any], kind: str, name: str | None) -> None:
    event = Bonnie().events(JOBS[0], record(**more))[0]
    assert (event.type, event.error.get("name"), event.process, event.f) == (kind, name, "c1/bonnie-4", "bonnie")
    assert event.value["version"] == "3"


def test_a_failed_run_keeps_its_last_words() -> None:
    error = (
        Bonnie()
        .events(
            JOBS[0],
            record(status=1, out="", err="\nWriting intelligently...\nCan't write block.: Input/output error\n\n"),
        )[0]
        .error
    )
    assert error == {
        "name": "FAILED",
        "status": 1,
        "text": "Writing intelligently...\nCan't write block.: Input/output error",
    }
