"""The lab that a plain, hand-written Vagrantfile makes (`benchmarks/plain/`), and what it finds in libvirt's pool."""

import shutil
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.commands import Ran
from benchmarks.labs import HANFSLAB, uninterrupted
from benchmarks.limits import COMMAND, DESTROY, PLAIN_UP
from hanfslab.box import recipe
from hanfslab.errors import HanfslabError
from hanfslab.host.accelerator import accelerator
from hanfslab.lab.volumes import POOL
from hanfslab.render.files import File
from hanfslab.render.seed import seed
from hanfslab.timeouts import Timeout

PLAIN = Path(__file__).parent / "plain"
SHARED, SEED = "benchplain-shared.img", "benchplain-seed.img"
DHCP = "[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\n\n[DHCPv4]\nClientIdentifier=mac\n"
# Whatever Vagrant left, or a run that was killed: nothing of it has another's name.
CLEAN = f"""
for guest in nfs1 nfs2 c1 c2; do
    virsh destroy "benchplain-$guest"; virsh undefine "benchplain-$guest"
    virsh vol-delete --pool {POOL} "benchplain-$guest.img"
done
for network in management service; do
    virsh net-destroy "benchplain-$network"; virsh net-undefine "benchplain-$network"
done
for volume in {SHARED} {SEED}; do virsh vol-delete --pool {POOL} "$volume"; done
exit 0
"""


class ByHand:
    """A lab made by `vagrant up`.

    Args:
        folder: an empty one.
    """

    def __init__(self, bench: Bench, folder: Path) -> None:
        self._bench, self._folder = bench, folder
        self._env = {"VAGRANT_CHECKPOINT_DISABLE": "1", "VAGRANT_DEFAULT_PROVIDER": "libvirt", "VAGRANT_NO_COLOR": "1"}

    def prepare(self) -> None:
        """Write what it needs: its files, keys, and where the box's kernel is."""
        shutil.copytree(PLAIN, self._folder, dirs_exist_ok=True)
        for key in ("key", "host-key"):
            self._bench.runs("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "by-hand", "-f", self._folder / key,
                             limit=COMMAND)  # fmt: skip
        (self._folder / "seed.img").write_bytes(seed(guest_files(self._folder)))
        self._env |= {
            "PLAIN_ACCELERATOR": accelerator().kind,
            "PLAIN_BOX_VERSION": recipe.version(),
            "PLAIN_INITRD": self._volume_path("initrd"),
            "PLAIN_KERNEL": self._volume_path("vmlinuz"),
            "PLAIN_KEY": str(self._folder / "key"),
        }

    def up(self) -> float:
        """The seconds of `vagrant up` with all that it provisions; the lab is gone again afterwards.

        Raises:
            LabError: it failed.
        """
        self.clean()
        try:
            self._virsh("vol-create-as", POOL, SHARED, "1G", "--format", "raw")
            self._virsh("vol-create-as", POOL, SEED, str((self._folder / "seed.img").stat().st_size), "--format", "raw")
            self._virsh("vol-upload", SEED, str(self._folder / "seed.img"), "--pool", POOL)
            return self._where_guests_are("vagrant", "up", limit=PLAIN_UP).seconds
        finally:
            with uninterrupted():
                self.clean()

    def clean(self) -> None:
        """Leave nothing of it on this host."""
        if (self._folder / ".vagrant").exists():
            try:
                self._where_guests_are("vagrant", "destroy", "--force", limit=DESTROY)
            except HanfslabError as error:
                self._bench.tell(f"vagrant destroy: {error.message}")
        self._where_guests_are("sh", "-c", CLEAN, limit=COMMAND)

    def _volume_path(self, kind: str) -> str:
        return self._virsh("vol-path", f"hanfslab-{recipe.version()}-{kind}", "--pool", POOL).out.strip()

    def _virsh(self, *words: str) -> Ran:
        return self._where_guests_are("virsh", "-q", *words, limit=COMMAND)

    def _where_guests_are(self, *words: str, limit: Timeout) -> Ran:
        return self._bench.runs(HANFSLAB, "host", "exec", "--", *words, limit=limit, cwd=self._folder, env=self._env)


def guest_files(folder: Path) -> list[File]:
    """What the box lacks and Vagrant needs to log in: keys, an address by DHCP; the same for all of these guests."""
    return [
        File("etc/hosts", "127.0.0.1 localhost\n", 0o644),
        File("etc/ssh/authorized_keys", (folder / "key.pub").read_text(), 0o644),
        File("etc/ssh/ssh_host_ed25519_key", (folder / "host-key").read_text(), 0o600),
        File("etc/ssh/ssh_host_ed25519_key.pub", (folder / "host-key.pub").read_text(), 0o644),
        File("etc/systemd/network/10-management.network", DHCP, 0o644),
    ]
