"""For passes.py: the training of backprop.py for networks that share weights, of which wiring.py says what runs are.

Pattern by pattern: shared.py has the sums for many patterns at a time.
"""

import numpy as np

from . import compiled
from .backprop import slope_of, update, value


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
                    slope = 1.0 if natural else slope_of(z[top + i], output)
                    delta[top + i] = (z[top + i] - T[p, i]) * slope
                _backward_shared(sizes, begins, runs, edges, weights, z, delta, gradient, hidden)
            update(weights, velocity, gradient, free, gathered, momentum, decay, w0)


@compiled
def _forward_shared(sizes, begins, runs, edges, weights, z, hidden, output):
    for l in range(len(sizes) - 1):
        last = l == len(sizes) - 2
        a = z[begins[l + 1] : begins[l + 1] + sizes[l + 1]]
        a[:] = 0.0
        _carry(runs[edges[l] : edges[l + 1]], weights, z[begins[l] : begins[l + 1]], a, False)
        for i in range(0 if last and output == -1 else len(a)):
            a[i] = value(a[i], output if last else hidden)
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
                below[i] *= slope_of(z[begins[l] + i], hidden)


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
