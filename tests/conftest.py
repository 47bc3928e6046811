"""All tests: the same whatever started them, and however slow this machine is while it emulates guests."""

import signal

from hypothesis import settings

# What a property says counts, not how long it takes.
settings.register_profile("hanfslab", deadline=None)
settings.load_profile("hanfslab")

# `nohup` and a shell's `&` have these ignored, and every program that a test starts would inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
