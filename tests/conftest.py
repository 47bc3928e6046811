"""All tests: what a property does counts, not how long this machine takes for it while it emulates guests."""

from hypothesis import settings

settings.register_profile("hanfslab", deadline=None)
settings.load_profile("hanfslab")
