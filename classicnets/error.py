"""The errors: value, first and second derivative with respect to the outputs o, and seen from the output units.

The scale is fixed here once: E = (1/P) sum over patterns of e(t, o) + 1/2 weight_decay |w|^2, with

    squared         e = 1/2 |t - o|^2
    cross-entropy   e = -sum [t log o + (1 - t) log(1 - o)]   (logistic outputs)     e = -sum t log o   (softmax)
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .activation import activation

# Half a unit in the last place below one: logarithms of saturated outputs stay finite.
TINY = 2.0**-53


class Error(NamedTuple):
    """An error e(t, o), pattern by pattern: value (P,), first and second derivative (P, n_out) in the outputs.

    `fisher` is the second derivative expected where the outputs are right, o = E[t]: what is left of the curvature
    when (t - o) goes to zero. Hassibi & Stork (1993), eq. 13; Hassibi et al. (1994), the a_k of section 2.
    """

    value: callable
    first: callable
    second: callable
    fisher: callable


def _inside(o):
    return np.clip(o, TINY, 1 - TINY)


def _binary_value(t, o):
    inside = _inside(o)
    value = -(t * np.log(inside) + (1 - t) * np.log(1 - inside)).sum(axis=1)
    return np.where(np.isinf(o).any(axis=1), np.inf, value)  # infinite: a recurrent network that diverged


def _binary_first(t, o):
    o = _inside(o)
    return (o - t) / (o * (1 - o))


def _binary_second(t, o):
    o = _inside(o)
    return t / o**2 + (1 - t) / (1 - o) ** 2


SQUARED = Error(
    value=lambda t, o: 0.5 * np.square(t - o).sum(axis=1),
    first=lambda t, o: o - t,
    second=lambda t, o: np.ones_like(o),
    fisher=lambda t, o: np.ones_like(o),
)
BINARY_CROSS_ENTROPY = Error(
    _binary_value, _binary_first, _binary_second, lambda t, o: 1 / (_inside(o) * _inside(1 - o))
)
CLASS_CROSS_ENTROPY = Error(
    value=lambda t, o: -(t * np.log(_inside(o))).sum(axis=1),
    first=lambda t, o: -t / _inside(o),
    second=lambda t, o: t / _inside(o) ** 2,
    fisher=lambda t, o: 1 / _inside(o),
)
ERRORS = {
    "squared": {"tanh": SQUARED, "logistic": SQUARED, "linear": SQUARED},
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
    error, kind = error_for(net, name), activation(net.output, "output")
    X = checks.patterns(net, X)
    T = checks.targets(net, X, T, kind.low, kind.high)
    if net.output == "softmax" and not np.allclose(T.sum(axis=1), 1):
        raise ValueError("T: expected rows that sum to 1 for softmax outputs; got other sums")
    return X, T, error


def at_output_units(net, error, T, O):
    """First derivative (P, n_out) and second (P, n_out, n_out) of e with respect to the output pre-activations a."""
    if error is not SQUARED:  # the natural pairs: with logistic or softmax outputs the derivatives simplify
        curvature = _diagonal(O * (1 - O)) if net.output == "logistic" else _diagonal(O) - O[:, :, None] * O[:, None, :]
        return O - T, curvature
    f = activation(net.output)
    slope, residual = f.first(O), O - T
    return residual * slope, _diagonal(slope**2 + residual * f.second(O))


def gauss_newton_at_output_units(net, error, T, O):
    """The same second derivative (P, n_out, n_out) without its (t - o) terms. Hassibi & Stork (1993), eq. 13."""
    if error is not SQUARED:  # exact already: what is left of the second derivative does not contain t
        return at_output_units(net, error, T, O)[1]
    return _diagonal(activation(net.output).first(O) ** 2)


def _diagonal(values):
    matrices = np.zeros(values.shape + values.shape[1:])
    index = np.arange(values.shape[1])
    matrices[:, index, index] = values
    return matrices
