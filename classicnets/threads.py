"""Threads of our own for kernels that let go of Python's lock, so that no library's pool of threads is needed.

Each takes the next part of the work when it is done with one: a thread that has to share its core with another program
does less, and nobody waits for it. What is small stays on the caller's thread.
"""

import os
from concurrent.futures import ThreadPoolExecutor

# Multiplications from which on a thread more is worth waking up: a tenth to half a millisecond of them; a tenth goes by
# until it is awake.
WORTH = 2_500_000
PARTS = 8  # of the work for each thread
LIMITS = "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"  # what users and joblib set

_pools = {}


def most():
    """How many threads there may be: one a core, or fewer where the environment says so."""
    limits = [int(os.environ[name]) for name in LIMITS if os.environ.get(name, "").isdecimal()]
    return max(1, min([cores(), *limits]))


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share(task, count, work):
    """Call task(begin, end) until all of 0 to `count` is done, on more than one thread if `work` is worth it.

    What a task does must not depend on how the rest is divided.
    """
    threads = min(count, int(work // WORTH)) if work >= 2 * WORTH else 1
    threads = min(threads, most()) if threads > 1 else 1
    if threads == 1:
        return task(0, count)
    parts = min(count, PARTS * threads)
    turns = iter(range(parts))

    def take_turns():
        for part in turns:
            task(count * part // parts, count * (part + 1) // parts)

    others = [_pool().submit(take_turns) for _ in range(threads - 1)]
    try:
        take_turns()
    finally:  # who has not begun has nothing left to do; who has is waited for, because the arrays are used again
        errors = [other.exception() for other in others if not other.cancel()]
    for error in filter(None, errors):
        raise error


def _pool():
    """The threads of this process, whichever thread asks: a fork has none of its parent's."""
    process = os.getpid()
    if process not in _pools:  # none begins before it has work, so that a second pool that comes too late costs nothing
        _pools.setdefault(process, ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "classicnets"))
    return _pools[process]
