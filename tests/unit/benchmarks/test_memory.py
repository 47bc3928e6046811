"""Which processes are a lab's QEMUs, and what they take."""

from pathlib import Path

import pytest

from benchmarks.figures.memory import guest, qemus, taken
from hanfslab.errors import LabError

ROLLUP = "55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  {rss} kB\nPss:  {pss} kB\nPss_Dirty: 7 kB\nSwapPss: 9 kB\n"


def process(proc: Path, pid: int, *words: str, pss: int = 0, rss: int = 0) -> Path:
    folder = proc / str(pid)
    folder.mkdir()
    (folder / "cmdline").write_bytes("\0".join([*words, ""]).encode())
    (folder / "smaps_rollup").write_text(ROLLUP.format(pss=pss, rss=rss))
    return folder


def qemu(name: str) -> list[str]:
    return ["/usr/bin/qemu-system-x86_64", "-name", f"guest={name},debug-threads=on", "-S"]


def test_the_guest_of_a_command_line() -> None:
    assert guest("\0".join(qemu("bench8-c1")).encode()) == "bench8-c1"
    assert guest(b"/usr/bin/qemu-system-x86_64\0-name") == ""
    assert guest(b"grep\0-name\0guest=bench8-c1,debug-threads=on\0") == "", "somebody who looks for it"
    assert guest(b"") == ""


def test_a_labs_processes_are_found_among_others(tmp_path: Path) -> None:
    mine = [process(tmp_path, 10, *qemu("bench8-nfs1")), process(tmp_path, 11, *qemu("bench8-c1"))]
    process(tmp_path, 12, *qemu("bench8-c10"))
    process(tmp_path, 13, "bash")
    (tmp_path / "14").mkdir()
    assert sorted(qemus(["bench8-nfs1", "bench8-c1"], tmp_path)) == sorted(mine)


def test_a_guest_without_a_process_is_no_small_guest(tmp_path: Path) -> None:
    process(tmp_path, 10, *qemu("bench8-nfs1"))
    with pytest.raises(LabError, match="QEMU runs for bench8-nfs1"):
        qemus(["bench8-nfs1", "bench8-c1"], tmp_path)


def test_two_processes_of_one_guest_are_an_error(tmp_path: Path) -> None:
    for pid in (10, 11):
        process(tmp_path, pid, *qemu("bench8-nfs1"))
    with pytest.raises(LabError, match="bench8-nfs1, bench8-nfs1"):
        qemus(["bench8-nfs1"], tmp_path)


def test_what_they_take_together(tmp_path: Path) -> None:
    gib = 1 << 20
    some = [process(tmp_path, 1, pss=gib // 2, rss=gib), process(tmp_path, 2, pss=gib, rss=2 * gib)]
    assert taken(some) == (1.5, 3.0)


def test_a_process_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="No such file"):
        taken([tmp_path / "1"])
