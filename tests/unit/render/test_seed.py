"""The seed is a tar that a guest can unpack as it is, and the same for the same lab."""

import io
import tarfile
from pathlib import Path

import pytest

from hanfslab.errors import UsageError
from hanfslab.render.files import guest_files
from hanfslab.render.preview import preview, write
from hanfslab.render.seed import seed
from tests.unit.render.labs import LABS, secrets


@pytest.mark.parametrize("name", LABS)
def test_the_seed_holds_every_file_as_roots(name: str) -> None:
    lab = LABS[name]
    for node in lab.nodes[:3]:
        files = guest_files(lab, node, secrets(lab))
        content = seed(files)
        assert len(content) % 512 == 0
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            members = {member.name: member for member in tar.getmembers() if member.isreg()}
            assert {name: (m.mode, m.uid, m.gid) for name, m in members.items()} == {
                f.path: (f.mode, 0, 0) for f in files
            }
            for file in files:
                extracted = tar.extractfile(file.path)
                assert extracted
                assert extracted.read() == file.text.encode()
        assert seed(guest_files(lab, node, secrets(lab))) == content


def test_only_folders_of_the_labs_own_are_in_the_seed() -> None:
    """A folder in the tar would change the mode of the guest's own."""
    lab = LABS["empty"]
    with tarfile.open(fileobj=io.BytesIO(seed(guest_files(lab, lab.servers[0], secrets(lab))))) as tar:
        folders = [member.name for member in tar.getmembers() if member.isdir()]
    assert not {"etc", "usr", "etc/ssh", "usr/local"} & set(folders)
    assert "usr/local/lib/hanfslab" in folders


def test_the_preview_shows_every_guests_files_and_no_key() -> None:
    files = preview(LABS["empty"])
    assert {"Vagrantfile", "networks/lab-service.xml", "guests/nfs1/etc/ha.d/ha.cf", "guests/c2/etc/fstab"} <= set(
        files
    )
    assert "(made by hanfslab up)" in files["guests/nfs2/etc/ha.d/authkeys"]


def test_a_preview_is_never_written_over_files(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    write(preview(LABS["empty"]), folder)
    assert (folder / "guests" / "nfs1" / "etc" / "ha.d" / "haresources").is_file()
    with pytest.raises(UsageError, match="not an empty folder"):
        write({}, folder)
