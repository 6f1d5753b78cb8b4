"""For passes.py: backpropagation pattern by pattern or batch by batch, with momentum and weight decay.

Its steps serve shared_backprop.py and sparse_backprop.py too, its activations of one unit recurrent.py.
"""

import math

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled

CODES = {"tanh": 0, "logistic": 1, "linear": 2, "scaled tanh": 3, "relu": 4}  # those that act unit by unit
SOFTMAX = -1
NONE, ONE, FOUR = np.uint64(0), np.uint64(1), np.uint64(4)


@compiled
def train_epochs(
    sizes, weights, active, velocity, X, T, orders, batch, rates, momentum, decay, hidden, output, natural, w0=np.inf
):
    """Go through the patterns in the orders given (epochs, P), updating weights and velocity (n,) in place.

    After each `batch` patterns v <- momentum v - rates (mean gradient + decay w), w <- w + v, where `active` (n,), with
    a rate and a `decay` for each weight (n,).
    `hidden`, `output` are CODES; `natural` is True where the error's derivative at the outputs' a is simply o - t.
    With a finite `w0` the decay of a weight falls with its size, as 1 / (1 + (w / w0)^2)^2: weight elimination.
    """
    sizes = sizes.astype(np.uint64)
    inputs = places_of(sizes)
    z, delta = np.ones(inputs[-1] + sizes[-1]), np.zeros(inputs[-1] + sizes[-1])
    gradient, free, nothing = np.zeros(len(weights)), np.where(active, rates, 0.0), np.zeros(0)
    velocity *= active
    for order in orders:
        for begin in range(0, len(order), batch):
            gathered = min(batch, len(order) - begin)
            gradient[:] = 0.0
            for p in order[begin : begin + gathered]:
                for j in range(sizes[0]):
                    z[j] = X[p, j]
                forward(sizes, inputs, weights, z, nothing, hidden, output)
                backward(sizes, inputs, weights, T, p, z, delta, gradient, hidden, output, natural)
            update(weights, velocity, gradient, free, gathered, momentum, decay, w0)


@compiled(helper=True)
def places_of(sizes):
    """Where the units of each layer (sizes, unsigned) begin in a vector of all units and a 1 after each layer."""
    places = np.zeros(len(sizes), np.uint64)
    for l in range(len(sizes) - 1):
        places[l + 1] = places[l] + sizes[l] + ONE
    return places


# The work of a step is done in vector registers: no branch in a loop, and without elimination no division.
@compiled(helper=True, fastmath={"contract"})
def update(weights, velocity, gradient, free, gathered, momentum, decay, w0):
    """The step of a batch of so many patterns; `free` is each weight's rate, 0 of deleted ones, whose velocity is 0."""
    share, part = 1.0, 1.0 / gathered
    if w0 < np.inf:
        share = 0.0
        for q in range(len(weights)):
            large = 1.0 + (weights[q] / w0) ** 2
            gradient[q] += gathered * decay[q] * weights[q] / (large * large)
    for q in range(len(weights)):
        slope = part * gradient[q] + share * decay[q] * weights[q]
        velocity[q] = momentum * velocity[q] - free[q] * slope
        weights[q] += velocity[q]


# Indices are unsigned, and arrays are handed on whole: an index that could be negative keeps the compiler from vector
# instructions, and a view costs as much as the sum over a small unit's inputs.
@compiled(helper=True)
def forward(sizes, inputs, weights, z, brought, hidden, output):
    """From what the inputs put out, in z, to the outputs; `brought` is added to what the first layer gets, or empty."""
    w = NONE
    for l in range(1, len(sizes)):
        last = l == len(sizes) - 1
        fan_in, here, units = sizes[l - 1] + ONE, inputs[l], sizes[l]
        _bring(weights, w, z, inputs[l - 1], fan_in, here, units)
        w += fan_in * units
        if l == 1:
            for i in range(len(brought)):
                z[here + np.uint64(i)] += brought[i]
        for i in range(units):
            z[here + i] = value(z[here + i], output if last else hidden)
    if output == -1:
        o = z[inputs[-1] :]
        o[:] = np.exp(o - o.max())
        o /= o.sum()


# The sum over a unit's inputs may be reordered, or it would not run in vector registers; and four units at a time, so
# that none waits for the sum of another.
@compiled(fastmath={"reassoc", "contract"})
def _bring(weights, w, z, below, fan_in, here, units):
    """What each unit gets: its row of weights, from w on, times what is put out below, from z[below] on."""
    i = NONE
    while i + FOUR <= units:
        v, u, t = w + fan_in, w + fan_in + fan_in, w + fan_in + fan_in + fan_in
        first = second = third = fourth = 0.0
        for j in range(fan_in):
            first += weights[w + j] * z[below + j]
            second += weights[v + j] * z[below + j]
            third += weights[u + j] * z[below + j]
            fourth += weights[t + j] * z[below + j]
        z[here + i], z[here + i + ONE] = first, second
        z[here + i + ONE + ONE], z[here + i + ONE + ONE + ONE] = third, fourth
        w, i = t + fan_in, i + FOUR
    while i < units:
        total = 0.0
        for j in range(fan_in):
            total += weights[w + j] * z[below + j]
        z[here + i] = total
        w, i = w + fan_in, i + ONE


@compiled(helper=True, fastmath={"contract"})
def backward(sizes, inputs, weights, T, p, z, delta, gradient, hidden, output, natural):
    """Add the gradient of pattern p, whose units are in z; d / da of all hidden and output units is left in delta."""
    top, start = inputs[-1], np.uint64(len(weights))
    for i in range(sizes[-1]):
        slope = 1.0 if natural else slope_of(z[top + i], output)
        delta[top + i] = (z[top + i] - T[p, i]) * slope
    for l in range(len(sizes) - 1, 0, -1):
        below, here, fan_in = inputs[l - 1], inputs[l], sizes[l - 1] + ONE
        start -= sizes[l] * fan_in
        for i in range(sizes[l]):
            w, d = start + i * fan_in, delta[here + i]
            for j in range(fan_in):
                gradient[w + j] += d * z[below + j]
        if l > 1:
            for j in range(fan_in):
                delta[below + j] = 0.0
            for i in range(sizes[l]):
                w, d = start + i * fan_in, delta[here + i]
                for j in range(fan_in):
                    delta[below + j] += d * weights[w + j]
            for j in range(fan_in - ONE):
                delta[below + j] *= slope_of(z[below + j], hidden)


@compiled(helper=True)
def value(a, code):
    """f(a) of one unit."""
    if code == 3:
        return SCALE * math.tanh(SLOPE * a)
    if code == 0:
        return math.tanh(a)
    if code == 1:
        return 0.0 if a < -700.0 else 1.0 / (1.0 + math.exp(-a))  # a NaN stays one
    if code == 4:
        return 0.0 if a < 0.0 else a  # a NaN stays one
    return a


@compiled(helper=True)
def slope_of(z, code):
    """f'(a) of one unit, from z = f(a)."""
    if code == 4:
        return 1.0 if z > 0.0 else 0.0
    if code == 3:
        return SLOPE / SCALE * (SCALE**2 - z * z)
    if code == 0:
        return 1.0 - z * z
    if code == 1:
        return z * (1.0 - z)
    return 1.0
