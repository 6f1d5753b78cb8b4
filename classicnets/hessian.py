"""Second derivatives of the error: the exact Hessian, Gauss-Newton, and the Hessian times a vector.

The structure, for a weight of unit u (input z_j) and one of unit v (input z_k), u not below v, pattern by pattern:

    d2e / dw_uj dw_vk  =  A_uv z_j z_k  +  delta_u (dz_j / da_v) z_k          A_uv = d2e / da_u da_v

The second term is there only when v lies below u. `hessian_by_units` says just this, for all units at once. The fast
form, `hessian`, gets A from one backward recursion and sums over the patterns the products of unit pairs with the
products of input pairs: Bishop (1992), arranged for matrix products. Gauss-Newton is the same with delta = 0 and
f'' = 0: all terms with (t - o) gone, outputs summed first.
"""

from functools import singledispatch

import numpy as np

from . import checks, memory
from .activation import activation
from .backprop import finite, pre_activation_derivatives
from .blocks import hessian_sum
from .error import SQUARED, check_patterns
from .kernels.backprop import CODES, SOFTMAX
from .mlp import MLP
from .network import check_network, unknown

KINDS = {"exact": "exact", "gauss-newton": "gauss-newton"}


def hessian(net, X, T, kind="exact", error="squared", weight_decay=0.0):
    """The Hessian d2E/dw dw' of `network_error`: (n, n), symmetric, over all weights, deleted ones at zero.

    `kind` is "exact", or "gauss-newton": without the (t - o) terms, positive semidefinite.
    X (P, n_in), T (P, n_out); ValueError for what does not fit, MemoryError where H would not, checks.Diverged (a
    ValueError too) where H is not finite. Bishop (1992); Hassibi & Stork (1993), eq. 14.
    """
    checks.choose("kind", kind, KINDS)
    X, T, error = check_patterns(net, X, T, error)
    decay = checks.weight_decay(weight_decay, net.n)
    memory.check_room("net", net.n**2)
    with np.errstate(over="ignore", invalid="ignore"):
        H = finite(error_hessian(net, X, T, error, kind))
    if isinstance(decay, np.ndarray) or decay:
        H.flat[:: net.n + 1] += decay
    return H


def hessian_by_units(net, X, T, error="squared", weight_decay=0.0):
    """The exact Hessian of an MLP by the formula above, pattern by pattern: the form to read.

    Same arguments and result as `hessian`. W holds the weights between units, so that a change of a_v moves all a by
    G_:v, G = (I - W f')^-1; all changes reach the error through G, directly (delta) and twice (A).
    """
    checks.instance("net", net, MLP, "an MLP")
    X, T, error = check_patterns(net, X, T, error)
    H, f, units = np.zeros((net.n, net.n)), activation(net.hidden), sum(net.sizes[1:])
    above = np.arange(units)[-net.sizes[-1] :]  # the output units
    for x, t in zip(X, T, strict=True):
        *layers, o = net.layers(x[None])
        z = np.concatenate([layer[0, :-1] for layer in layers[1:]] + [np.zeros(len(above))])
        first, second = f.first(z), f.second(z)
        first[above] = second[above] = 0.0
        own, W = np.zeros((units, net.n)), np.zeros((units, units))  # da_u / dw, unit u's own inputs in their places
        places = _places(net, units)
        for u, (weights, inputs, senders) in enumerate(places):
            own[u, weights], W[u, senders] = layers[inputs][0], net.weights[weights[: len(senders)]]
        G, delta, curvature = np.linalg.inv(np.eye(units) - W * first), np.zeros(units), np.zeros((units, units))
        delta[above] = error.delta(t[None], o, activation(net.output, "output"))[0]
        curvature[np.ix_(above, above)] = error.curvature(t[None], o, activation(net.output, "output"))[0]
        delta = G.T @ delta
        A = G.T @ (curvature + np.diag(second * (W.T @ delta))) @ G
        paths = np.zeros((net.n, net.n))  # row w_uj: delta_u dz_j/da_v z_k
        for u, (weights, _, senders) in enumerate(places):
            paths[weights[: len(senders)]] = delta[u] * first[senders, None] * (G[senders] @ own)
        H += own.T @ A @ own + paths + paths.T
    return finite(H / len(X)) + checks.weight_decay(weight_decay, net.n) * np.eye(net.n)


def _places(net, units):
    """Of each unit: the indices of its weights, the layer that it looks at, and the hidden units that lie there."""
    places, weight, begin = [], 0, 0
    for layer, (rows, columns) in enumerate(net.shapes):
        senders = np.arange(begin - net.sizes[layer], begin) if layer else np.arange(0)
        for _ in range(rows):
            places.append((np.arange(weight, weight + columns), layer, senders))
            weight += columns
        begin += rows
    return places


def hessian_vector_product(net, X, T, vector, error="squared", weight_decay=0.0):
    """The exact Hessian times a vector (n,): (n,), without the Hessian. For an MLP in the time of a few gradients.

    X (P, n_in), T (P, n_out); ValueError for what does not fit; checks.Diverged (a ValueError too) where it is not
    finite.
    """
    X, T, error = check_patterns(net, X, T, error)
    v, decay = checks.finite_vector("vector", vector, net.n), checks.weight_decay(weight_decay, net.n)
    with np.errstate(over="ignore", invalid="ignore"):
        return finite(hessian_product(net, X, T, error, v) + decay * v)


# -- what each kind of network has its own version of -----------------------------------------------------------------


@singledispatch
def error_hessian(net, X, T, error, kind):
    """`hessian` without weight decay, for patterns, an Error and a kind that are known to fit.

    In general, where a kind of network has no faster form: n products with unit vectors, or products of root rows.
    """
    check_network(net)
    if kind == "exact":
        return np.array([hessian_product(net, X, T, error, row) for row in np.eye(net.n)])
    rows = root_rows(net, X, T, error)
    return rows.T @ rows / len(T)


@singledispatch
def hessian_product(net, X, T, error, v):
    """`hessian_vector_product` without weight decay, for arguments that are known to fit."""
    raise unknown(net, "a product of its Hessian with a vector")


def root_rows(net, X, T, error):
    """The vectors x (P n_out, n) with the Gauss-Newton Hessian (1/P) sum x x^T: sqrt(a_kl) X_kl.

    a_kl is the error's second derivative in output l where outputs and targets agree. Hassibi et al. (1994), sec. 2.
    MemoryError where they would not fit.
    """
    memory.check_room("X", T.size * net.n)
    f = activation(net.output, "output")
    rows = pre_activation_derivatives(net, X, lambda O: error.root(O[-len(T) :], f))
    return rows[-len(T) :].reshape(-1, net.n)


@error_hessian.register
def _(net: MLP, X, T, error, kind):
    return hessian_sum(net.sizes, net._weights, X, T, kernel_codes(net, error, kind))


def kernel_codes(net, error, kind):
    """What kernels/curvature.py asks of a network and an Error: activations, whether de/da = o - t, whether exact."""
    return CODES[net.hidden], CODES.get(net.output, SOFTMAX), error is not SQUARED, kind == "exact"


@hessian_product.register
def _(net: MLP, X, T, error, v):
    """Pearlmutter (1994): differentiate the forward and the backward pass in the direction v (R{.})."""
    layers, f, output = net.layers(X), activation(net.hidden), activation(net.output, "output")
    directions = net.views(v)

    r_layers, r_a = [np.zeros_like(layers[0])], []
    for matrix, direction, z in zip(net._matrices, directions, layers, strict=False):
        r_a.append(z @ direction.T + r_layers[-1] @ matrix.T)
        r_layers.append(np.zeros((len(X), matrix.shape[0] + 1)))
        if len(r_a) < len(directions):
            r_layers[-1][:, :-1] = f.first(layers[len(r_a)][:, :-1]) * r_a[-1]

    delta = error.delta(T, layers[-1], output)
    r_delta = np.einsum("pij,pj->pi", error.curvature(T, layers[-1], output), r_a[-1])
    blocks = []
    for l in range(len(directions) - 1, -1, -1):
        blocks.insert(0, (r_delta.T @ layers[l] + delta.T @ r_layers[l]).ravel())
        if l:
            z, w, d = layers[l][:, :-1], net._matrices[l][:, :-1], directions[l][:, :-1]
            r_delta = f.second(z) * r_a[l - 1] * (delta @ w) + f.first(z) * (delta @ d + r_delta @ w)
            delta = f.first(z) * (delta @ w)
    return np.concatenate(blocks) / len(X)
