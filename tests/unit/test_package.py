"""What is installed holds all that a lab is made from, not only the Python code."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.unit.cli.commands import SECONDS

CLONE = Path(__file__).parents[2]
WHEEL = tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]


def rendered(package: Path, place: Path) -> dict[str, str]:
    """What the hanfslab in a folder of packages renders of an empty lab."""
    (place / "lab.toml").write_text("")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(place), "PYTHONPATH": str(package)}
    show = "import hanfslab, sys; print(hanfslab.__file__, file=sys.stderr); from hanfslab.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", show, "render", "--json"], cwd=place, env=environment,
                          capture_output=True, text=True, timeout=SECONDS, check=True)  # fmt: skip
    assert done.stderr.startswith(str(package)), done.stderr
    files: dict[str, str] = json.loads(done.stdout)
    return files


def test_laid_out_as_in_a_wheel_it_renders_the_same(tmp_path: Path) -> None:
    for package in WHEEL["packages"]:
        shutil.copytree(CLONE / package, tmp_path / "site" / package, ignore=shutil.ignore_patterns("__pycache__"))
    for source, target in WHEEL["force-include"].items():
        place = tmp_path / "site" / target
        place.parent.mkdir(exist_ok=True)
        copy = shutil.copytree if (CLONE / source).is_dir() else shutil.copyfile
        copy(CLONE / source, place)
    assert rendered(tmp_path / "site", tmp_path) == rendered(CLONE, tmp_path)


def test_every_folder_of_data_is_in_the_wheel() -> None:
    assert {"Vagrantfile.j2", "templates", "boxes"} == set(WHEEL["force-include"])
    assert all(target == f"hanfslab/_data/{source}" for source, target in WHEEL["force-include"].items())
