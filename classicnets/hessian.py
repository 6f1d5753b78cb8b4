"""Second derivatives of the error: the exact Hessian, Gauss-Newton, diagonals, and the Hessian times a vector.

The structure, for a weight of unit u (input z_j) and one of unit v (input z_k), u not below v, pattern by pattern:

    d2e / dw_uj dw_vk  =  A_uv z_j z_k  +  delta_u (dz_j / da_v) z_k          A_uv = d2e / da_u da_v

The second term is there only when v lies below u. One backward recursion gives A, and summing over the patterns the
products of unit pairs with the products of input pairs gives the Hessian: Bishop (1992), arranged for matrix products.
Gauss-Newton is the same with delta = 0 and f'' = 0: all terms with (t - o) gone, outputs summed first.
"""

from functools import singledispatch

import numpy as np

from . import checks
from .activation import activation
from .backprop import backpropagate
from .blocks import hessian_sum, unit_curvatures
from .error import SQUARED, at_output_units, check_patterns, gauss_newton_at_output_units
from .kernels.backprop import CODES
from .kernels.hessian import small_hessian

# Up to this many patterns times weights squared one compiled call does it all (measured: benchmarks/).
SMALL = 500_000
WHOLE = {"exact": "exact", "gauss-newton": "gauss-newton"}


def hessian(net, X, T, kind="exact", error="squared", weight_decay=0.0):
    """The Hessian d2E/dw dw' of `network_error`: (n, n), symmetric, over all weights, deleted ones at zero.

    `kind` is "exact", or "gauss-newton": without the (t - o) terms, positive semidefinite.
    X (P, n_in), T (P, n_out); ValueError for what does not fit. Bishop (1992); Hassibi & Stork (1993), eq. 14.
    """
    checks.choose("kind", kind, WHOLE)
    X, T, error = check_patterns(net, X, T, error)
    decay = checks.not_negative("weight_decay", weight_decay)
    H = error_hessian(net, X, T, error, kind)
    if decay:
        H.flat[:: net.n + 1] += decay
    return H


@singledispatch
def error_hessian(net, X, T, error, kind):
    """`hessian` without weight decay, for patterns, an Error and a kind that are known to fit."""
    if len(X) * net.n**2 <= SMALL and net.output in CODES:
        codes = CODES[net.hidden], CODES[net.output], error is not SQUARED, kind == "exact"
        return small_hessian(np.array(net.sizes), net.weights, X, T, *codes)
    return hessian_sum(*kernel_terms(net, X, T, error, kind))


def kernel_terms(net, X, T, error, kind):
    """What the kernels start from: sizes, weights, inputs of all layers, f' and f'', delta and A of the outputs.

    Patterns last, and the factor 1/P of the error already in delta and A.
    """
    *layers, O = net.layers(X)
    z, f = np.concatenate([layer.T for layer in layers]), activation(net.hidden)
    hidden = np.concatenate([layer.T[:-1] for layer in layers[1:]] or [np.empty((0, len(X)))])
    if kind == "exact":
        second, delta, curvature = f.second(hidden), *at_output_units(net, error, T, O)
    else:
        second, delta = np.zeros_like(hidden), np.zeros(T.shape)
        curvature = gauss_newton_at_output_units(net, error, T, O)
    return net.sizes, net.weights, z, f.first(hidden), second, delta / len(X), curvature / len(X)


def hessian_diagonal(net, X, T, kind="exact", error="squared", weight_decay=0.0):
    """d2E/dw^2 of every weight (n,).

    "exact", "gauss-newton": the diagonal of that Hessian; recurrent networks have these two. "lecun1990": one backward
    sweep that neglects the mixed second derivatives between units of a layer, so it is exact only for weights with at
    most one layer above. "levenberg-marquardt": that sweep without the f'' terms, never negative.
    Le Cun et al. (1990), eqs. 5-8.
    """
    checks.choose("kind", kind, {**WHOLE, "lecun1990": "", "levenberg-marquardt": ""})
    X, T, error = check_patterns(net, X, T, error)
    decay = checks.not_negative("weight_decay", weight_decay)
    if net.remembers or kind == "gauss-newton":
        return np.diag(error_hessian(net, X, T, error, checks.choose("kind", kind, WHOLE))) + decay
    if kind == "exact":
        curvatures = _exact_unit_curvatures(net, X, T, error)
    else:
        curvatures = _swept_unit_curvatures(net, X, T, error, kind)
    layers = net.layers(X)
    blocks = [(h.T @ z**2).ravel() for h, z in zip(curvatures, layers, strict=False)]
    return np.concatenate(blocks) / len(X) + decay


def _exact_unit_curvatures(net, X, T, error):
    """A_uu of every unit, a (P, units) array for each layer."""
    sizes, weights, _, *derivatives = kernel_terms(net, X, T, error, "exact")
    A, _, _ = unit_curvatures(sizes, weights, *derivatives)
    diagonal = np.einsum("uup->pu", A) * len(X)
    return np.split(diagonal, np.cumsum(net.sizes[1:-1]), axis=1)


def _swept_unit_curvatures(net, X, T, error, kind):
    """d2E/da^2 of every unit by the sweep of Le Cun et al. (1990), eqs. 7-8: a (P, units) array for each layer."""
    layers, f = net.layers(X), activation(net.hidden)
    delta, exact = at_output_units(net, error, T, layers[-1])
    deltas = backpropagate(net, layers, delta)
    at_outputs = exact if kind == "lecun1990" else gauss_newton_at_output_units(net, error, T, layers[-1])
    curvatures = [np.einsum("pii->pi", at_outputs)]
    for matrix, z, delta in zip(net.matrices[:0:-1], layers[-2:0:-1], deltas[:0:-1], strict=True):
        w, z = matrix[:, :-1], z[:, :-1]
        h = f.first(z) ** 2 * (curvatures[0] @ w**2)
        if kind == "lecun1990":
            h += f.second(z) * (delta @ w)
        curvatures.insert(0, h)
    return curvatures


def hessian_vector_product(net, X, T, vector, error="squared", weight_decay=0.0):
    """The exact Hessian times a vector (n,), for an MLP without the Hessian, in the time of a few gradients.

    Pearlmutter (1994): differentiate the forward and the backward pass in the direction of the vector (R{.}).
    """
    X, T, error = check_patterns(net, X, T, error)
    v, decay = checks.finite_vector("vector", vector, net.n), checks.not_negative("weight_decay", weight_decay)
    if net.remembers:
        return error_hessian(net, X, T, error, "exact") @ v + decay * v
    layers, f = net.layers(X), activation(net.hidden)
    directions = net.views(v)

    r_layers, r_a = [np.zeros_like(layers[0])], []
    for matrix, direction, z in zip(net.matrices, directions, layers, strict=False):
        r_a.append(z @ direction.T + r_layers[-1] @ matrix.T)
        r_layers.append(np.zeros((len(X), matrix.shape[0] + 1)))
        if len(r_a) < len(directions):
            r_layers[-1][:, :-1] = f.first(layers[len(r_a)][:, :-1]) * r_a[-1]

    delta, curvature = at_output_units(net, error, T, layers[-1])
    r_delta = np.einsum("pij,pj->pi", curvature, r_a[-1])
    blocks = []
    for l in range(len(directions) - 1, -1, -1):
        blocks.insert(0, (r_delta.T @ layers[l] + delta.T @ r_layers[l]).ravel())
        if l:
            z, w, d = layers[l][:, :-1], net.matrices[l][:, :-1], directions[l][:, :-1]
            r_delta = f.second(z) * r_a[l - 1] * (delta @ w) + f.first(z) * (delta @ d + r_delta @ w)
            delta = f.first(z) * (delta @ w)
    return np.concatenate(blocks) / len(X) + decay * v
