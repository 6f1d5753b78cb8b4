"""For training.py: backpropagation pattern by pattern or batch by batch, with momentum and weight decay."""

import math

import numpy as np

from . import compiled

CODES = {"tanh": 0, "logistic": 1, "linear": 2}  # the activation functions that act unit by unit
SOFTMAX = 3


@compiled
def train_epochs(
    sizes, weights, active, velocity, X, T, orders, batch, rate, momentum, decay, hidden, output, natural, w0=np.inf
):
    """Go through the patterns in the orders given (epochs, P), updating weights and velocity (n,) in place.

    After each `batch` patterns v <- momentum v - rate (mean gradient + decay w), w <- w + v, where `active` (n,).
    `hidden`, `output` are CODES; `natural` is True where the error's derivative at the outputs' a is simply o - t.
    With a finite `w0` the decay of a weight falls with its size, as 1 / (1 + (w / w0)^2)^2: weight elimination.
    """
    inputs = np.zeros(len(sizes), np.int64)
    for l in range(len(sizes) - 1):
        inputs[l + 1] = inputs[l] + sizes[l] + 1
    z, delta = np.ones(inputs[-1] + sizes[-1]), np.zeros(inputs[-1] + sizes[-1])
    gradient, free = np.zeros(len(weights)), np.where(active, 1.0, 0.0)
    for order in orders:
        for begin in range(0, len(order), batch):
            gathered = min(batch, len(order) - begin)
            gradient[:] = 0.0
            for p in order[begin : begin + gathered]:
                _forward(sizes, inputs, weights, X[p], z, hidden, output)
                _backward(sizes, inputs, weights, T[p], z, delta, gradient, hidden, output, natural)
            step, shrink = rate / gathered, rate * decay
            if w0 < np.inf:
                for q in range(len(weights)):
                    gradient[q] += gathered * decay * weights[q] / (1.0 + (weights[q] / w0) ** 2) ** 2
                shrink = 0.0
            for q in range(len(weights)):  # no branch, so that it runs in vector registers
                velocity[q] = free[q] * (momentum * velocity[q] - step * gradient[q] - shrink * weights[q])
                weights[q] += velocity[q]


# The sum over a unit's inputs may be reordered, or it would not run in vector registers.
@compiled(fastmath={"reassoc", "contract"})
def _forward(sizes, inputs, weights, x, z, hidden, output):
    z[: sizes[0]] = x
    w = 0
    for l in range(1, len(sizes)):
        last = l == len(sizes) - 1
        below, here = inputs[l - 1], inputs[l]
        for i in range(sizes[l]):
            a = 0.0
            for j in range(sizes[l - 1] + 1):
                a += weights[w + j] * z[below + j]
            w += sizes[l - 1] + 1
            z[here + i] = _value(a, output if last else hidden)
    if output == 3:
        o = z[inputs[-1] :]
        o[:] = np.exp(o - o.max())
        o /= o.sum()


@compiled
def _backward(sizes, inputs, weights, t, z, delta, gradient, hidden, output, natural):
    top = inputs[-1]
    for i in range(sizes[-1]):
        slope = 1.0 if natural else _slope(z[top + i], output)
        delta[top + i] = (z[top + i] - t[i]) * slope
    start = len(weights)
    for l in range(len(sizes) - 1, 0, -1):
        below, here, fan_in = inputs[l - 1], inputs[l], sizes[l - 1] + 1
        start -= sizes[l] * fan_in
        for i in range(sizes[l]):
            w, d = start + i * fan_in, delta[here + i]
            for j in range(fan_in):
                gradient[w + j] += d * z[below + j]
        if l > 1:
            delta[below : below + fan_in] = 0.0
            for i in range(sizes[l]):
                w, d = start + i * fan_in, delta[here + i]
                for j in range(fan_in):
                    delta[below + j] += d * weights[w + j]
            for j in range(fan_in - 1):
                delta[below + j] *= _slope(z[below + j], hidden)


@compiled
def _value(a, code):
    if code == 0:
        return math.tanh(a)
    if code == 1:
        return 1.0 / (1.0 + math.exp(-a)) if a > -700.0 else 0.0
    return a


@compiled
def _slope(z, code):
    if code == 0:
        return 1.0 - z * z
    if code == 1:
        return z * (1.0 - z)
    return 1.0
