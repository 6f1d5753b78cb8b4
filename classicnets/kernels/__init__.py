"""The Numba kernels, a file for each module that calls them: plain loops over arrays, no objects.

Numba's disk cache does not notice edits in another file than a kernel's own. After an edit of a helper, or of a
constant, that other files import, delete the folder __pycache__: their kernels would go on with what it was before.
"""

from contextlib import suppress
from functools import partial

from numba import njit


def compiled(function=None, helper=False, **options):
    """Decorator: `numba.njit` that keeps the machine code on disk where it can, for the processes to come.

    A kernel with a leading underscore is called by other kernels alone, and so is a `helper` that other files import:
    it needs no door to Python, which saves a seventh of the time to compile.

    Where it cannot, because no folder can be written, the disk is full or the files are damaged, each process
    compiles for itself: some seconds at the first call, and no error.
    """
    if function is None:
        return partial(compiled, helper=helper, **options)
    wrapped = not helper and not function.__name__.startswith("_")
    kernel = njit(no_cpython_wrapper=not wrapped, no_cfunc_wrapper=True, **options)(function)
    with suppress(RuntimeError, AttributeError):  # no folder; no kernel either, with NUMBA_DISABLE_JIT
        kernel.enable_caching()
        kernel._cache = _Forgiving(kernel._cache)
    return kernel


class _Forgiving:
    """Numba's disk cache of one kernel, whose faults make a call slower and never end it."""

    def __init__(self, cache):
        self._cache = cache

    def load_overload(self, *wanted):
        """The machine code; None where it is not there or cannot be read, and then what is damaged is dropped."""
        try:
            return self._cache.load_overload(*wanted)
        except Exception:  # a damaged file fails in a dozen ways
            with suppress(OSError):
                self._cache.flush()

    def save_overload(self, *made):
        with suppress(Exception):  # and so does a file damaged meanwhile
            self._cache.save_overload(*made)

    def __getattr__(self, name):
        return getattr(self._cache, name)
