"""`hanfslab down`."""

from hanfslab.cli.output import note


def command() -> None:
    """Shut the lab's guests down.

    The next `hanfslab up` gives the clean lab again; `hanfslab up --cold` starts with what is on the disks. A guest
    that hangs loses its power.

    \b
    Example:
      hanfslab down
    """
    from hanfslab.lab.down import down
    from hanfslab.lab.lab import open_lab

    forced = down(open_lab())
    note("down" + (f"; powered off because they did not answer: {', '.join(forced)}" if forced else ""))
