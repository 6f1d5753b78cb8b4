"""Backpropagation: the error of a network, its gradient, and the derivatives of the outputs.

All derivatives are with respect to all n weights, deleted ones included (taken at zero): what is frozen is for
training and pruning to say. The letters: a = W z (pre-activations), z = f(a), delta = dE/da. Functions under
`singledispatch` have a version for each kind of network: here the MLP's, in realtime.py those of recurrent networks.
"""

from functools import singledispatch
from math import isfinite

import numpy as np

from . import checks, memory
from .activation import activation
from .error import check_patterns, error_with_decay
from .mlp import MLP
from .network import check_network, unknown


def network_error(net, X, T, error="squared", weight_decay=0.0):
    """E = (1/P) sum of e(t, o) + 1/2 weight_decay |w|^2, a float; the errors are defined in error.py.

    weight_decay: a number, or one for each weight (n,), here and wherever there is one.

    X (P, n_in), T (P, n_out). ValueError for shapes, ranges and names that do not fit. Infinite where the outputs, or
    their squares, are.
    """
    X, T, error = check_patterns(net, X, T, error)
    return error_with_decay(net, X, T, error, checks.weight_decay(weight_decay, net.n))


def gradient(net, X, T, error="squared", weight_decay=0.0):
    """dE/dw (n,): the gradient of `network_error`, by backpropagation. Same arguments, same errors raised.

    checks.Diverged, a ValueError, where it is not finite.
    """
    X, T, error = check_patterns(net, X, T, error)
    decay = checks.weight_decay(weight_decay, net.n)
    with np.errstate(over="ignore", invalid="ignore"):
        return finite(error_gradient(net, X, T, error) + decay * net._weights)


def output_derivatives(net, X):
    """X_kl = do_l / dw for pattern k: shape (P, n_out, n). Hassibi & Stork (1993), eqs. 8-9.

    MemoryError where they would not fit; checks.Diverged, a ValueError, where they are not finite.
    """
    check_network(net)
    X = checks.patterns(net, X)
    memory.check_room("X", len(X) * net.sizes[-1] * net.n)
    with np.errstate(over="ignore", invalid="ignore"):
        return finite(pre_activation_derivatives(net, X, lambda O: output_slopes(net, O)))


def pattern_gradients(net, X, T, error="squared"):
    """g_p = dE_p/dw of every pattern by itself: (P, n), their mean is the gradient.

    ValueError for what does not fit, MemoryError where they would not; checks.Diverged where they are not finite.
    """
    X, T, kind = check_patterns(net, X, T, error)
    memory.check_room("X", len(X) * net.n)
    f = activation(net.output, "output")
    with np.errstate(over="ignore", invalid="ignore"):
        derivatives = pre_activation_derivatives(net, X, lambda O: kind.delta(T, O[-len(T) :], f)[:, None])
        return finite(derivatives[-len(T) :, 0])


def finite(derivatives):
    """These derivatives; checks.Diverged, a ValueError, where they have overflowed."""
    if not isfinite(derivatives.sum()) and not np.isfinite(derivatives).all():
        raise checks.Diverged("net: expected finite derivatives; got some that grow beyond all bounds")
    return derivatives


# -- what each kind of network has its own version of -----------------------------------------------------------------


@singledispatch
def error_gradient(net, X, T, error):
    """`gradient` without weight decay, for patterns and an Error that are known to fit."""
    raise unknown(net, "a gradient")


@singledispatch
def pre_activation_derivatives(net, X, seeds):
    """sum_m seeds_klm da_m / dw, a the outputs' pre-activations, for pattern k: (P, L, n).

    seeds: a function from the outputs (P, n_out) to numbers (P, L, n_out). Where these are of the last patterns alone,
    so is the result.
    """
    raise unknown(net, "derivatives of its outputs")


@error_gradient.register
def _(net: MLP, X, T, error):
    layers = net.layers(X)
    delta = error.delta(T, layers[-1], activation(net.output, "output"))
    deltas = backpropagate(net, layers, delta)
    blocks = [(delta.T @ z).ravel() for delta, z in zip(deltas, layers, strict=False)]
    return np.concatenate(blocks) / len(X)


@pre_activation_derivatives.register
def _(net: MLP, X, seeds):
    layers = net.layers(X)
    per_seed = []
    for seed in seeds(layers[-1]).transpose(1, 0, 2):
        deltas = backpropagate(net, layers, seed)
        blocks = [
            (delta[:, :, None] * z[:, None, :]).reshape(len(X), -1) for delta, z in zip(deltas, layers, strict=False)
        ]
        per_seed.append(np.concatenate(blocks, axis=1))
    return np.stack(per_seed, axis=1) if len(per_seed) > 1 else per_seed[0][:, None]


def backpropagate(net, layers, delta):
    """From d/da of the outputs (P, n_out) to d/da of every layer's units: a list, first hidden layer first."""
    deltas = [delta]
    for matrix, z in zip(net._matrices[:0:-1], layers[-2:0:-1], strict=True):
        z = z[:, :-1]
        deltas.insert(0, (deltas[0] @ matrix[:, :-1]) * activation(net.hidden).first(z))
    return deltas


def output_slopes(net, O):
    """do_l / da_m of the output units: (P, n_out, n_out), diagonal but for softmax."""
    identity = np.eye(O.shape[1])
    if net.output == "softmax":
        return O[:, :, None] * (identity - O[:, None, :])
    return activation(net.output).first(O)[:, :, None] * identity
