"""Ctrl-C: a training stops, keeps its best weights and returns; inside of something larger it passes it on as well.

A training inside of a pruning, or a pruning inside of a study, would otherwise merely end early, and what it is part
of would go on as if nothing had happened.
"""

from contextlib import contextmanager
from contextvars import ContextVar

_inside = ContextVar("inside", default=False)


@contextmanager
def passed_on():
    """Whatever is interrupted in here raises KeyboardInterrupt once it has left things in order."""
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


def is_passed_on():
    """Whether an interruption is to be raised again."""
    return _inside.get()
