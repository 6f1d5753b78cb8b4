"""Weights that go one after another, or in groups, out of one inverse Hessian: no new inversion."""

import numpy as np

from . import checks


def remove(B, q):
    """The inverse of H without row and column q, or those of several weights, from B = H^-1.

    B - B_:q B_qq^-1 B_q: is (n, n) as before, the rows and columns in question now zero. ValueError for another shape,
    and where a weight was removed already.
    """
    B = checks.square("B", B)
    group = checks.indices("q", q, len(B))
    if not len(group) or (B[group, group] == 0).any():
        raise ValueError(f"q: expected a weight that is still there; got {checks.shown(q)}, already removed")
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            if len(group) == 1:
                smaller = B - np.outer(B[:, group], B[group] / B[group, group])
            else:
                smaller = B - B[:, group] @ np.linalg.solve(B[np.ix_(group, group)], B[group])
        smaller[group] = smaller[:, group] = 0.0
        return checks.finite_matrix("B", smaller)
    except ValueError as reason:  # of NumPy's, where B_qq is singular, or because the products overflow
        raise checks.Diverged(f"B: expected one from which these can be removed; got {checks.shown(B)}") from reason


def answer(columns, group, weights):
    """dw = -H^-1_:G [H^-1]_GG^-1 w_G (n,) and its cost w_G^T [H^-1]_GG^-1 w_G / 2, from columns G of H^-1 (k, n).

    Hassibi & Stork (1993), eq. 5, for weights that go together.
    """
    multipliers = np.linalg.solve(columns[:, group], weights[group])
    return -multipliers @ columns, float(weights[group] @ multipliers / 2)


class ShrinkingInverse:
    """An inverse Hessian over the active weights of n, from which one weight is removed after another, in place.

    Each removal takes an outer product from B, as in `remove`: n^2 work, nearly all of it on numbers that nobody asks
    for. So the outer products wait, and only the diagonal and the columns asked for are brought up to date: n work for
    each weight that has been removed. After MANY_REMOVED they are all taken from B in one matrix product.

    `diagonal` (n,) is [H^-1]_qq of every weight, zero of those deleted or removed. B (n_active, n_active), `mask` (n,).
    """

    MANY_REMOVED, PANEL = 256, 512

    def __init__(self, B, mask):
        self._B, self.index, self._place = B, np.flatnonzero(mask), np.cumsum(mask) - 1
        self.diagonal = np.zeros(len(mask))
        self.diagonal[self.index] = np.diag(B)
        self._removed, shape = [], (self.MANY_REMOVED, len(B))
        self._columns, self._scaled = np.empty(shape), np.empty(shape)  # c and c / c_q of the weights removed

    def column(self, q):
        """Column q as it is now (n,)."""
        column = np.zeros(len(self.diagonal))
        column[self.index] = self._column(self._place[q])
        return column

    def answer(self, weights, group):
        """The change of all weights (n,) that takes a group of them, indices (k,), to zero at least cost; that cost."""
        return answer(np.array([self.column(q) for q in group]), group, weights)

    def _column(self, place):
        m = len(self._removed)
        return self._B[:, place] - self._scaled[:m, place] @ self._columns[:m]

    def remove(self, q):
        """Remove weight q. ValueError where it was removed already."""
        if self.diagonal[q] == 0:
            raise ValueError(f"q: expected a weight that is still there; got {q}, already removed")
        if len(self._removed) == self.MANY_REMOVED:
            self.matrix()
        m, place = len(self._removed), self._place[q]
        column = self._column(place)
        self._columns[m], self._scaled[m] = column, column / column[place]
        self._removed.append(place)
        self.diagonal[self.index] -= column * self._scaled[m]
        self.diagonal[self.index[self._removed]] = 0.0

    def matrix(self):
        """The whole of it over the weights `index`, as it is now, rows and columns of removed ones zero: not a copy."""
        m = len(self._removed)
        for begin in range(0, len(self._B) if m else 0, self.PANEL):
            rows = slice(begin, begin + self.PANEL)
            self._B[rows] -= self._scaled[:m, rows].T @ self._columns[:m]
        self._B[self._removed] = self._B[:, self._removed] = 0.0
        self._removed = []
        return self._B
