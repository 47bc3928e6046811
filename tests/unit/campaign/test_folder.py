import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hanfslab.campaign.folder import RunFolder, alone, create, find, write_run
from hanfslab.errors import LabError, UsageError

TIME = 1_700_000_000.0


def test_it_is_named_for_the_lab_and_the_time_and_latest_follows(tmp_path: Path) -> None:
    first, second = create(tmp_path, "page", TIME), create(tmp_path, "page", TIME)
    assert first.path == tmp_path / "runs" / "page-20231114T221320Z"
    assert second.path.name == "page-20231114T221320Z-2"
    assert (tmp_path / "runs" / "latest").resolve() == second.path
    assert os.readlink(tmp_path / "runs" / "latest") == second.path.name


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(LabError, match="runs"):
        create(tmp_path, "page", TIME)


def test_what_was_asked_is_toml_whatever_it_says(tmp_path: Path) -> None:
    facts = {
        "lab": 'p"a\\g\ne\x7f',
        "seed": 7,
        "versions": {"qemu": "7.2", "odd": "ä"},
        "asked": {"faults": ["reboot"]},
    }
    write_run(RunFolder(tmp_path), facts)
    assert tomllib.loads((tmp_path / "run.toml").read_text()) == facts


def test_two_campaigns_on_one_lab_are_refused_by_a_lock_that_the_dead_do_not_keep(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(UsageError, match=f"process {os.getpid()}"), alone(tmp_path):
        pass
    code = (
        "import os, pathlib, sys; from hanfslab.campaign.folder import alone\n"
        "with alone(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], timeout=30, check=False).returncode == -9
    with alone(tmp_path):
        pass


def test_a_run_is_found_by_folder_file_and_name(tmp_path: Path) -> None:
    run = create(tmp_path, "page", TIME)
    run.history.write_text("")
    for given in (str(run.path), str(run.history), "latest", run.path.name):
        assert find(given, tmp_path) == run.history
    with pytest.raises(UsageError, match="no run"):
        find("latest", None)
    with pytest.raises(UsageError, match="nowhere"):
        find("nowhere", tmp_path)
