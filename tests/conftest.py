"""Property-based tests take the same examples in every run, so that a failure is a failure for everyone."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("repeatable")
