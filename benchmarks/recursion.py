"""The inverse-Hessian recursion in blocks against the same pattern by pattern, and against LAPACK.

All invert alpha I + (1/P) sum x x^T for P = n random vectors x. "by pattern" is classicnets.recursion, the paper's
form in NumPy; at n = 2000 only its first rows are timed and scaled up to all of them, because every row costs the same.
"at once" is classicnets.blocked_recursion as it comes: with no fewer vectors than weights it takes all of them at once.
"in blocks" is the same function told to take 256 at a time.
"lapack" is the fastest other way there is: dsyrk, then dpotrf and dpotri from SciPy. These use symmetry and leave one
triangle, so only that is compared, and filling in the other is not charged to them.
"""

import numpy as np

from .race import race
from .table import ratio_row, time_row

SIZES = (250, 500, 1000, 2000)
ALPHA = 1e-2
COMPLETE, FIRST = 1000, 200  # the largest n whose pattern form runs completely; the rows timed beyond that


def run():
    """All sizes: rows of times and ratios; nothing is skipped."""
    rows = []
    for n in SIZES:
        contenders = {"at once": at_once, "lapack": lapack, "in blocks": in_blocks, "by pattern": by_pattern}
        times, _ = race(contenders, n, view=np.tril)
        case, scaled = f"n = P = {n}", ""
        if n > COMPLETE:
            times["by pattern"] *= n / FIRST
            scaled = f" (first {FIRST} rows, scaled)"
        rows += [time_row("recursion", case, name + scaled * (name == "by pattern"), t) for name, t in times.items()]
        target = ">= 10" if n == 2000 else ""
        for name in ("at once", "in blocks"):
            ratio = times["by pattern"] / times[name]
            rows.append(ratio_row("recursion", case, f"by pattern / {name}", ratio, target))
            rows.append(ratio_row("recursion", case, f"{name} / lapack", times[name] / times["lapack"], "<= 2"))
    return rows, []


def _vectors(n):
    return np.random.default_rng(0).standard_normal((n, n))


def at_once(n):
    """classicnets.blocked_recursion with its own choice of blocks."""
    from classicnets import blocked_recursion

    vectors = _vectors(n)
    return lambda: blocked_recursion(vectors, ALPHA, n)


def in_blocks(n):
    """classicnets.blocked_recursion, 256 vectors at a time."""
    from classicnets import blocked_recursion

    vectors = _vectors(n)
    return lambda: blocked_recursion(vectors, ALPHA, n, block=256)


def by_pattern(n):
    """classicnets.recursion; beyond n = 1000 its first rows alone, without a result to compare."""
    from classicnets import recursion

    vectors = _vectors(n)

    def first_rows():
        recursion(vectors[:FIRST], ALPHA, n)

    return first_rows if n > COMPLETE else lambda: recursion(vectors, ALPHA, n)


def lapack(n):
    """The sum of outer products by dsyrk, its inverse by dpotrf and dpotri: the lower triangle."""
    from scipy.linalg.blas import dsyrk
    from scipy.linalg.lapack import dpotrf, dpotri

    vectors = _vectors(n)

    def invert():
        H = dsyrk(1 / n, vectors.T, lower=1)  # the transpose is in LAPACK's order: no copy
        H.flat[:: n + 1] += ALPHA
        factor, _ = dpotrf(H, lower=1, clean=0, overwrite_a=1)
        return dpotri(factor, lower=1, overwrite_c=1)[0]

    return invert
