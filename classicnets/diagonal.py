"""The diagonal of the Hessian, without the Hessian: what Optimal Brain Damage and its kin ask for."""

from functools import singledispatch

import numpy as np

from . import checks, memory
from .activation import activation
from .backprop import backpropagate, finite
from .blocks import unit_terms
from .error import check_patterns
from .hessian import KINDS, error_hessian, kernel_codes, root_rows
from .mlp import MLP
from .plan import plan

SWEPT = {"lecun1990": True, "levenberg-marquardt": False}  # whether the f'' terms are there
MOST_NUMBERS = 16_000_000  # (128 MB) that the patterns taken at a time may need


def hessian_diagonal(net, X, T, kind="exact", error="squared", weight_decay=0.0):
    """d2E/dw^2 of every weight (n,).

    "exact", "gauss-newton": the diagonal of that Hessian; networks other than the MLP have these two. "lecun1990": one
    backward sweep that neglects the mixed second derivatives between units of a layer, so it is exact only for weights
    with at most one layer above. "levenberg-marquardt": that sweep without the f'' terms, never negative.
    ValueError for what does not fit; checks.Diverged, a ValueError too, where it is not finite.
    Le Cun et al. (1990), eqs. 5-8.
    """
    checks.choose("kind", kind, {**KINDS, **SWEPT})
    X, T, error = check_patterns(net, X, T, error)
    decay = checks.weight_decay(weight_decay, net.n)
    with np.errstate(over="ignore", invalid="ignore"):
        return finite(error_diagonal(net, X, T, error, kind)) + decay


@singledispatch
def error_diagonal(net, X, T, error, kind):
    """`hessian_diagonal` without weight decay, for arguments that are known to fit: each kind of network has its own.

    In general, where it has not: of the exact Hessian, or squares of the root rows.
    """
    checks.choose("kind", kind, KINDS)
    if kind == "exact":
        memory.check_room("net", net.n**2)
        return np.diag(error_hessian(net, X, T, error, kind))
    return np.square(root_rows(net, X, T, error)).sum(axis=0) / len(T)


@error_diagonal.register
def _(net: MLP, X, T, error, kind):
    """A portion of the patterns at a time, so that what their units need fits into memory."""
    units, total = sum(net.sizes[1:]), np.zeros(net.n)
    portion = max(1, MOST_NUMBERS // (units**2 if kind == "exact" else net.sizes[-1] ** 2 + sum(net.sizes)))
    for begin in range(0, len(X), portion):
        now = slice(begin, begin + portion)
        layers = net.layers(X[now])
        for curvatures in _UNIT_CURVATURES[kind](net, layers, X[now], T[now], error):
            blocks = [(h.T @ z**2).ravel() for h, z in zip(curvatures, layers, strict=False)]
            total += np.concatenate(blocks)
    return total / len(X)


# d2E/da^2 of every unit, a (P, units) array for each layer. Where it is a sum, the parts one after another.


def _exact(net, layers, X, T, error):
    """A_uu of the whole backward recursion."""
    jobs = plan(net.sizes, False, net.output == "softmax")
    _, rows = unit_terms(jobs, net.sizes, net._weights, X, T, 1.0, kernel_codes(net, error, "exact"))
    diagonal = rows[np.diag(jobs.places), : len(X)].T
    yield np.split(diagonal, np.cumsum(net.sizes[1:-1]), axis=1)


def _gauss_newton(net, layers, X, T, error):
    """For each output the squares of its root derivatives in a."""
    for seed in error.root(layers[-1], activation(net.output, "output")).transpose(1, 0, 2):
        yield [np.square(delta) for delta in backpropagate(net, layers, seed)]


def _swept(net, layers, X, T, error, kind):
    """The sweep of Le Cun et al. (1990), eqs. 7-8."""
    f, output = activation(net.hidden), activation(net.output, "output")
    deltas = backpropagate(net, layers, error.delta(T, layers[-1], output))
    if SWEPT[kind]:
        curvatures = [np.einsum("pii->pi", error.curvature(T, layers[-1], output))]
    else:
        curvatures = [np.square(error.root(layers[-1], output)).sum(axis=1)]
    for matrix, z, delta in zip(net._matrices[:0:-1], layers[-2:0:-1], deltas[:0:-1], strict=True):
        w, z = matrix[:, :-1], z[:, :-1]
        h = f.first(z) ** 2 * (curvatures[0] @ w**2)
        if SWEPT[kind]:
            h += f.second(z) * (delta @ w)
        curvatures.insert(0, h)
    yield curvatures


_UNIT_CURVATURES = {"exact": _exact, "gauss-newton": _gauss_newton} | {
    kind: lambda *arguments, kind=kind: _swept(*arguments, kind) for kind in SWEPT
}
