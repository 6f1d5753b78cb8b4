"""Activation functions f with their first and second derivatives, written in terms of the output z = f(a).

"relu" has no derivative where a is 0, its edge. There f' is taken as 0, by choice: the slope of one of the two sides.
And f'' is taken as 0 everywhere: second derivatives are those of the linear pieces, and know nothing of the bends
between them. The minimum of an error often lies on such edges, where its gradient is not zero.
"""

from typing import NamedTuple

import numpy as np

from .checks import choose


class Activation(NamedTuple):
    """A unit's activation function: z = value(a), and f'(a), f''(a) as functions of z; `low` and `high` bound z."""

    value: callable
    first: callable
    second: callable
    low: float
    high: float


def _logistic(a):
    return 1 / (1 + np.exp(-np.maximum(a, -700)))


def _softmax(a):
    o = np.exp(a - a.max(axis=-1, keepdims=True))
    return o / o.sum(axis=-1, keepdims=True)


# Of later papers by Le Cun, and usual for the network of 1989, where only "a scaled hyperbolic tangent" is printed:
# f(1) = 1 and f(-1) = -1, so that targets of +-1 lie where a unit is still far from saturation.
SCALE, SLOPE = 1.7159, 2 / 3


def _scaled_tanh(a):
    return SCALE * np.tanh(SLOPE * a)


def _scaled_first(z):
    return SLOPE / SCALE * (SCALE**2 - z * z)


def _scaled_second(z):
    return -2 * (SLOPE / SCALE) ** 2 * z * (SCALE**2 - z * z)


def _relu(a):
    return np.maximum(a, 0.0)


def _relu_first(z):
    return np.where(z > 0, 1.0, 0.0)


#                            f(a)       f'(a)                     f''(a)                                 range
ACTIVATIONS = {
    "tanh":     Activation(np.tanh, lambda z: 1 - z * z,   lambda z: -2 * z * (1 - z * z),            -1, 1),
    "logistic": Activation(_logistic, lambda z: z * (1 - z), lambda z: z * (1 - z) * (1 - 2 * z),        0, 1),
    "scaled tanh": Activation(_scaled_tanh, _scaled_first, _scaled_second,                   -SCALE, SCALE),
    "relu":     Activation(_relu, _relu_first,             np.zeros_like,                         0, np.inf),
    "linear":   Activation(np.copy, np.ones_like,          np.zeros_like,                    -np.inf, np.inf),
}  # fmt: skip

# Softmax couples the output units, so it has no f' unit by unit: error.py treats it together with the cross entropy.
SOFTMAX = Activation(_softmax, None, None, 0, 1)
OUTPUT_ACTIVATIONS = {**ACTIVATIONS, "softmax": SOFTMAX}


def activation(name, argument="hidden"):
    """The activation function called `name`; ValueError for an unknown one."""
    return choose(argument, name, OUTPUT_ACTIVATIONS if argument == "output" else ACTIVATIONS)
