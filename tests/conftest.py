"""Property-based tests take the same examples in every run, so that a failure is a failure for everyone.

And BLAS works on one thread, unless it is told otherwise: the networks are small, and on a machine that is busy with
something else two threads wait for each other ten times as long as the work takes.
"""

import os
import signal

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in what a shell runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

from hypothesis import settings  # noqa: E402

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("repeatable")
