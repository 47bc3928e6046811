"""How long each thing in a lab may take on a host with KVM, and why."""

from hanfslab.timeouts import Timeout

BOOT = Timeout("BOOT", 60, "a guest boots to SSH in about 8 s under KVM; four at once on two cores take longer")
MAKE = Timeout("MAKE", 120, "Vagrant starts, uploads the box the first time, and makes each guest's disk and domain")
CLUSTER = Timeout("CLUSTER", 60, "Heartbeat hears its peer, waits out initdead (20 s) and starts the resources")
MOUNT = Timeout("MOUNT", 30, "mount.nfs starts statd and waits for a server in its grace period (15 s)")
RESTORED = Timeout("RESTORED", 15, "guests whose memory was restored answer within a second, busy hosts take longer")
SHUTDOWN = Timeout("SHUTDOWN", 30, "a guest stops its units, the owner of the service releases its resources")
DESTROY = Timeout("DESTROY", 60, "vagrant destroy starts Ruby and takes each guest in turn")
ANSWER = Timeout(
    "ANSWER", 3, "a guest that works answers within half a second; one that is busy takes a few times that"
)
GLANCE = Timeout("GLANCE", 4, "what a person waits for before a guest is shown as not answering; never scaled")
LOGS = Timeout("LOGS", 10, "reading the journal of a guest")
