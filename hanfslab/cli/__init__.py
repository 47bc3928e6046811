"""The command line: one command a file."""

import atexit
import gc

# A start makes tens of thousands of objects that stay: looking for garbage among them, meanwhile and at the end, took a
# fifth of a short command's time.
gc.set_threshold(50_000, 20, 20)
atexit.register(gc.freeze)
