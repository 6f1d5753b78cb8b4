"""The errors: value, and first and second derivative at the output units' pre-activations a.

The scale is fixed here once: E = (1/P) sum over patterns of e(t, o) + 1/2 weight_decay |w|^2, with o = f(a) and

    squared         e = 1/2 |t - o|^2
    cross-entropy   e = -sum [t log o + (1 - t) log(1 - o)]   (logistic outputs)     e = -sum t log o   (softmax)

A weight decay may also be a vector (n,): a decay of its own for each weight, 1/2 sum of weight_decay_q w_q^2, so that
biases can be left out of it.

The cross-entropy is computed from a, where it stays exact however far the outputs are saturated.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .activation import ACTIVATIONS, activation
from .network import check_network


class Error(NamedTuple):
    """An error e(t, o) of each pattern, from targets T, outputs O, their a (P, n_out) and their Activation f.

    value(T, O, a): e (P,), from O where it is squared, else from a; the other may be None.
    delta(T, O, f): de/da (P, n_out). curvature(T, O, f): d2e / da da' (P, n_out, n_out).
    root(O, f): R (P, n_out, n_out), with R^T R what is left of the curvature where outputs and targets agree: without
    the (t - o) terms. Hassibi & Stork (1993), eq. 13; Hassibi et al. (1994), the a_k of section 2.
    """

    value: callable
    delta: callable
    curvature: callable
    root: callable


def _binary_value(T, O, a):
    value = (T * np.logaddexp(0, -a) + (1 - T) * np.logaddexp(0, a)).sum(axis=1)
    return np.where(np.isinf(a).any(axis=1), np.inf, value)  # infinite: a recurrent network that diverged


def _class_value(T, O, a):
    a = a - a.max(axis=1, keepdims=True)
    return (T * (np.log(np.exp(a).sum(axis=1, keepdims=True)) - a)).sum(axis=1)


def _diagonal(values):
    matrices = np.zeros(values.shape + values.shape[1:])
    index = np.arange(values.shape[1])
    matrices[:, index, index] = values
    return matrices


def _class_root(O, f):
    """R_lm = sqrt(o_l) (1 if l = m, else 0, minus o_m): R^T R is diag(o) - o o^T."""
    return np.sqrt(O)[:, :, None] * (np.eye(O.shape[1]) - O[:, None, :])


SQUARED = Error(
    value=lambda T, O, a: 0.5 * np.square(T - O).sum(axis=1),
    delta=lambda T, O, f: (O - T) * f.first(O),
    curvature=lambda T, O, f: _diagonal(f.first(O) ** 2 + (O - T) * f.second(O)),
    root=lambda O, f: _diagonal(f.first(O)),
)
# The natural pairs: with logistic or softmax outputs the derivatives simplify, and t is not in the second one.
BINARY_CROSS_ENTROPY = Error(
    value=_binary_value,
    delta=lambda T, O, f: O - T,
    curvature=lambda T, O, f: _diagonal(O * (1 - O)),
    root=lambda O, f: _diagonal(np.sqrt(O * (1 - O))),
)
CLASS_CROSS_ENTROPY = Error(
    value=_class_value,
    delta=lambda T, O, f: O - T,
    curvature=lambda T, O, f: _diagonal(O) - O[:, :, None] * O[:, None, :],
    root=_class_root,
)
ERRORS = {
    "squared": dict.fromkeys(ACTIVATIONS, SQUARED),
    "cross-entropy": {"logistic": BINARY_CROSS_ENTROPY, "softmax": CLASS_CROSS_ENTROPY},
}


def error_for(net, name):
    """The error called `name` for the outputs of `net`; ValueError for an unknown one or one that does not fit."""
    by_output = checks.choose("error", name, ERRORS)
    if net.output not in by_output:
        raise ValueError(f"error: expected {' or '.join(by_output)} outputs for {name}; got {net.output}")
    return by_output[net.output]


def check_patterns(net, X, T, name):
    """X, T and the error, checked against each other and the network: what every derivative begins with."""
    check_network(net)
    error, kind = error_for(net, name), activation(net.output, "output")
    X = checks.patterns(net, X)
    T = checks.targets(net, X, T, kind.low, kind.high)
    if net.output == "softmax" and not np.allclose(T.sum(axis=1), 1):
        raise ValueError("T: expected rows that sum to 1 for softmax outputs; got other sums")
    return X, T, error


def check_pair(argument, net, pair, name):
    """A pair (X, T) to measure on, checked like the training patterns, or None."""
    if pair is None:
        return None
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        parts = f"{len(pair)} parts" if isinstance(pair, list | tuple) else checks.shown(pair)
        raise ValueError(f"{argument}: expected a pair (X, T) of patterns and targets; got {parts}")
    try:
        return check_patterns(net, *pair, name)[:2]
    except ValueError as reason:
        raise ValueError(f"{argument}: of the pair (X, T), {reason}") from reason


def pattern_errors(net, X, T, error, O=None):
    """e(t, o) of every pattern with a target (P,); infinite where outputs have grown beyond all bounds.

    `O` (P, n_out) are the outputs, where they are at hand.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if error is SQUARED:
            value = error.value(T, net.outputs(X)[-len(T) :] if O is None else O, None)
        else:  # from a, where it stays exact
            value = error.value(T, O, net.pre_activations(X)[-len(T) :])
    return np.where(np.isnan(value), np.inf, value)


def error_with_decay(net, X, T, error, weight_decay):
    """E + 1/2 weight_decay |w|^2, a float, for patterns and an Error that are known to fit."""
    with np.errstate(over="ignore", invalid="ignore"):
        decay = 0.5 * weight_decay * net._weights @ net._weights
        return float(pattern_errors(net, X, T, error).mean() + decay)
