"""The lab of the tests with guests: one, brought up once, its logs kept when a test fails."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanfslab.box import store
from hanfslab.host import libvirtd
from hanfslab.host.paths import HostFolder
from tests.vm.words import UP_SECONDS, User, root

NODES = ["nfs1", "nfs2", "c1", "c2"]


@pytest.fixture(scope="session")
def box() -> store.Box:
    """The guest image of this recipe."""
    return store.ensure(print)


@pytest.fixture(scope="session")
def private_host() -> Iterator[None]:
    """The private libvirtd is ended again, unless it ran before."""
    folder = HostFolder.default()
    before = libvirtd.living(folder)
    yield
    if before is None and libvirtd.living(folder):
        libvirtd.stop(folder, force=True)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, box: store.Box, private_host: None) -> Iterator[User]:
    """A lab of two servers and two clients that is up."""
    if os.geteuid() != 0:
        pytest.skip("needs root for a private libvirtd")
    folder = tmp_path_factory.mktemp("lab")
    (folder / "lab.toml").write_text('name = "vmtest"\n')
    user = root(folder)
    user.types("up", seconds=UP_SECONDS)
    yield user
    if (folder / ".hanfslab").exists():
        user.types("destroy", seconds=UP_SECONDS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep the nodes' logs of the moment at which a test failed."""
    report = yield
    user = getattr(item, "funcargs", {}).get("lab")
    if report.when == "call" and report.failed and isinstance(user, User):  # type: ignore[attr-defined]
        user.keep_logs(item.name, NODES)
    return report


@pytest.fixture
def elsewhere(tmp_path: Path) -> User:
    """Somebody in another folder."""
    return root(tmp_path)
