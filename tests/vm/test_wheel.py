"""A real wheel, as pip builds it. No guest runs, but its build backend is downloaded: so it is no unit test."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.unit.test_package import CLONE, rendered

pytestmark = pytest.mark.vm
SECONDS = 300  # a slow line


def test_a_wheel_renders_what_the_clone_renders(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(CLONE)]
    subprocess.run(build, check=True, timeout=SECONDS)
    (wheel,) = tmp_path.glob("hanfslab-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
        names = set(packed.namelist())
    kept = subprocess.run(["git", "ls-files", "templates", "boxes", "Vagrantfile.j2"], cwd=CLONE, capture_output=True,
                          text=True, check=True, timeout=SECONDS).stdout.split()  # fmt: skip
    assert kept
    assert {f"hanfslab/_data/{name}" for name in kept} <= names
    assert rendered(tmp_path / "site", tmp_path) == rendered(CLONE, tmp_path)
