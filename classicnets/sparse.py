"""Sums over patterns where few inputs are not zero, such as one-hot letters: work for the nonzeros only.

With s nonzeros among J inputs (a bias is one), a pattern takes s (s + 1) / 2 products of input pairs and not
J (J + 1) / 2: for windows of seven letters 36 instead of 20,910. blocks.py turns to these for its lowest layer.
"""

import numpy as np

from . import threads
from .kernels.sparse import add_own_products

FEW = 0.2  # the share of nonzeros up to which training looks for them

# What it takes, in blocks of sixteen dense sums (plan.py), to multiply a pair of nonzeros, and a row of curvatures with
# it; to begin the sums of a pair of inputs with a row, and put them into order; and of an input with a layer above the
# lowest. Fitted to 348 networks, on one thread; benchmarks/thresholds.py looks at others.
PAIR, ROW, PLACE, INPUT = 8.0, 0.5, 10.0, 20_000.0


def pays(X, rows, layers, dense):
    """Whether sums over the nonzeros of X (P, J) alone take less than the `dense` blocks a pattern that all do.

    rows: of curvatures that the lowest of the layers has.
    """
    patterns, inputs = len(X), X.shape[1] + 1
    begin = PLACE * rows * inputs * (inputs + 1) / 2 + INPUT * inputs * (layers - 1)
    if begin >= patterns * dense:  # and nobody has to count
        return False
    nonzeros = 1 + np.count_nonzero(X) / patterns
    return begin + patterns * nonzeros * (nonzeros + 1) / 2 * (PAIR + ROW * rows) < patterns * dense


def is_sparse(z):
    """Whether few of the inputs z (J, P), or (P, J), are not zero."""
    return np.count_nonzero(z) <= FEW * z.size


def by_pattern(X):
    """The nonzeros of X (P, J): those of pattern p stand from begin[p] to begin[p + 1] in their inputs and values."""
    patterns, inputs = np.nonzero(X)
    return np.searchsorted(patterns, np.arange(len(X) + 1)), inputs, X[patterns, inputs]


def own_products(A, z):
    """sum_p A_p z_j z_k for k <= j: (m, J (J + 1) / 2) from A (m, P) and inputs z (J, P)."""
    J, A, patterns = len(z), np.ascontiguousarray(A.T), by_pattern(z.T)
    sums = np.zeros((J * (J + 1) // 2, A.shape[1]))
    work = int(len(patterns[1]) ** 2 / len(A) / 2 * (PAIR + A.shape[1]))
    threads.share(lambda low, end: add_own_products(*patterns, A, sums, low, end), J, work)
    return np.ascontiguousarray(sums.T)


def products(A, z, y):
    """sum_p A_p z_j y_k: (m, J, K) from A (m, P), inputs z (J, P) and few nonzeros y (K, P)."""
    by_pattern, z, sums = np.ascontiguousarray(A.T), np.ascontiguousarray(z.T), np.empty((len(y), len(A), len(z)))
    for k, row in enumerate(y):
        there = np.flatnonzero(row)
        np.matmul(by_pattern[there].T, z[there] * row[there, None], out=sums[k])
    return np.ascontiguousarray(sums.transpose(1, 2, 0))
