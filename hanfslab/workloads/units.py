"""A workload's programs in a guest: each a unit of its own, tied to nothing that the host has open."""

from collections.abc import Sequence

from hanfslab.errors import LabError
from hanfslab.lab.control import Completed, Control, Unreachable
from hanfslab.timeouts import Timeout
from hanfslab.workloads.job import LOGS, UNITS, USER, Job

COMMAND = Timeout("WORK_COMMAND", 20, "one short command of systemd in a guest that is busy")
END = 15  # seconds that systemd gives a unit before it kills what is left; writes that hang never end by themselves
STOP = Timeout("WORK_STOP", 45, "systemd waits 15 s before it kills a program whose mount hangs")
ENDING, STOPPING = f"{LOGS}/ending", f"{LOGS}/stopping"


def clean(lab: Control, node: str, jobs: Sequence[Job]) -> None:
    """End what an earlier campaign left running, remove its logs and make place for these jobs'."""
    lab.run(node, "systemctl", "stop", f"{UNITS}-*", timeout=STOP.scaled(lab.scale))
    _must(lab, node, "rm", "-rf", LOGS)
    folders = sorted({job.log.rpartition("/")[0] for job in jobs})
    _must(lab, node, "install", "-d", "-o", USER, "-g", USER, LOGS, *folders)


def start(lab: Control, job: Job) -> None:
    """Start a job.

    Raises:
        LabError: systemd would not.
    """
    properties = {"KillMode": "mixed", "TimeoutStopSec": str(END)}
    options = [f"--property={key}={value}" for key, value in properties.items()]
    _must(
        lab,
        job.node,
        "systemd-run",
        f"--unit={job.unit}",
        "--collect",
        "--quiet",
        f"--uid={USER}",
        *options,
        "--",
        *job.command,
    )


def announce_end(lab: Control, node: str) -> None:
    """Let a guest's programs know that no other run is to begin."""
    _must(lab, node, "touch", ENDING)


def announce_stop(lab: Control, node: str) -> None:
    """Let a guest's programs know that the work on other guests is about to be stopped."""
    _must(lab, node, "touch", STOPPING)


def stop(lab: Control, node: str, jobs: Sequence[Job]) -> None:
    """End a node's jobs; a program whose mount hangs is killed after a while."""
    # exit code 5: a unit was gone already
    lab.run(node, "systemctl", "stop", *(f"{job.unit}.service" for job in jobs), timeout=STOP.scaled(lab.scale))


def _must(lab: Control, node: str, *command: str) -> Completed:
    done = lab.run(node, *command, timeout=COMMAND.scaled(lab.scale))
    if done.exit < 0:  # by a signal: the guest is going down
        raise Unreachable(f"{node}: {command[0]} was killed")
    if done.exit:
        raise LabError(
            f"{node}: {command[0]} failed with {done.exit}: {(done.err or done.out).strip()[-300:]}",
            f"look into the guest with: hanfslab ssh {node}",
        )
    return done
