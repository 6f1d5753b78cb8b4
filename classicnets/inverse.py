"""The inverse Hessian: the recursion of Optimal Brain Surgeon, its blocked form, and the removal of a weight."""

import numpy as np

from . import checks
from .backprop import output_derivatives
from .error import SQUARED, check_patterns
from .hessian import hessian
from .kernels.hessian import mirror

# Up to so many numbers (160 MB) the derivatives of all outputs for all patterns are written down; beyond it the outputs
# are summed first.
MANY_DERIVATIVES = 20_000_000
# From so many weights on SciPy's LAPACK, in place and with both triangles in mind, makes up for a second BLAS beside
# NumPy's whose idle threads take the cores from it for a while (measured: benchmarks/).
LARGE = 1500


def inverse_hessian(net, X, T, alpha, kind="gauss-newton", error="squared", weight_decay=0.0):
    """(H + weight_decay I + alpha I)^-1 over the active weights: (n, n), rows and columns of deleted weights zero.

    "gauss-newton" by the recursion of Hassibi & Stork (1993), eqs. 17-18, in blocks; other errors enter by their a_k,
    Hassibi et al. (1994). "exact" by direct inversion. ValueError for alpha <= 0 and for what `hessian` refuses;
    checks.Diverged (a ValueError too) where H is so large that alpha is lost in its rounding.
    """
    alpha = checks.positive("alpha", alpha) + checks.not_negative("weight_decay", weight_decay)
    exact = checks.choose("kind", kind, {"exact": True, "gauss-newton": False})
    try:
        active = (_exact_inverse if exact else _gauss_newton_inverse)(net, X, T, alpha, error)
    except np.linalg.LinAlgError as reason:
        message = f"alpha: expected enough for H + alpha I to have an inverse; got {alpha:g}"
        raise checks.Diverged(message) from reason
    if net.mask.all():
        return active
    B, index = np.zeros((net.n, net.n)), np.flatnonzero(net.mask)
    B[index[:, None], index] = active
    return B


def _active_hessian(net, X, T, alpha, kind, error):
    """H + alpha I over the active weights (n_active, n_active)."""
    H = hessian(net, X, T, kind, error)
    H = H if net.mask.all() else H[np.ix_(net.mask, net.mask)]
    H.flat[:: len(H) + 1] += alpha
    return H


def _exact_inverse(net, X, T, alpha, error):
    return np.linalg.inv(_active_hessian(net, X, T, alpha, "exact", error))


def _gauss_newton_inverse(net, X, T, alpha, error):
    if np.size(T) * net.n > MANY_DERIVATIVES:
        H = _active_hessian(net, X, T, alpha, "gauss-newton", error)
        if not np.isfinite(np.trace(H)):
            raise np.linalg.LinAlgError("squares of the derivatives overflow")
        return symmetric_inverse(H)
    rows = curvature_rows(net, X, T, error)
    if not np.isfinite(np.vdot(rows, rows)):
        raise np.linalg.LinAlgError("squares of the derivatives overflow")
    return blocked_recursion(rows, alpha, len(T))


def curvature_rows(net, X, T, error="squared"):
    """The vectors sqrt(a_kl) X_kl of the active weights, (P n_out, n_active): H = (1/P) sum of their outer products.

    a_kl is the error's second derivative in output l where outputs and targets agree. Hassibi et al. (1994), sec. 2.
    """
    X, T, error = check_patterns(net, X, T, error)
    derivatives = output_derivatives(net, X)[-len(T) :]
    if error is not SQUARED:  # whose a_kl are all 1
        derivatives *= np.sqrt(error.fisher(T, net.outputs(X)[-len(T) :]))[:, :, None]
    return derivatives.reshape(-1, net.n)[:, net.mask]


def recursion(rows, alpha, patterns):
    """(alpha I + (1/P) sum x x^T)^-1, one vector x at a time: the form to read. Hassibi & Stork (1993), eq. 17.

    `rows` (m, n): one x for each pattern and output; `patterns` is P. Takes 4 m n^2 operations, all of them waiting
    for memory.
    """
    P, B = patterns, np.eye(rows.shape[1]) / checks.positive("alpha", alpha)
    for x in rows:
        Bx = B @ x
        B -= np.outer(Bx, Bx) / (P + x @ Bx)
    return B


def blocked_recursion(rows, alpha, patterns, block=None):
    """The same as `recursion`, `block` vectors at a time: matrix products instead of outer products.

    For the vectors X (b, n) of a block: B - B X^T (P I + X B X^T)^-1 X B, the Woodbury identity, whose middle factor is
    split into two triangular ones so that B stays symmetric. `block` None: an eighth of n, within 32 and 256; but no
    fewer vectors than weights are cheapest taken at once, and then the matrix to invert is the other one, H itself.
    """
    alpha, block = checks.positive("alpha", alpha), block if block is None else checks.count("block", block)
    m, n = rows.shape
    if block is None and m >= n:
        H = rows.T @ rows
        H /= patterns
        H.flat[:: n + 1] += alpha
        return symmetric_inverse(H)
    block = block or min(256, max(32, n // 8))
    B = np.eye(n) / alpha
    for begin in range(0, len(rows), block):
        X = rows[begin : begin + block]
        V = X / alpha if begin == 0 else X @ B
        S = V @ X.T
        S.flat[:: len(S) + 1] += patterns
        U = inverse_lower(np.linalg.cholesky(S)) @ V
        B -= U.T @ U
    return B


def symmetric_inverse(H):
    """The inverse of a symmetric positive definite matrix (n, n), in whose memory it may end up.

    LinAlgError where it is not positive definite.
    """
    if len(H) < 128:
        return np.linalg.inv(H)
    if len(H) < LARGE:
        lower = inverse_lower(np.linalg.cholesky(H))
        return lower.T @ lower
    from scipy.linalg.lapack import dpotrf, dpotri  # here, because it takes as long to import as all the rest

    factor, failed = dpotrf(H.T, clean=0, overwrite_a=1)  # the transpose is in LAPACK's order: no copy
    if failed:
        raise np.linalg.LinAlgError("not positive definite")
    B = dpotri(factor, overwrite_c=1)[0].T
    mirror(B)
    return B


def inverse_lower(L):
    """The inverse of a lower triangular matrix, by halves: as matrix products it takes half the time of `inv`."""
    half = len(L) // 2
    if half < 64:
        return np.linalg.inv(L)
    inverse = np.zeros_like(L)
    inverse[:half, :half], inverse[half:, half:] = inverse_lower(L[:half, :half]), inverse_lower(L[half:, half:])
    inverse[half:, :half] = -inverse[half:, half:] @ (L[half:, :half] @ inverse[:half, :half])
    return inverse


def remove(B, q):
    """The inverse of H without row and column q, from B = H^-1: (n, n) as before, row and column q now zero.

    B - B_:q B_q: / B_qq: no new inversion. ValueError where q was removed already.
    """
    if not 0 <= q < len(B):
        raise ValueError(f"q: expected an index from 0 to {len(B) - 1}; got {q}")
    if B[q, q] == 0:
        raise ValueError(f"q: expected a weight that is still there; got {q}, already removed")
    smaller = B - np.outer(B[:, q], B[q] / B[q, q])
    smaller[q] = smaller[:, q] = 0.0
    return smaller


class ShrinkingInverse:
    """An inverse Hessian B (n, n), symmetric, from which one weight is removed after another, in place.

    Each removal takes an outer product from B, as in `remove`: n^2 work, nearly all of it on numbers that nobody asks
    for. So the outer products wait, and only the diagonal and the columns asked for are brought up to date: n work for
    each weight that has been removed. After MANY_REMOVED they are all taken from B in one matrix product.

    `diagonal` (n,) is [H^-1]_qq of every weight, zero of those removed.
    """

    MANY_REMOVED, PANEL = 256, 512

    def __init__(self, B):
        self._B, self.diagonal = B, np.diag(B).copy()
        self._removed, shape = [], (self.MANY_REMOVED, len(B))
        self._columns, self._scaled = np.empty(shape), np.empty(shape)  # c and c / c_q of the weights removed

    def column(self, q):
        """Column q as it is now (n,)."""
        m = len(self._removed)
        return self._B[:, q] - self._scaled[:m, q] @ self._columns[:m]

    def remove(self, q):
        """Remove weight q. ValueError where it was removed already."""
        if self.diagonal[q] == 0:
            raise ValueError(f"q: expected a weight that is still there; got {q}, already removed")
        if len(self._removed) == self.MANY_REMOVED:
            self.matrix()
        m, column = len(self._removed), self.column(q)
        self._columns[m], self._scaled[m] = column, column / column[q]
        self._removed.append(q)
        self.diagonal -= column * self._scaled[m]
        self.diagonal[self._removed] = 0.0

    def matrix(self):
        """The whole of it as it is now (n, n), rows and columns of removed weights zero: not a copy."""
        m = len(self._removed)
        for begin in range(0, len(self._B) if m else 0, self.PANEL):
            rows = slice(begin, begin + self.PANEL)
            self._B[rows] -= self._scaled[:m, rows].T @ self._columns[:m]
        self._B[self._removed] = self._B[:, self._removed] = 0.0
        self._removed = []
        return self._B
