"""`hanfslab destroy`."""

from hanfslab.cli.output import note


def command() -> None:
    """Delete the lab's guests, disks, networks and keys.

    Its lab.toml and its runs stay.

    \b
    Example:
      hanfslab destroy
    """
    from hanfslab.lab.destroy import destroy
    from hanfslab.lab.lab import open_lab

    destroy(open_lab())
    note("destroyed: no guest, disk, network or key of this lab is left")
