"""The shared disk's image has one partition with an empty file system where the guests look for it."""

import os
import subprocess
from pathlib import Path

import pytest

from hanfslab.errors import LabError
from hanfslab.lab.disk import PARTITION_START, make_disk
from hanfslab.lab.volumes import extents
from tests.unit.render.labs import LABS


@pytest.mark.parametrize(("name", "has_extents"), [("empty", True), ("page-2004", False)])
def test_the_image_is_a_disk_with_a_clean_file_system(name: str, has_extents: bool, tmp_path: Path) -> None:
    image = tmp_path / "disk.img"
    make_disk(LABS[name], image)
    table = subprocess.run(
        ["sfdisk", "--dump", str(image)], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert f"start={PARTITION_START // 512:>12}" in table
    with (tmp_path / "part").open("wb") as part, image.open("rb") as disk:
        disk.seek(PARTITION_START)
        os.sendfile(part.fileno(), disk.fileno(), PARTITION_START, image.stat().st_size)
    check = subprocess.run(["e2fsck", "-fn", str(tmp_path / "part")], capture_output=True, text=True, timeout=60)
    assert check.returncode == 0, check.stdout
    features = subprocess.run(
        ["dumpe2fs", "-h", str(tmp_path / "part")], capture_output=True, text=True, timeout=60
    ).stdout
    assert "has_journal" in features
    assert ("extent" in features) == has_extents


def test_only_what_is_written_is_sent(tmp_path: Path) -> None:
    image = tmp_path / "sparse"
    with image.open("wb") as file:
        file.truncate(64 << 20)
        file.seek(8 << 20)
        file.write(b"x" * 5000)
    with image.open("rb") as file:
        found = list(extents(file.fileno(), 64 << 20))
    assert sum(length for _, length in found) <= 1 << 20
    assert any(start <= 8 << 20 < start + length for start, length in found)


def test_a_tool_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "sfdisk"
    fake.write_text("#!/bin/sh\necho no space left >&2; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(LabError, match="sfdisk failed: no space left"):
        make_disk(LABS["empty"], tmp_path / "disk.img")
