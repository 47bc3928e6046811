"""tests/shellcheck finds every script and passes none that is wrong."""

import shutil
import subprocess
from pathlib import Path

import pytest

from hanfslab.data import data

SCRIPT = Path(__file__).parents[2] / "shellcheck"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tests" / "shellcheck")
    return tmp_path


def check(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([project / "tests" / "shellcheck"], capture_output=True, text=True, timeout=60, check=False)


def test_the_recipe_passes(project: Path) -> None:
    shutil.copytree(data("boxes"), project / "boxes")
    done = check(project)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_bad_script_in_the_guests_files_is_found(project: Path) -> None:
    bad = project / "templates" / "server" / "etc" / "resource"
    bad.parent.mkdir(parents=True)
    bad.write_text("#!/bin/sh\nrm -rf $1/*\n")
    done = check(project)
    assert done.returncode != 0
    assert "SC2086" in done.stdout


def test_what_scripts_source_is_found_by_its_name(project: Path) -> None:
    bad = project / "templates" / "server" / "usr" / "local" / "lib" / "hanfslab" / "resource"
    bad.parent.mkdir(parents=True)
    bad.write_text("# shellcheck shell=sh\nfail() { rm -rf $1/*; }\n")
    assert data("templates/server/usr/local/lib/hanfslab/resource").is_file()
    done = check(project)
    assert done.returncode != 0
    assert "SC2086" in done.stdout


def test_no_script_at_all_is_a_failure(project: Path) -> None:
    assert check(project).returncode == 1
