"""For training.py: backpropagation pattern by pattern or batch by batch, with momentum and weight decay."""

import math

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled

CODES = {"tanh": 0, "logistic": 1, "linear": 2, "scaled tanh": 3, "relu": 4}  # those that act unit by unit
SOFTMAX = -1
NONE, ONE, FOUR = np.uint64(0), np.uint64(1), np.uint64(4)
MANY_STEPS = 1024  # taken at once, of weights whose input was zero


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
    inputs = _places(sizes)
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
                _forward(sizes, inputs, weights, z, nothing, hidden, output)
                _backward(sizes, inputs, weights, T, p, z, delta, gradient, hidden, output, natural)
            _update(weights, velocity, gradient, free, gathered, momentum, decay, w0)


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
    places, units, now = _places(sizes), W.shape[1], 0
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
            _forward(sizes, places, rest, z, brought, hidden, output)
            gradient[:] = 0.0
            _backward(sizes, places, rest, T, p, z, delta, gradient, hidden, output, natural)
            _update(rest, velocity, gradient, free, 1, momentum, decay, np.inf)
            now += 1
            for q in range(begin[p], begin[p + 1]):
                j = np.uint64(inputs[q])
                _move(W, W_velocity, W_free, j, values[q], delta, places[1], momentum, W_rate * W_decay)
                done[j] = now
    for j in range(np.uint64(len(W))):
        _catch_up(W, W_velocity, j, now - done[j], waiting)


@compiled
def _places(sizes):
    """Where the units of each layer (sizes, unsigned) begin in a vector of all units and a 1 after each layer."""
    places = np.zeros(len(sizes), np.uint64)
    for l in range(len(sizes) - 1):
        places[l + 1] = places[l] + sizes[l] + ONE
    return places


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


# The work of a step is done in vector registers: no branch, no division.
@compiled(fastmath={"contract"}, error_model="numpy")
def _update(weights, velocity, gradient, free, gathered, momentum, decay, w0):
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
@compiled
def _forward(sizes, inputs, weights, z, brought, hidden, output):
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
            z[here + i] = _value(z[here + i], output if last else hidden)
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


@compiled(fastmath={"contract"})
def _backward(sizes, inputs, weights, T, p, z, delta, gradient, hidden, output, natural):
    """Add the gradient of pattern p, whose units are in z; d / da of all hidden and output units is left in delta."""
    top, start = inputs[-1], np.uint64(len(weights))
    for i in range(sizes[-1]):
        slope = 1.0 if natural else _slope(z[top + i], output)
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
    gradient, free = np.zeros(len(weights)), np.where(active, rates, 0.0)
    velocity *= active
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
            _update(weights, velocity, gradient, free, gathered, momentum, decay, w0)


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
