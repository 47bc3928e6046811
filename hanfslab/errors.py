"""What can go wrong, by who can mend it: the user, or the machinery."""


class HanfslabError(Exception):
    """Something went wrong that one sentence can explain.

    Args:
        message: what is wrong and where.
        hint: what to do next, if anything.
    """

    exit_code = 4

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(HanfslabError):
    """The user asked for something that cannot be; nothing has been touched."""

    exit_code = 2


class LabError(HanfslabError):
    """The lab itself broke: the host, libvirt, Vagrant or a guest. Never a finding about locks."""

    exit_code = 4
