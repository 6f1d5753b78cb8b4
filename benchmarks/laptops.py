"""The exact Hessian as other machines would run it: with the instructions of 2013, and told to use 1, 2 or 4 threads.

"haswell" is a processor with vectors of four numbers instead of eight, for Numba, for OpenBLAS and for JAX. Numba
has to be told to forget the features of the processor that is there, too: its name alone changes nothing. More threads
than cores are a setting that machines with more cores leave behind; no library here starts them.
"""

from itertools import product

from .floor import blas
from .hessian import CASES, SAME, compared, ours, same_algorithm
from .race import race

HASWELL = {
    "NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "",
    "OPENBLAS_CORETYPE": "HASWELL", "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
}  # fmt: skip
PROCESSORS = {"this processor": {}, "haswell": HASWELL}
THREADS, LIMITS = (1, 2, 4), ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NPROC")  # the last is what JAX heeds


def run():
    """The cases of hessian.py in every setting: rows of times and ratios, and a list of what was skipped."""
    rows, skipped = [], []
    for (name, variables), threads, case in product(PROCESSORS.items(), THREADS, CASES):
        setting = {**variables, **dict.fromkeys(LIMITS, str(threads))}
        contenders = {"classicnets": ours, SAME: same_algorithm, "blas": blas}
        times, missing = race(contenders, case, rounds=4, environment=setting)
        label = f"{case}, {name}, {threads} thread{'s' * (threads > 1)}"
        skipped += [f"laptops, {label}: {name} skipped: {reason}" for name, reason in missing.items()]
        rows += compared("laptops", label, times, {SAME: ">= 1"})
    return rows, skipped
