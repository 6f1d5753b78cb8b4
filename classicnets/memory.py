"""How much memory there is, asked before a large array is made: what does not fit is refused in words."""

import ctypes
import os
import sys
from pathlib import Path as File

BYTES = 8  # of a float64
UNASKED = 50e6  # bytes that are taken without asking, because asking takes longer than many a computation


def check_room(argument, *numbers):
    """MemoryError where arrays of so many float64 numbers would not fit, before anything is made."""
    needed = BYTES * sum(numbers)
    if needed > UNASKED and needed > available():
        free = available() / 1e9
        came = f"one that takes {needed / 1e9:,.1f} GB where {free:,.1f} GB are free"
        raise MemoryError(f"{argument}: expected a computation that fits into memory; got {came}")


def available():
    """Bytes that can still be had, as far as the system says: infinite where it does not."""
    if sys.platform == "win32":
        return _windows()
    limits = [_number("/sys/fs/cgroup/memory.max") - _number("/sys/fs/cgroup/memory.current", 0.0), _linux()]
    if limits[1] == float("inf") and hasattr(os, "sysconf"):  # macOS tells no more than what the machine has
        limits.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min(limits)


def _linux():
    try:
        lines = File("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        return float("inf")


def _number(path, otherwise=float("inf")):
    """The number in a file; `otherwise` where there is none."""
    try:
        return float(File(path).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return otherwise


def _windows():
    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong) for name in ("total", "free", "t1", "f1", "t2", "f2", "extended")
        ]

    status = Status(length=ctypes.sizeof(Status))
    return float(status.free) if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else float("inf")
