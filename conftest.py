"""For tests and notebooks alike: BLAS works on one thread, and so do our own kernels, unless they are told otherwise.

The networks are small, and on a machine that is busy with something else two threads wait for each other ten times as
long as the work takes. The kernels of the notebooks inherit it.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
