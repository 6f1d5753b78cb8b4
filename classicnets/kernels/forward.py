"""For blocks.py: what all units put out, a tile of patterns at a time; curvature.py then goes backward.

Its activations serve together.py too, where networks stand in the place of patterns.

Layouts: `sizes` units of each layer, inputs first; `weights` flat, each unit's bias last. Patterns come last in every
array, so that the innermost loops run along them, and a tile of them stays in the nearest cache. Of fast-math only
sums in another order and fused products are allowed: a NaN stays one.
"""

import math

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled

TILE = 128  # patterns at a time
FAST = {"reassoc", "contract"}


@compiled(nogil=True, fastmath=FAST)
def forward(sizes, weights, X, hidden, output, z, begin, end):
    """Fill z (rows, P or more) for patterns begin to end: the inputs of each layer with their ones; last the outputs.

    `hidden`, `output` are CODES of backprop.py, or SOFTMAX. What lies behind the patterns is set to zero.
    """
    e, bits = np.empty(TILE), np.empty(TILE, np.int64)
    for first in range(begin, end, TILE):
        last = min(first + TILE, end)
        for j in range(sizes[0]):
            copy(X[first:last, j], z[j][first:last])
        w, below = 0, 0
        for l in range(len(sizes) - 1):
            fan_in, top = sizes[l] + 1, l == len(sizes) - 2
            sources = np.arange(below, below + sizes[l])
            z[below + sizes[l]][first:last] = 1.0
            for i in range(sizes[l + 1]):
                a = z[below + fan_in + i][first:last]
                a[:] = weights[w + sizes[l]]
                add_combination(a, weights[w : w + sizes[l] : 1], z, sources, first)
                if not top or output != -1:
                    activate(a, output if top else hidden, e[: last - first], bits[: last - first])
                w += fan_in
            below += fan_in
        if output == -1:
            _softmax(z[below : below + sizes[-1]], first, e[: last - first], bits[: last - first])
    if end == len(X):
        z[:, end:] = 0.0


@compiled(helper=True)
def copy(source, target):
    """A loop, because an assignment brings the text of an error with it, which takes two seconds to compile."""
    for p in range(len(target)):
        target[p] = source[p]


@compiled(helper=True, fastmath=FAST)
def add_combination(total, factors, rows, chosen, begin):
    """total += sum_k factors[k] rows[chosen[k]], from column `begin` on; four at a time, to touch the total less.

    Slices, because an index that could be negative keeps the compiler from vector instructions.
    """
    end, whole = begin + len(total), len(chosen) // 4 * 4
    for k in range(0, whole, 4):
        w0, w1, w2, w3 = factors[k], factors[k + 1], factors[k + 2], factors[k + 3]
        x0, x1 = rows[chosen[k]][begin:end], rows[chosen[k + 1]][begin:end]
        x2, x3 = rows[chosen[k + 2]][begin:end], rows[chosen[k + 3]][begin:end]
        for p in range(len(total)):
            total[p] += w0 * x0[p] + w1 * x1[p] + w2 * x2[p] + w3 * x3[p]
    for k in range(whole, len(chosen)):
        factor, x = factors[k], rows[chosen[k]][begin:end]
        for p in range(len(total)):
            total[p] += factor * x[p]


@compiled(helper=True, fastmath={"contract"})
def activate(a, code, e, bits):
    """a = f(a), by an exponential that the compiler can turn into vector instructions; e, bits (len(a),) are scratch.

    Within 3 units in the last place of the exact functions, the scaled tanh within 4; a NaN stays one.
    """
    f = bits.view(np.float64)
    if code == 0 or code == 3:
        slope = -2.0 if code == 0 else -2.0 * SLOPE
        scale = 1.0 if code == 0 else SCALE
        for p in range(len(a)):
            x = slope * abs(a[p])
            e[p] = -60.0 if x < -60.0 else x
        _exponential(e, bits)
        for p in range(len(a)):
            m = f[p] * e[p] + (f[p] - 1.0)  # exp(-2 |a|) - 1, exact where a is small
            a[p] = math.copysign(scale * (m / (2.0 + m)), a[p])
    elif code == 1:
        for p in range(len(a)):
            x = -abs(a[p])
            e[p] = -700.0 if x < -700.0 else x
        _exponential(e, bits)
        for p in range(len(a)):
            m = f[p] * e[p] + f[p]
            a[p] = (m if a[p] < 0.0 else 1.0) / (1.0 + m)
    elif code == 4:
        for p in range(len(a)):
            a[p] = 0.0 if a[p] < 0.0 else a[p]


@compiled(fastmath={"contract"})
def _exponential(x, bits):
    """x = exp(r) - 1 and bits = those of the float64 2^k, with r + k ln 2 what x was, |r| at most half of ln 2.

    Adding 1.5 2^52 rounds to an integer and leaves it in the lowest bits; ln 2 is taken away in two parts, of which
    k times the first is exact.
    """
    f = bits.view(np.float64)
    for p in range(len(x)):
        f[p] = x[p] * 1.4426950408889634 + 6755399441055744.0
        k = f[p] - 6755399441055744.0
        r = x[p] - k * 6.93147180369123816490e-01 - k * 1.90821492927058770002e-10
        q = 1 / 6227020800
        q = q * r + 1 / 479001600
        q = q * r + 1 / 39916800
        q = q * r + 1 / 3628800
        q = q * r + 1 / 362880
        q = q * r + 1 / 40320
        q = q * r + 1 / 5040
        q = q * r + 1 / 720
        q = q * r + 1 / 120
        q = q * r + 1 / 24
        q = q * r + 1 / 6
        q = q * r + 0.5
        x[p] = r + r * r * q
    for p in range(len(x)):
        bits[p] = (bits[p] << 52) + (1023 << 52)


@compiled
def _softmax(a, begin, e, bits):
    """a (n_out, P) = exp(a - max) / sum over the rows, in as many columns from `begin` on as e is long."""
    f, largest, total = bits.view(np.float64), np.full(len(e), -np.inf), np.zeros(len(e))
    for i in range(len(a)):
        row = a[i][begin : begin + len(e)]
        for p in range(len(e)):
            largest[p] = largest[p] if row[p] < largest[p] else row[p]
    for i in range(len(a)):
        row = a[i][begin : begin + len(e)]
        for p in range(len(e)):
            x = row[p] - largest[p]
            e[p] = -700.0 if x < -700.0 else x
        _exponential(e, bits)
        for p in range(len(e)):
            row[p] = f[p] * e[p] + f[p]
            total[p] += row[p]
    for i in range(len(a)):
        row = a[i][begin : begin + len(e)]
        for p in range(len(e)):
            row[p] /= total[p]
