"""One epoch of backpropagation, the weights updated after every pattern: the Numba kernel against a NumPy loop.

Both go through the same patterns in the same order with the same rate, momentum and weight decay, and end at the same
weights. The NumPy loop is what one would write for a class: matrix-vector products layer by layer, no copies to spare.
"""

import numpy as np

from .problem import Case, problem
from .race import race
from .table import ratio_row, time_row

RATE, MOMENTUM, DECAY = 0.1, 0.9, 1e-4


CASES = [Case((17, 3, 1), 124, ">= 20"), Case((203, 24, 26), 200, ">= 20")]


def run():
    """All cases: rows of times and ratios; nothing is skipped."""
    rows = []
    for case in CASES:
        times, _ = race({"kernel": kernel, "numpy": loop}, case)
        rows += [time_row("backprop", str(case), name, t) for name, t in times.items()]
        ratio = times["numpy"] / times["kernel"]
        rows.append(ratio_row("backprop", str(case), "numpy / kernel", ratio, case.target))
    return rows, []


def kernel(case):
    """The kernel behind classicnets.train_backpropagation, called as that calls it, for one epoch."""
    from classicnets.kernels.backprop import CODES, train_epochs

    net, X, T = problem(case)
    start, sizes, order = net.weights.copy(), np.array(net.sizes), np.arange(len(X))[None]
    rates, decay = np.full(net.n, RATE), np.full(net.n, DECAY)
    settings = 1, rates, MOMENTUM, decay, CODES[net.hidden], CODES[net.output], False

    def epoch():
        weights, velocity = start.copy(), np.zeros(net.n)
        train_epochs(sizes, weights, net.mask, velocity, X, T, order, *settings)
        return weights

    return epoch


def loop(case):
    """The same epoch in NumPy, pattern by pattern."""
    net, X, T = problem(case)
    start, shapes = np.array(net.weights), net.shapes

    def epoch():
        weights = start.copy()
        matrices, gradients = _views(weights, shapes), np.zeros(len(start))
        parts, velocity = _views(gradients, shapes), np.zeros(len(start))
        for x, t in zip(X, T, strict=True):
            _backpropagate(matrices, parts, x, t)
            velocity *= MOMENTUM
            velocity -= RATE * (gradients + DECAY * weights)
            weights += velocity
        return weights

    return epoch


def _backpropagate(matrices, gradients, x, t):
    """Write one pattern's gradient, for tanh hidden units and logistic outputs, into `gradients`."""
    layers = [np.append(x, 1.0)]
    for matrix in matrices[:-1]:
        layers.append(np.append(np.tanh(matrix @ layers[-1]), 1.0))
    o = 1 / (1 + np.exp(-(matrices[-1] @ layers[-1])))
    delta = (o - t) * o * (1 - o)
    for matrix, gradient, z in zip(matrices[::-1], gradients[::-1], layers[::-1], strict=True):
        np.multiply.outer(delta, z, out=gradient)
        delta = (delta @ matrix * (1 - z * z))[:-1]


def _views(vector, shapes):
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends), shapes, strict=True)]
