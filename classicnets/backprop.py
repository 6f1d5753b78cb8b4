"""Backpropagation: the error of a network, its gradient, and the derivatives of the outputs.

All derivatives are with respect to all n weights, deleted ones included (taken at zero): what is frozen is for
training and pruning to say. The letters: a = W z (pre-activations), z = f(a), delta = dE/da. Functions under
`singledispatch` are those of the MLP; realtime.py has the versions for recurrent networks.
"""

from functools import singledispatch

import numpy as np

from . import checks
from .activation import activation
from .error import at_output_units, check_patterns


def network_error(net, X, T, error="squared", weight_decay=0.0):
    """E = (1/P) sum of e(t, o) + 1/2 weight_decay |w|^2, a float; the errors are defined in error.py.

    X (P, n_in), T (P, n_out). ValueError for shapes, ranges and names that do not fit.
    """
    X, T, error = check_patterns(net, X, T, error)
    decay = checks.not_negative("weight_decay", weight_decay)
    return float(error.value(T, net.outputs(X)[-len(T) :]).mean() + 0.5 * decay * net.weights @ net.weights)


def gradient(net, X, T, error="squared", weight_decay=0.0):
    """dE/dw (n,): the gradient of `network_error`, by backpropagation. Same arguments, same errors raised."""
    X, T, error = check_patterns(net, X, T, error)
    return error_gradient(net, X, T, error) + checks.not_negative("weight_decay", weight_decay) * net.weights


@singledispatch
def error_gradient(net, X, T, error):
    """`gradient` without weight decay, for patterns and an Error that are known to fit."""
    layers = net.layers(X)
    delta, _ = at_output_units(net, error, T, layers[-1])
    deltas = backpropagate(net, layers, delta)
    blocks = [(delta.T @ z).ravel() for delta, z in zip(deltas, layers, strict=False)]
    return np.concatenate(blocks) / len(X)


@singledispatch
def output_derivatives(net, X):
    """X_kl = do_l / dw for pattern k: shape (P, n_out, n). Hassibi & Stork (1993), eqs. 8-9."""
    X = checks.patterns(net, X)
    layers = net.layers(X)
    seeds = output_slopes(net, layers[-1])
    per_output = []
    for l in range(net.sizes[-1]):
        deltas = backpropagate(net, layers, seeds[:, l])
        blocks = [
            (delta[:, :, None] * z[:, None, :]).reshape(len(X), -1) for delta, z in zip(deltas, layers, strict=False)
        ]
        per_output.append(np.concatenate(blocks, axis=1))
    return np.stack(per_output, axis=1) if len(per_output) > 1 else per_output[0][:, None]


def pattern_gradients(net, X, T, error="squared"):
    """g_p = dE_p/dw of every pattern by itself: (P, n), their mean is the gradient."""
    X, T, kind = check_patterns(net, X, T, error)
    slopes = kind.first(T, net.outputs(X)[-len(T) :])
    return np.einsum("pl,pln->pn", slopes, output_derivatives(net, X)[-len(T) :])


def backpropagate(net, layers, delta):
    """From d/da of the outputs (P, n_out) to d/da of every layer's units: a list, first hidden layer first."""
    deltas = [delta]
    for matrix, z in zip(net.matrices[:0:-1], layers[-2:0:-1], strict=True):
        z = z[:, :-1]
        deltas.insert(0, (deltas[0] @ matrix[:, :-1]) * activation(net.hidden).first(z))
    return deltas


def output_slopes(net, O):
    """do_l / da_m of the output units: (P, n_out, n_out), diagonal but for softmax."""
    identity = np.eye(O.shape[1])
    if net.output == "softmax":
        return O[:, :, None] * (identity - O[:, None, :])
    return activation(net.output).first(O)[:, :, None] * identity


def accuracy(net, X, T):
    """The share of patterns (0 to 1) on the right side: one output, of the middle of its range; several, the largest.

    NaN for one linear output, whose range has no middle.
    """
    X = checks.patterns(net, X)
    kind = activation(net.output, "output")
    T = checks.targets(net, X, T, kind.low, kind.high)
    return class_agreement(net, T, net.outputs(X)[-len(T) :])


def class_agreement(net, T, O):
    """`accuracy` for targets and outputs (P, n_out) already at hand."""
    if O.shape[1] > 1:
        return float(np.count_nonzero(O.argmax(axis=1) == T.argmax(axis=1)) / len(O))
    kind = activation(net.output, "output")
    middle = 0.5 * (kind.low + kind.high)
    return float(np.count_nonzero((O > middle) == (T > middle)) / len(O)) if np.isfinite(middle) else float("nan")
