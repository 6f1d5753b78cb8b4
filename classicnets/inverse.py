"""The inverse Hessian: the recursion of Optimal Brain Surgeon, its blocked form, and all vectors at once."""

import numpy as np

from . import checks, memory, threads
from .active import active_hessian
from .backprop import finite
from .cost import active_decay
from .error import check_patterns
from .hessian import KINDS, root_rows
from .kernels import inverse as kernels
from .kernels.products import mirror

# Of no more vectors than weights and up to so many numbers (160 MB) the derivatives of all outputs for all patterns are
# written down; beyond it they are summed up at once, as H.
MANY_DERIVATIVES = 20_000_000
LARGE = 500  # weights from which on LAPACK inverts faster than our own kernels
LOST = 0.01  # relative errors of the inverse from rounding that are no longer let pass


def inverse_hessian(net, X, T, alpha, kind="gauss-newton", error="squared", weight_decay=0.0):
    """(H + weight_decay I + alpha I)^-1 over the active weights: (n, n), rows and columns of deleted weights zero.

    Of a weight decay (n,), in place of its multiple of I, each weight has its own.
    "gauss-newton" by the recursion of Hassibi & Stork (1993), eqs. 17-18, in blocks, or, where there are no fewer
    vectors than weights, their sum inverted at once; other errors enter by their a_k, Hassibi et al. (1994). "exact" by
    direct inversion. ValueError for alpha <= 0 and for what `hessian` refuses;
    checks.Diverged (a ValueError too) where H is so large that alpha is lost in its rounding.
    """
    return over_all(net, active_inverse(net, X, T, alpha, kind, error, weight_decay))


def over_all(net, active):
    """An inverse over the active weights as one over all (n, n), rows and columns of deleted weights zero."""
    index = np.flatnonzero(net.mask)
    if len(index) == net.n:
        return active
    memory.check_room("net", net.n**2)
    B = np.zeros((net.n, net.n))
    B[index[:, None], index] = active
    return B


def active_inverse(net, X, T, alpha, kind="gauss-newton", error="squared", weight_decay=0.0):
    """The same over the active weights alone: (n_active, n_active)."""
    X, T, error = check_patterns(net, X, T, error)
    alpha, decay = checks.positive("alpha", alpha), checks.weight_decay(weight_decay, net.n)
    checks.choose("kind", kind, KINDS)
    return damped_inverse(net, X, T, alpha + active_decay(net, decay), kind, error)


def damped_inverse(net, X, T, alpha, kind, error, minimum=False):
    """The same for arguments that are known to fit and an Error; `alpha` may be a vector (n_active,), with zeros.

    With a vector it is done in units of each weight in which alpha is 1, so that weights of any scale are as exact.
    minimum: the weights should be at a minimum, of positive curvature in all directions; checks.Indefinite (a
    ValueError) where the exact Hessian says that they are not.
    """
    memory.check_room("net", 3 * net.n_active**2)  # H, or the rows, its factor L and W = L^-T
    units = 1 / np.sqrt(alpha) if np.ndim(alpha) and np.all(alpha) else None
    start = alpha if units is None else 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        if kind == "exact":
            B = _exact_inverse(_in_units(active_hessian(net, X, T, error, "exact"), units), start, minimum)
        elif T.size >= net.n or T.size * net.n > MANY_DERIVATIVES or not np.all(alpha):
            B = _inverted(_in_units(active_hessian(net, X, T, error, "gauss-newton"), units), start)
        else:
            rows = root_rows(net, X, T, error)[:, net.mask]
            B = _blocked(finite(rows if units is None else rows * units), len(T), start)
        return _in_units(B, units)


def _in_units(matrix, units):
    """A matrix (n, n), in place, each row and column times the unit of its weight; as it is where there are none."""
    if units is not None:
        matrix *= units
        matrix *= units[:, None]
    return matrix


def curvature_rows(net, X, T, error="squared"):
    """The vectors of the recursion over the active weights, sqrt(a_kl) X_kl: (P n_out, n_active). See `root_rows`."""
    X, T, error = check_patterns(net, X, T, error)
    return root_rows(net, X, T, error)[:, net.mask]


def _exact_inverse(H, alpha, minimum):
    H.flat[:: len(H) + 1] += alpha
    size = np.abs(H).sum(axis=0).max(initial=0.0)
    try:
        B = symmetric_inverse(H) if minimum else np.linalg.inv(H)
    except np.linalg.LinAlgError as reason:
        message = "expected enough for H + alpha I to be positive definite" if minimum else _WANTED
        kind = checks.Indefinite if minimum and np.isfinite(size) else checks.Diverged
        raise kind(f"alpha: {message}; got {_least(alpha):g}") from reason
    return _sound(B, alpha, size * np.abs(B).sum(axis=0).max(initial=0.0))


def _least(alpha):
    return np.min(alpha, initial=np.inf)


_WANTED = "expected enough for H + alpha I to have an inverse"


def _inverted(H, alpha):
    """(H + alpha I)^-1 for H (n, n) without negative curvature, in whose memory it may end up."""
    H.flat[:: len(H) + 1] += alpha
    trace = np.trace(H)
    try:
        if not np.isfinite(trace):
            raise np.linalg.LinAlgError("squares of the derivatives overflow")
        B = symmetric_inverse(H)
    except np.linalg.LinAlgError as reason:
        raise checks.Diverged(f"alpha: {_WANTED}; got {_least(alpha):g}") from reason
    return _sound(B, alpha, trace * np.diag(B).max(initial=0.0), np.diag(B).min(initial=1.0))


def _sound(B, alpha, condition, least=1.0):
    """B, an inverse; checks.Diverged where its matrix was so ill-conditioned that alpha was lost in rounding."""
    if not condition * np.finfo(float).eps < LOST or not least > 0:
        raise checks.Diverged(f"alpha: {_WANTED} that rounding leaves intact; got {_least(alpha):g}")
    return B


def recursion(rows, alpha, patterns):
    """(alpha I + (1/P) sum x x^T)^-1, one vector x at a time: the form to read. Hassibi & Stork (1993), eq. 17.

    `rows` (m, n): one x for each pattern and output; `patterns` is P. Takes 4 m n^2 operations, all of them waiting
    for memory. ValueError for what does not fit; checks.Diverged (a ValueError too) where alpha is lost in rounding.
    """
    rows, P, alpha = _checked(rows, patterns, alpha)
    B = np.eye(rows.shape[1]) / alpha
    for x in rows:
        Bx = B @ x
        B -= np.outer(Bx, Bx) / (P + x @ Bx)
    return _sound_recursion(B, rows, P, alpha)


def blocked_recursion(rows, alpha, patterns, block=None):
    """The same as `recursion`, `block` vectors at a time: matrix products instead of outer products.

    For the vectors X (b, n) of a block: B - B X^T (P I + X B X^T)^-1 X B, the Woodbury identity, whose middle factor is
    split into two triangular ones so that B stays symmetric. `block` None: an eighth of n, within 32 and 256; but no
    fewer vectors than weights are cheapest taken at once, and then the matrix to invert is the other one, H itself.
    """
    return _blocked(*_checked(rows, patterns, alpha), None if block is None else checks.count("block", block))


def _blocked(rows, P, alpha, block=None):
    """`blocked_recursion` for arguments that are known to be good."""
    m, n = rows.shape
    if block is None and m >= n:
        H = rows.T @ rows
        H /= P
        return _inverted(H, alpha)
    block = min(256, max(32, n // 8)) if block is None else block
    B = np.eye(n) / alpha
    for begin in range(0, len(rows), block):
        X = rows[begin : begin + block]
        V = X / alpha if begin == 0 else X @ B
        S = V @ X.T
        S.flat[:: len(S) + 1] += P
        try:
            U = inverse_lower(np.linalg.cholesky(S)) @ V
        except np.linalg.LinAlgError as reason:
            raise checks.Diverged(f"alpha: {_WANTED}; got {_least(alpha):g}") from reason
        B -= U.T @ U
    return _sound_recursion(B, rows, P, alpha)


def _checked(rows, patterns, alpha):
    alpha, P = checks.positive("alpha", alpha), checks.size("patterns", patterns)
    if isinstance(rows, np.ndarray) and rows.ndim == 2 and not rows.size:  # of no weights or no vectors
        return np.empty(rows.shape), P, alpha
    with np.errstate(over="ignore"):
        rows = checks.finite_matrix("rows", rows)
        if not np.isfinite(np.vdot(rows, rows)):
            raise checks.Diverged(f"alpha: {_WANTED}; the squares of the rows overflow")
    return rows, P, alpha


def _sound_recursion(B, rows, P, alpha):
    diagonal = np.diag(B)
    trace = np.vdot(rows, rows) / P + np.max(alpha, initial=0.0)
    return _sound(B, alpha, trace * diagonal.max(initial=0.0), diagonal.min(initial=1.0))


def symmetric_inverse(H):
    """The inverse of a symmetric positive definite matrix (n, n), in whose memory it may end up.

    LinAlgError where it is not positive definite.
    """
    n, rows = len(H), -(-len(H) // 4)
    if n >= LARGE:
        return _lapack_inverse(H)
    L, W = H, np.eye(4 * rows)
    if n % 4:
        L = np.eye(4 * rows)
        L[:n, :n] = H
    if not kernels.factor(L):
        raise np.linalg.LinAlgError("not positive definite")
    threads.share(lambda begin, end: kernels.invert_rows(L, W, begin, end), rows, n**3 // 6)
    threads.share(lambda begin, end: kernels.multiply_rows(W, L, begin, end), rows, n**3 // 6)
    mirror(L)
    return L if n == len(L) else L[:n, :n].copy()


def _lapack_inverse(H):
    """The same by LAPACK, whose blocks fit the caches where H does not.

    As in all products by a BLAS, the last digits depend on how many threads that has.
    """
    from scipy.linalg.lapack import dpotrf, dpotri  # late: few need it, and it takes as long as all of classicnets

    L, wrong = dpotrf(H.T, lower=0, overwrite_a=1)  # H.T in Fortran's order: H's own memory, its lower triangle
    if wrong or not np.isfinite(np.diag(L)).all():
        raise np.linalg.LinAlgError("not positive definite")
    B = dpotri(L, lower=0, overwrite_c=1)[0].T
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
