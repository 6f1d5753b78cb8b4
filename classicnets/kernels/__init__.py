"""The Numba kernels, a file for each module that calls them, or for a part of its work: loops over arrays, no objects.

Kernels may call those of other files: an edit in any of them, and all are compiled anew.
"""

from contextlib import suppress
from functools import cache, partial
from hashlib import sha256
from pathlib import Path as File

from numba import njit


def compiled(function=None, helper=False, **options):
    """Decorator: `numba.njit` that keeps the machine code on disk where it can, for the processes to come.

    A kernel with a leading underscore is called by other kernels alone, and so is a `helper` that other files import:
    it needs no door to Python, which saves a seventh of the time to compile.

    Dividing by zero gives what NumPy gives: to ask before each division would keep the compiler from vector
    instructions.

    Where it cannot be kept, because no folder can be written, the disk is full or the files are damaged, each process
    compiles for itself: some seconds at the first call, and no error.
    """
    if function is None:
        return partial(compiled, helper=helper, **options)
    wrapped = not helper and not function.__name__.startswith("_")
    kernel = njit(no_cpython_wrapper=not wrapped, no_cfunc_wrapper=True, error_model="numpy", **options)(function)
    with suppress(RuntimeError, AttributeError, OSError):  # no folder; no kernel either, with NUMBA_DISABLE_JIT
        kernel.enable_caching()
        file = kernel._cache._cache_file
        file._source_stamp = file._source_stamp, _sources()
        kernel._cache = _Forgiving(kernel._cache)
    return kernel


@cache
def _sources():
    """What stands in all files of kernels, and the constants they use: Numba looks at a kernel's own file alone."""
    folder = File(__file__).parent
    files = [*sorted(folder.glob("*.py")), folder.parent / "activation.py"]
    return sha256(b"".join(file.read_bytes() for file in files)).digest()


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
