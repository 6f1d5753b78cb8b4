"""How the time of the exact Hessian and of the inverse grows with the network and with the number of patterns.

No rivals; the slopes of the figure's guides are those of the operations counted: P n^2 for the Hessian, n^3 for the
inverse at P = n.
"""

import numpy as np

from .problem import Case, problem
from .race import race
from .table import time_row

WIDTHS = [Case((20, hidden, 2), 1000) for hidden in (2, 4, 8, 16, 32, 64)]
LENGTHS = [Case((20, 10, 2), patterns) for patterns in (50, 150, 500, 1500, 5000, 15000)]
WEIGHTS = [64, 125, 250, 500, 1000, 2000]


def run():
    """Rows of times; nothing is skipped."""
    rows = [_timed(hessian, case, "hessian, growing n", f"{case}, n = {case.n}") for case in WIDTHS]
    rows += [_timed(hessian, case, "hessian, growing P", f"{case}, n = {case.n}") for case in LENGTHS]
    rows += [_timed(inverse, n, "inverse, growing n = P", f"n = P = {n}") for n in WEIGHTS]
    return rows, []


def series(rows):
    """The three curves from the rows of `run`: quantity -> (what grows, milliseconds)."""
    # the best of the runs, because a law of growth should not show what else the machine was doing
    abscissae = [case.n for case in WIDTHS], [case.patterns for case in LENGTHS], WEIGHTS
    names = "hessian, growing n", "hessian, growing P", "inverse, growing n = P"
    return {
        name: (values, [row.best for row in rows if row.quantity == name])
        for name, values in zip(names, abscissae, strict=True)
    }


def _timed(contender, case, quantity, label):
    times, _ = race({"ours": contender}, case, rounds=4)
    return time_row("growth", label, quantity, times["ours"])


def hessian(case):
    """classicnets.hessian for random patterns."""
    from classicnets import hessian as exact

    net, X, T = problem(case)
    return lambda: exact(net, X, T)


def inverse(n):
    """classicnets.blocked_recursion for n random vectors."""
    from classicnets import blocked_recursion

    vectors = np.random.default_rng(0).standard_normal((n, n))
    return lambda: blocked_recursion(vectors, 1e-2, n)
