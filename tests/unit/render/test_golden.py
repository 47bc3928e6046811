"""What several labs are rendered to, compared as files."""

import pytest

from hanfslab.topology.nodes import SERVICE_NAME
from tests.unit.render.labs import GOLDEN, LABS, rendered


@pytest.mark.parametrize("name", LABS)
def test_a_lab_renders_to_its_golden_files(name: str) -> None:
    folder = GOLDEN / name
    kept = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert rendered(LABS[name]) == kept, "read the difference; if it is meant: python -m tests.unit.render.labs"


# The page's own lines, with the lab's names: this is what is being replayed.
PAGE = {
    "ip-first": "{home} {ip} Filesystem::/dev/sdb1::/data::ext4 nfslock nfs",
    "ip-last": "{home} Filesystem::/dev/sdb1::/data::ext4 nfslock nfs {ip}",
    "portblock": "{home} portblock::tcp::111::block portblock::udp::111::block {ip} \\\n"
    "Filesystem::/dev/sdb1::/data::ext3 nfslock nfs \\\nportblock::tcp::111::unblock portblock::udp::111::unblock",
}


@pytest.mark.parametrize(("name", "order"), [("empty", "ip-first"), ("ip-last", "ip-last"), ("page-2004", "portblock")])
def test_haresources_is_the_pages(name: str, order: str) -> None:
    lab = LABS[name]
    text = rendered(lab)["nfs2/etc/ha.d/haresources"].split("\n", 1)[1]
    assert text == PAGE[order].format(home="nfs1", ip=lab.floating) + "\n"


def test_ha_cf_has_the_pages_directives_in_their_order() -> None:
    lines = rendered(LABS["empty"])["nfs2/etc/ha.d/ha.cf"].splitlines()[1:]
    assert (
        lines
        == """debugfile /var/log/ha-debug
logfile /var/log/ha-log
logfacility local0
keepalive 2
deadtime 10
warntime 10
initdead 20
udpport 694
bcast eth0 # Linux
auto_failback off
node nfs1
node nfs2
apiauth ping gid=haclient uid=gshi,hacluster
apiauth ccm gid=haclient uid=hacluster
apiauth evms gid=haclient uid=root
apiauth ipfail gid=haclient uid=gshi,hacluster""".splitlines()
    )


def test_only_servers_get_the_clusters_secret() -> None:
    files = rendered(LABS["empty"])
    assert files["nfs2/etc/ha.d/authkeys"].startswith("# mode 600\n")
    assert files["nfs2/etc/ssh/ssh_host_ed25519_key"].startswith("# mode 600\n")
    assert not [path for path, text in files.items() if path.startswith("c1/") and "authkey" in text]


def test_every_guest_knows_the_floating_address_by_name() -> None:
    for name, lab in LABS.items():
        for node in ("nfs2", "c1"):
            assert f"{lab.floating} {SERVICE_NAME}\n" in rendered(lab)[f"{node}/etc/hosts"], name
