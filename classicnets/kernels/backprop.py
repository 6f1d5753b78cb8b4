"""For training.py: backpropagation pattern by pattern or batch by batch, with momentum and weight decay."""

import math

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled

CODES = {"tanh": 0, "logistic": 1, "linear": 2, "scaled tanh": 3, "relu": 4}  # those that act unit by unit
SOFTMAX = -1


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
            _update(weights, velocity, gradient, free, gathered, rates, momentum, decay, w0)


@compiled
def _update(weights, velocity, gradient, free, gathered, rates, momentum, decay, w0):
    """The step of a batch of so many patterns."""
    share = 0.0 if w0 < np.inf else 1.0
    if w0 < np.inf:
        for q in range(len(weights)):
            gradient[q] += gathered * decay[q] * weights[q] / (1.0 + (weights[q] / w0) ** 2) ** 2
    for q in range(len(weights)):  # no branch, so that it runs in vector registers
        step, shrink = rates[q] / gathered, share * rates[q] * decay[q]
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
    if output == -1:
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
    if code == 3:
        return SCALE * math.tanh(SLOPE * a)
    if code == 0:
        return math.tanh(a)
    if code == 1:
        return 0.0 if a < -700.0 else 1.0 / (1.0 + math.exp(-a))  # a NaN stays one
    if code == 4:
        return 0.0 if a < 0.0 else a  # a NaN stays one
    return a


@compiled
def _slope(z, code):
    if code == 4:
        return 1.0 if z > 0.0 else 0.0
    if code == 3:
        return SLOPE / SCALE * (SCALE**2 - z * z)
    if code == 0:
        return 1.0 - z * z
    if code == 1:
        return z * (1.0 - z)
    return 1.0


# -- the same for networks that share weights, of which wiring.py says what their runs are ----------------------------


@compiled
def train_shared_epochs(
    sizes, runs, edges, weights, active, velocity, X, T, orders, batch, rates, momentum, decay, hidden, output, natural,
    w0,
):  # fmt: skip
    """`train_epochs` over the connections: those of layer l are runs (R, 7) edges[l] to edges[l + 1]."""
    begins = np.zeros(len(sizes) + 1, np.int64)
    for l in range(len(sizes)):
        begins[l + 1] = begins[l] + sizes[l] + 2
    z, delta = np.ones(begins[-1]), np.zeros(begins[-1])
    z[begins[1:] - 1] = -1.0
    gradient, free = np.zeros(len(weights)), np.where(active, 1.0, 0.0)
    for order in orders:
        for begin in range(0, len(order), batch):
            gathered = min(batch, len(order) - begin)
            gradient[:] = 0.0
            for p in order[begin : begin + gathered]:
                z[: sizes[0]] = X[p]
                _forward_shared(sizes, begins, runs, edges, weights, z, hidden, output)
                top = begins[-2]
                for i in range(sizes[-1]):
                    slope = 1.0 if natural else _slope(z[top + i], output)
                    delta[top + i] = (z[top + i] - T[p, i]) * slope
                _backward_shared(sizes, begins, runs, edges, weights, z, delta, gradient, hidden)
            _update(weights, velocity, gradient, free, gathered, rates, momentum, decay, w0)


@compiled
def _forward_shared(sizes, begins, runs, edges, weights, z, hidden, output):
    for l in range(len(sizes) - 1):
        last = l == len(sizes) - 2
        a = z[begins[l + 1] : begins[l + 1] + sizes[l + 1]]
        a[:] = 0.0
        _carry(runs[edges[l] : edges[l + 1]], weights, z[begins[l] : begins[l + 1]], a, False)
        for i in range(0 if last and output == -1 else len(a)):
            a[i] = _value(a[i], output if last else hidden)
        if last and output == -1:
            a[:] = np.exp(a - a.max())
            a /= a.sum()


@compiled
def _backward_shared(sizes, begins, runs, edges, weights, z, delta, gradient, hidden):
    for l in range(len(sizes) - 2, -1, -1):
        here, above = slice(begins[l], begins[l + 1]), slice(begins[l + 1], begins[l + 2])
        _gather(runs[edges[l] : edges[l + 1]], delta[above], z[here], gradient)
        if l:
            below = delta[here]
            below[:] = 0.0
            _carry(runs[edges[l] : edges[l + 1]], weights, delta[above], below, True)
            for i in range(sizes[l]):
                below[i] *= _slope(z[begins[l] + i], hidden)


# Most runs go along a row of a map, unit by unit, with one weight; the others along the inputs of a unit. The runs are
# unsigned, because an index that could be negative keeps the compiler from vector instructions.


@compiled
def _carry(runs, weights, z, a, downward):
    for r in range(len(runs)):
        u, s, q, length, u_step, s_step, q_step = runs[r]
        if downward:  # what the sources get from the units
            u, s, u_step, s_step = s, u, s_step, u_step
        if u_step == 1 and s_step == 1 and q_step == 0:
            w = weights[q]
            for i in range(length):
                a[u + i] += w * z[s + i]
        elif u_step == 0 and s_step == 1 and q_step == 1:
            a[u] += _product(weights, q, z, s, length)
        elif u_step == 1 and s_step == 0 and q_step == 1:
            source = z[s]
            for i in range(length):
                a[u + i] += source * weights[q + i]
        elif u_step == 1 and s_step == 0 and q_step == 0:
            brought = weights[q] * z[s]
            for i in range(length):
                a[u + i] += brought
        elif u_step == 0 and s_step == 1 and q_step == 0:
            a[u] += weights[q] * _sum(z, s, length)
        else:
            for _ in range(length):
                a[u] += weights[q] * z[s]
                u, s, q = u + u_step, s + s_step, q + q_step


@compiled
def _gather(runs, delta, z, gradient):
    for r in range(len(runs)):
        u, s, q, length, u_step, s_step, q_step = runs[r]
        if u_step == 1 and s_step == 1 and q_step == 0:
            gradient[q] += _product(delta, u, z, s, length)
        elif u_step == 1 and s_step == 0 and q_step == 0:
            gradient[q] += z[s] * _sum(delta, u, length)
        elif u_step == 0 and s_step == 1 and q_step == 1:
            d = delta[u]
            for i in range(length):
                gradient[q + i] += d * z[s + i]
        else:
            for _ in range(length):
                gradient[q] += delta[u] * z[s]
                u, s, q = u + u_step, s + s_step, q + q_step


@compiled(fastmath={"reassoc", "contract"})
def _product(one, i, other, j, length):
    total = 0.0
    for k in range(length):
        total += one[i + k] * other[j + k]
    return total


@compiled(fastmath={"reassoc", "contract"})
def _sum(one, i, length):
    total = 0.0
    for k in range(length):
        total += one[i + k]
    return total
