"""Three tables of the UCI repository that pruning papers of the nineties used, and their division and scaling."""

from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from .. import checks


class Table(NamedTuple):
    """Inputs X (P, n_in), targets T (P, 1), as they were recorded, and the inputs' names. Read-only."""

    X: np.ndarray
    T: np.ndarray
    input_names: tuple


def breast_cancer():
    """Breast cancer (Wisconsin, original): X (699, 9) of 1 to 10, T 1 for malignant. Source: descr/breast_cancer.md.

    The 16 missing values of the sixth input are its median, 1.
    """
    return _table("breast_cancer")


def diabetes():
    """Diabetes among Pima women: X (768, 8), T 1 for positive. Source: descr/diabetes.md."""
    return _table("diabetes")


def housing():
    """Housing values in suburbs of Boston: X (506, 13), T in $1000. Source, and an objection: descr/housing.md."""
    return _table("housing")


def divide(data, sizes, seed=None):
    """Patterns of (X, T, ...) in a random order, divided into parts of these sizes: a list of pairs (X, T).

    ValueError where X and T are not matrices of finite numbers with a row for each pattern, where the sizes are not
    whole numbers of at least 1 or add up to more than there are.
    """
    if not isinstance(data, list | tuple) or len(data) < 2:
        raise ValueError(f"data: expected (X, T); got {checks.shown(data)}")
    checks.finite_matrix("data[0]", data[0]), checks.finite_matrix("data[1]", data[1])
    X, T = (np.asarray(part) for part in data[:2])  # whole numbers stay whole
    if len(X) != len(T):
        raise ValueError(f"data: expected as many targets as patterns; got {len(X)} patterns and {len(T)} targets")
    sizes = checks.counts("sizes", sizes, example="(100, 50)")
    if sum(sizes) > len(X):
        raise ValueError(f"sizes: expected at most {len(X)} patterns in all; got {checks.shown(sum(sizes))}")
    order = checks.generator("seed", seed).permutation(len(X))[: sum(sizes)]
    return consecutive(X[order], T[order], sizes)


def consecutive(X, T, sizes):
    """Arrays of patterns X, T (P, ...) cut, in their order, into parts of these sizes: a list of pairs (X, T) of views.

    Patterns beyond the sizes are in no part.
    """
    ends = np.cumsum([0, *sizes])
    return [(X[begin:end], T[begin:end]) for begin, end in zip(ends, ends[1:], strict=False)]


def standardize(values, like):
    """`values` (P, k) shifted and scaled so that each column of `like` (Q, k) has mean 0 and variance 1.

    A column of `like` that is constant is only shifted. ValueError for NaN, infinity, other columns, and numbers whose
    squares overflow.
    """
    like = checks.finite_matrix("like", like)
    values = checks.finite_matrix("values", values, like.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        spread = np.std(like, axis=0) * (np.ptp(like, axis=0) > 0)  # of a constant 0.1 the deviation is not quite 0
        scaled = (values - np.mean(like, axis=0)) / np.where(spread > 0, spread, 1.0)
    if not np.isfinite(spread).all() or not np.isfinite(scaled).all():
        largest = max(np.abs(values).max(), np.abs(like).max())
        raise ValueError(f"values, like: expected numbers whose squares do not overflow; got up to {largest:g}")
    return scaled


@lru_cache
def _table(name):
    file = files(__package__) / "data" / f"{name}.csv"
    with file.open(encoding="ascii") as lines:
        names = tuple(lines.readline().strip().split(","))
        rows = np.genfromtxt(lines, delimiter=",")
    rows = np.where(np.isnan(rows), np.nanmedian(rows, axis=0), rows)
    rows.flags.writeable = False  # the same arrays for everyone who asks
    return Table(rows[:, :-1], rows[:, -1:], names[:-1])
