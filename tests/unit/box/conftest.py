"""A host with fake gcc, mmdebstrap and vagrant, where builds go through in a moment."""

import os
import sys
from pathlib import Path

import pytest

ROOT_TAR = """#!/bin/sh
for last; do :; done
tree=$(mktemp -d) && mkdir "$tree/boot" && echo kernel >"$tree/boot/vmlinuz-6" && echo initrd >"$tree/boot/initrd.img-6"
tar -cf "$last" -C "$tree" . && rm -r "$tree"
"""
# gcc ... -o PROGRAM ...
COMPILED = """#!/bin/sh
while [ "$1" != -o ]; do shift; done
echo program >"$2"
"""
# vagrant box add --clean-box NAME CATALOG --force --provider libvirt, as far as its folder goes
ADD = """#!{python}
import json, os, pathlib, sys, tarfile
catalog = json.load(open(next(word for word in sys.argv if word.endswith("catalog.json"))))
version = catalog["versions"][0]
boxes = pathlib.Path(os.environ["VAGRANT_HOME"], "boxes", catalog["name"].replace("/", "-VAGRANTSLASH-"))
folder = boxes / version["version"] / "libvirt"
tarfile.open(version["providers"][0]["url"].removeprefix("file://")).extractall(folder)
"""


class Host:
    """The folders of a host made for one test."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.cache, self.home, self.bin = top / "cache", top / "home", top / "bin"
        self.bin.mkdir()

    def program(self, name: str, text: str) -> None:
        """Put a program on the PATH."""
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    @property
    def left(self) -> list[str]:
        """What a build left in the cache, but for its log and its lock."""
        return [path.name for path in (self.cache / "box").iterdir() if path.name not in ("build.log", "lock")]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """A host whose gcc, mmdebstrap and vagrant take no time, seen as by root, who needs no ranges of ids."""
    made = Host(tmp_path)
    made.program("gcc", COMPILED)
    made.program("mmdebstrap", ROOT_TAR)
    made.program("vagrant", ADD.format(python=sys.executable))
    monkeypatch.setenv("PATH", f"{made.bin}:{os.environ['PATH']}:/usr/sbin")
    monkeypatch.setenv("HANFSLAB_CACHE", str(made.cache))
    monkeypatch.setenv("VAGRANT_HOME", str(made.home))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return made
