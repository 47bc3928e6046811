"""How long each thing that is measured may take with KVM, and why; a slower host multiplies them."""

from hanfslab.timeouts import Timeout

COMMAND = Timeout("BENCH_COMMAND", 20, "virsh, status, a list: a second or two, more on a host that restores guests")
UP = Timeout("BENCH_UP", 240, "hanfslab's own limits for its parts come first: 60 s each to boot, cluster and mount")
WARM_UP = Timeout(
    "BENCH_WARM_UP", 60, "seconds with KVM; one that gives up and goes on cold takes longer, and is no warm one"
)
DESTROY = Timeout("BENCH_DESTROY", 120, "hanfslab gives Vagrant 60 s, then does it itself")
RESTORE = Timeout("BENCH_RESTORE", 60, "reading a gigabyte of memory; a cold disk takes a while")
BOOT = Timeout("BENCH_BOOT", 90, "as hanfslab's own limit, and all guests at once")
PLAIN_UP = Timeout("BENCH_PLAIN_UP", 300, "Vagrant was seen to take 140 s for three guests without KVM")
BUILD = Timeout("BENCH_BUILD", 1800, "a minute with a near mirror; hanfslab gives mmdebstrap 25 minutes")
START = Timeout("BENCH_START", 20, "a Python that starts: a second on a very busy host")
PATIENCE = Timeout("BENCH_PATIENCE", 180, "what hanfslab may take to take back what it made, once it is interrupted")
