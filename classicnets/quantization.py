"""Weights of few bits: rounding to a grid and to 16-bit floats, and what it does to the error.

Rounding moves every weight a little, dw, instead of some of them all the way to zero. What that costs near a minimum
Optimal Brain Damage says in the same words: dE = 1/2 sum_k h_kk dw_k^2. Le Cun et al. (1990), eq. 3.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .backprop import network_error
from .diagonal import hessian_diagonal
from .mlp import Layered
from .network import check_alike, check_network

MOST_BITS = 32
LARGEST_HALF = 65504  # of the 16-bit floats


class Grid(NamedTuple):
    """Of each unit 2^bits equally spaced levels: `step` times the whole numbers from `least` on, both (units, 1)."""

    step: np.ndarray
    least: np.ndarray
    bits: int

    def nearest(self, values):
        """The levels next to these values, each unit's in a row (units, k)."""
        return self.step * np.clip(np.rint(values / self.step), self.least, self.least + 2**self.bits - 1)

    def of(self, unit):
        """The Grid of one unit, for its weights alone (k,)."""
        return Grid(self.step[unit], self.least[unit], self.bits)


def unit_grid(matrix, bits):
    """The Grid of a layer's weights (units, fan-in + 1): each unit's from its least to its greatest weight.

    Zero is always a level, so that a deleted weight stays deleted; the ends are moved by up to half a step for it.
    """
    bits = _bits(bits)
    last = 2**bits - 1
    low, high = matrix.min(axis=1, keepdims=True), matrix.max(axis=1, keepdims=True)
    step = np.maximum(high, 0.0) / last - np.minimum(low, 0.0) / last
    step[step == 0] = 1.0
    return Grid(step, np.rint(np.minimum(low, 0.0) / step), bits)


def round_to_bits(net, bits):
    """A copy of a network of matrices, such as an MLP, with each weight at the nearest level of its unit's grid.

    2^bits levels a unit, `bits` from 1 to 32; ValueError for others. See `unit_grid`.
    """
    rounded = checks.instance("net", net, Layered, "a network of matrices, such as an MLP").copy()
    rounded.matrices = [unit_grid(matrix, bits).nearest(np.array(matrix)) for matrix in net.matrices]
    return rounded


def round_to_half(net):
    """A copy of a network whose weights are 16-bit floats (of 11 bits, from 2^-24 to 65504); ValueError for larger."""
    rounded = check_network(net).copy()
    if np.abs(net.weights).max() > LARGEST_HALF:
        raise ValueError(f"net: expected weights up to {LARGEST_HALF}; got {np.abs(net.weights).max():g}")
    rounded.weights = net.weights.astype(np.float16).astype(np.float64)
    return rounded


class Damage(NamedTuple):
    """What a change of the weights is predicted to add to the cost, and what it does add."""

    predicted: float
    actual: float


def damage(net, changed, X, T, error="squared", weight_decay=0.0):
    """The Damage of changing a network's weights to those of `changed`, one of the same settings.

    predicted: 1/2 sum_k h_kk dw_k^2, h_kk the exact second derivatives, weight decay included. Neither the slope is in
    it, which is zero at a minimum, nor how the changes go together. Le Cun et al. (1990), eq. 3. Raises what
    `hessian_diagonal` does; TypeError or ValueError for another network; checks.Diverged (a ValueError) where either
    is beyond all bounds.
    """
    check_alike("changed", changed, check_network(net))
    cost = {"error": error, "weight_decay": weight_decay}
    h, change = hessian_diagonal(net, X, T, "exact", **cost), changed.weights - net.weights
    with np.errstate(over="ignore", invalid="ignore"):
        actual = network_error(changed, X, T, **cost) - network_error(net, X, T, **cost)
        predicted = float(h @ change**2 / 2)
    if not np.isfinite([predicted, actual]).all():
        raise checks.Diverged("changed: expected one of finite damage; got one whose damage is beyond all bounds")
    return Damage(predicted, actual)


def _bits(bits):
    """`bits` as an int: 2^8 of eight bits of its own, as NumPy's smallest numbers have, would be zero."""
    if checks.count("bits", bits) > MOST_BITS:
        raise ValueError(f"bits: expected a whole number from 1 to {MOST_BITS}; got {checks.shown(bits)}")
    return int(bits)
