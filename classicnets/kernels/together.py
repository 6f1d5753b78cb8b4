"""For together.py: many networks of one shape trained at once, the networks last in every array.

What vector registers do side by side are networks, so it pays for small ones, of which a layer is no work for them.
"""

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled
from .forward import activate


@compiled
def train_nets(sizes, W, V, free, X, T, orders, batch, momentum, decay, hidden, output, natural):
    """Go through the patterns, each network in its own orders (B, epochs, P), updating W and V (n, B) in place.

    free (n, B): the rate of each weight, 0 of a deleted one. decay (n,). The others as in `train_epochs`.
    """
    B, P = W.shape[1], orders.shape[2]
    places = np.zeros(len(sizes), np.int64)
    for l in range(len(sizes) - 1):
        places[l + 1] = places[l] + sizes[l] + 1
    z, delta = np.ones((places[-1] + sizes[-1], B)), np.zeros((places[-1] + sizes[-1], B))
    gradient, t, scratch, bits = np.zeros(W.shape), np.empty((sizes[-1], B)), np.empty(B), np.empty(B, np.int64)
    for e in range(orders.shape[1]):
        for k in range(P):
            for b in range(B):
                p = orders[b, e, k]
                for j in range(sizes[0]):
                    z[j, b] = X[p, j]
                for i in range(sizes[-1]):
                    t[i, b] = T[p, i]
            _forward(sizes, places, W, z, hidden, output, scratch, bits)
            _differ(z, places[-1], t, delta, output, natural)
            _backward(sizes, places, W, V, gradient, free, z, delta, hidden, batch == 1, momentum, decay)
            if batch > 1 and (k % batch == batch - 1 or k == P - 1):
                _update(W, V, gradient, free, k % batch + 1, momentum, decay)
                gradient[:] = 0.0


@compiled
def _forward(sizes, places, W, z, hidden, output, scratch, bits):
    w = 0
    for l in range(1, len(sizes)):
        for i in range(places[l], places[l] + sizes[l]):
            z[i] = 0.0
            for j in range(sizes[l - 1] + 1):
                _add(W, w + j, z, places[l - 1] + j, z, i)
            w += sizes[l - 1] + 1
            activate(z[i], output if l == len(sizes) - 1 else hidden, scratch, bits)


@compiled
def _differ(z, top, t, delta, output, natural):
    """What the error's derivative is at the outputs, for targets t (n_out, B)."""
    for i in range(len(t)):
        for b in range(t.shape[1]):
            delta[top + i, b] = z[top + i, b] - t[i, b]
        if not natural:
            _slope(z[top + i], output, delta[top + i])


@compiled
def _backward(sizes, places, W, V, gradient, free, z, delta, hidden, online, momentum, decay):
    """From the outputs down: what each unit below gets, and only then the weights' step or what they add to a batch."""
    start = len(W)
    for l in range(len(sizes) - 1, 0, -1):
        below, here, fan_in = places[l - 1], places[l], sizes[l - 1] + 1
        start -= sizes[l] * fan_in
        for j in range(sizes[l - 1] if l > 1 else 0):
            delta[below + j] = 0.0
            for i in range(sizes[l]):
                _add(W, start + i * fan_in + j, delta, here + i, delta, below + j)
            _slope(z[below + j], hidden, delta[below + j])
        for i in range(sizes[l]):
            w = start + i * fan_in
            if online:
                _step(W, V, free, w, delta, here + i, z, below, fan_in, momentum, decay)
            else:
                for j in range(fan_in):
                    _add(delta, here + i, z, below + j, gradient, w + j)


# With one array more the compiler would give up asking whether two of them overlap, and the vector registers with it.
@compiled(fastmath={"contract"})
def _step(W, V, free, start, delta, i, z, below, fan_in, momentum, decay):
    """The step after a pattern, in every network, of the weights into unit i, from `start` on."""
    for j in range(fan_in):
        w = start + j
        for b in range(W.shape[1]):
            v = momentum * V[w, b] - free[w, b] * (delta[i, b] * z[below + j, b] + decay[w] * W[w, b])
            V[w, b] = v
            W[w, b] += v


@compiled(fastmath={"contract"})
def _update(W, V, gradient, free, gathered, momentum, decay):
    """The step of all weights after a batch of so many patterns."""
    part = 1.0 / gathered
    for w in range(len(W)):
        for b in range(W.shape[1]):
            v = momentum * V[w, b] - free[w, b] * (part * gradient[w, b] + decay[w] * W[w, b])
            V[w, b] = v
            W[w, b] += v


@compiled(fastmath={"contract"}, forceinline=True)
def _add(A, i, B, j, total, k):
    """Add the products of row i of A and row j of B to row k."""
    for b in range(A.shape[1]):
        total[k, b] += A[i, b] * B[j, b]


@compiled
def _slope(z, code, delta):
    """delta times f', from what a unit puts out."""
    for b in range(len(z)):
        if code == 0:
            delta[b] *= 1.0 - z[b] * z[b]
        elif code == 1:
            delta[b] *= z[b] * (1.0 - z[b])
        elif code == 3:
            delta[b] *= SLOPE / SCALE * (SCALE**2 - z[b] * z[b])
        elif code == 4:
            delta[b] *= 1.0 if z[b] > 0.0 else 0.0
