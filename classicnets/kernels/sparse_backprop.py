"""For passes.py: the training of backprop.py where few inputs are not zero, in a fraction of the work."""

import numpy as np

from . import compiled
from .backprop import backward, forward, places_of, update

MANY_STEPS = 1024  # taken at once, of weights whose input was zero


@compiled
def train_sparse_epochs(
    sizes, rest, active, velocity, begin, inputs, values, W, W_active, W_velocity, T, orders, rates, momentum, decay,
    W_rate, W_decay, hidden, output, natural,
):  # fmt: skip
    """`train_epochs` after each pattern, for patterns of which few inputs are not zero: the work is theirs alone.

    The inputs of pattern p and their values stand from begin[p] to begin[p + 1]. W (inputs, units) are their weights,
    all of one rate and one decay; `rest` (n - W.size,) are the others, those of a network that has no inputs: sizes[0]
    is 0. What an input that is zero does to its weights, decay and momentum, waits until it is not, or the end.
    """
    sizes = sizes.astype(np.uint64)
    places, units, now = places_of(sizes), W.shape[1], 0
    z, delta = np.ones(places[-1] + sizes[-1]), np.zeros(places[-1] + sizes[-1])
    gradient, free, brought = np.zeros(len(rest)), np.where(active, rates, 0.0), np.zeros(units)
    W_free, done, waiting = (
        np.where(W_active, W_rate, 0.0),
        np.zeros(len(W), np.int64),
        _powers(momentum, W_rate * W_decay),
    )
    velocity *= active
    W_velocity *= W_active
    for order in orders:
        for p in order:
            brought[:] = 0.0
            for q in range(begin[p], begin[p + 1]):
                j = np.uint64(inputs[q])
                _catch_up(W, W_velocity, j, now - done[j], waiting)
                _add(values[q], W, j, brought)
            forward(sizes, places, rest, z, brought, hidden, output)
            gradient[:] = 0.0
            backward(sizes, places, rest, T, p, z, delta, gradient, hidden, output, natural)
            update(rest, velocity, gradient, free, 1, momentum, decay, np.inf)
            now += 1
            for q in range(begin[p], begin[p + 1]):
                j = np.uint64(inputs[q])
                _move(W, W_velocity, W_free, j, values[q], delta, places[1], momentum, W_rate * W_decay)
                done[j] = now
    for j in range(np.uint64(len(W))):
        _catch_up(W, W_velocity, j, now - done[j], waiting)


@compiled
def _powers(momentum, shrink):
    """What becomes of a weight w and its velocity v in 0, 1, 2, ... steps without a gradient: the matrices (k, 2, 2).

    In one step v <- momentum v - shrink w and w <- w + v.
    """
    powers = np.zeros((MANY_STEPS + 1, 2, 2))
    powers[0, 0, 0] = powers[0, 1, 1] = 1.0
    for k in range(MANY_STEPS):
        for column in range(2):
            w, v = powers[k, 0, column], powers[k, 1, column]
            powers[k + 1, 1, column] = momentum * v - shrink * w
            powers[k + 1, 0, column] = w + powers[k + 1, 1, column]
    return powers


@compiled
def _catch_up(W, velocity, j, steps, powers):
    """Let the weights that lead away from input j take so many steps without a gradient at once."""
    while steps > 0:
        taken = min(steps, MANY_STEPS)
        ww, wv, vw, vv = powers[taken, 0, 0], powers[taken, 0, 1], powers[taken, 1, 0], powers[taken, 1, 1]
        for i in range(W.shape[1]):
            w, v = W[j, i], velocity[j, i]
            W[j, i], velocity[j, i] = ww * w + wv * v, vw * w + vv * v
        steps -= taken


@compiled(fastmath={"contract"})
def _add(x, W, j, total):
    """What the units get from input j, which is x."""
    for i in range(W.shape[1]):
        total[i] += x * W[j, i]


@compiled(fastmath={"contract"})
def _move(W, velocity, free, j, x, delta, above, momentum, shrink):
    """The step of the weights that lead away from input j, which is x, to the units whose delta begins at `above`."""
    for i in range(W.shape[1]):
        v = momentum * velocity[j, i] - free[j, i] * (x * delta[above + np.uint64(i)]) - shrink * W[j, i]
        velocity[j, i] = v
        W[j, i] += v
