"""What a lab needs of its host, each number with its reason."""

GIB = 1 << 30

# Program: the Debian package that has it. `run` installs the same ones.
PROGRAMS = {
    "dnsmasq": "dnsmasq-base",
    "fakeroot": "fakeroot",
    "gcc": "gcc",
    "ip": "iproute2",
    "iptables": "iptables",
    "libvirtd": "libvirt-daemon-system",
    "mke2fs": "e2fsprogs",
    "mmdebstrap": "mmdebstrap",
    "newuidmap": "uidmap",
    "nsenter": "util-linux",
    "qemu-img": "qemu-utils",
    "qemu-system-x86_64": "qemu-system-x86",
    "setsid": "util-linux",
    "sfdisk": "fdisk",
    "ssh": "openssh-client",
    "unshare": "util-linux",
    "virsh": "libvirt-clients",
    "virtlogd": "libvirt-daemon",
}
MODULES = ("libvirt", "vagrant")
PYTHON = (3, 11)

# Beside a guest's memory, QEMU takes 80 MiB, and without KVM its translation cache. Four guests of 320 MiB were seen
# to take 0.4 to 0.45 GiB each.
MIB = 1 << 20
TB_CACHE = 128  # MiB; unbounded, it was seen to take 1 GiB, and the boot is no faster
QEMU = 80  # MiB
LAB_MEMORY = 4 * (320 + TB_CACHE + QEMU) * MIB  # a default lab

# The box as a volume 0.7 GiB, the shared disk 1 GiB, four overlays that grow with logs and package state, and a saved
# state of four guests at 0.2 GiB each.
LAB_STORAGE = 4 * GIB
