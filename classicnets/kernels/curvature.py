"""For blocks.py: what all units put out, and their curvatures by one backward recursion, a tile of patterns at a time.

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


# -- forward ----------------------------------------------------------------------------------------------------------


@compiled(nogil=True, fastmath=FAST)
def forward(sizes, weights, X, hidden, output, z, begin, end):
    """Fill z (rows, P or more) for patterns begin to end: the inputs of each layer with their ones; last the outputs.

    `hidden`, `output` are CODES of backprop.py, or SOFTMAX. What lies behind the patterns is set to zero.
    """
    e, bits = np.empty(TILE), np.empty(TILE, np.int64)
    for first in range(begin, end, TILE):
        last = min(first + TILE, end)
        for j in range(sizes[0]):
            _copy(X[first:last, j], z[j][first:last])
        w, below = 0, 0
        for l in range(len(sizes) - 1):
            fan_in, top = sizes[l] + 1, l == len(sizes) - 2
            sources = np.arange(below, below + sizes[l])
            z[below + sizes[l]][first:last] = 1.0
            for i in range(sizes[l + 1]):
                a = z[below + fan_in + i][first:last]
                a[:] = weights[w + sizes[l]]
                _add_combination(a, weights[w : w + sizes[l] : 1], z, sources, first)
                if not top or output != -1:
                    _activate(a, output if top else hidden, e[: last - first], bits[: last - first])
                w += fan_in
            below += fan_in
        if output == -1:
            _softmax(z[below : below + sizes[-1]], first, e[: last - first], bits[: last - first])
    if end == len(X):
        z[:, end:] = 0.0


@compiled
def _copy(source, target):
    """A loop, because an assignment brings the text of an error with it, which takes two seconds to compile."""
    for p in range(len(target)):
        target[p] = source[p]


@compiled(fastmath=FAST)
def _add_combination(total, factors, rows, chosen, begin):
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


@compiled(fastmath={"contract"})
def _activate(a, code, e, bits):
    """a = f(a), by an exponential that the compiler can turn into vector instructions."""
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


# -- backward ---------------------------------------------------------------------------------------------------------


@compiled(nogil=True, fastmath=FAST)
def curvatures(sizes, weights, z, T, scale, codes, places, paths, rows, begin, end):
    """Fill the rows (R, P or more) for patterns begin to end: A_uv = d2e / da_u da_v, and the paths of hessian.py.

    Row places[u, v] = places[v, u] is A_uv, of all units above the inputs. From row paths[l, m] on, if `paths` are
    wanted, are the delta_u dz_s/da_v of units u of layer l, s of the layer below it and v of layer m: for each u and
    s all v; of the layer just below u, where only s = v counts, for each u all v. `codes`: of hidden units, of outputs,
    whether de/da = o - t, whether exact: else delta and f'' are zero. The error's factor 1/P, `scale`, is in all rows.
    What lies behind the patterns is set to zero.
    """
    hidden = codes[0]
    units, layers = len(places), len(sizes) - 1
    u0, z0, w0 = _begins(sizes)
    deep = layers > 2 and len(paths) > 0  # weights then look past a layer
    tile = min(TILE, max(8, 2_000_000 // units**2)) if deep else TILE
    f1, f2, delta = np.empty((units, tile)), np.empty((units, tile)), np.zeros((units, tile))
    G = np.empty((u0[layers - 1], u0[layers - 1], tile) if deep else (0, 0, 0))
    for first in range(begin, end, tile):
        last = min(first + tile, end)
        count = last - first
        _at_outputs(z[z0[layers] :], T, scale, codes, places, u0[layers - 1], rows, delta, first, last)
        for l in range(layers - 2, -1, -1):
            low, high, top = u0[l], u0[l + 1], u0[l + 2]
            for i in range(low, high):
                _slopes(z[z0[l + 1] + i - low][first:last], hidden, f1[i], f2[i])
            w = weights[w0[l + 1] : w0[l + 2]]
            _descend(w, low, high, top, f1, f2, codes, places, rows, delta, first, count)
            if deep:
                _descend_paths(w, low, high, top, u0[layers - 1], f1, G, count)
        if len(paths):
            _fill_paths(sizes, u0, f1, G, delta, paths, rows, first, count)
    if end == len(T):
        rows[:, end:] = 0.0


@compiled
def _begins(sizes):
    """Where each layer's units begin among those above the inputs, its rows in z, and the weights into it."""
    units, z, weights = np.zeros(len(sizes), np.int64), np.zeros(len(sizes), np.int64), np.zeros(len(sizes), np.int64)
    for l in range(len(sizes) - 1):
        units[l + 1] = units[l] + sizes[l + 1]
        z[l + 1] = z[l] + sizes[l] + 1
        weights[l + 1] = weights[l] + sizes[l + 1] * (sizes[l] + 1)
    return units, z, weights


@compiled(fastmath=FAST)
def _slopes(z, code, f1, f2):
    """f'(a) and f''(a) from z = f(a): but for relu f' = c0 + c1 z + c2 z^2, and so f'' = (c1 + 2 c2 z) f'."""
    c0, c1, c2 = 1.0, 0.0, 0.0
    if code == 0:
        c2 = -1.0
    elif code == 1:
        c0, c1, c2 = 0.0, 1.0, -1.0
    elif code == 3:
        c0, c2 = SLOPE * SCALE, -SLOPE / SCALE
    for p in range(len(z)):
        f1[p] = c0 + z[p] * (c1 + c2 * z[p])
        f2[p] = (c1 + 2.0 * c2 * z[p]) * f1[p]
    if code == 4:
        for p in range(len(z)):
            f1[p] = 1.0 if z[p] > 0.0 else 0.0


@compiled(fastmath=FAST)
def _at_outputs(outputs, T, scale, codes, places, units, rows, delta, begin, end):
    """delta and A of the output units, which begin at `units`: error.py, in loops."""
    _, output, natural, exact = codes
    count = end - begin
    f1, f2, t = np.empty(count), np.empty(count), np.empty(count)
    for i in range(len(places) - units):
        o, d, A = outputs[i][begin:end], delta[units + i][:count], rows[places[units + i, units + i]][begin:end]
        _copy(T[begin:end, i], t)
        _slopes(o, 1 if output == -1 else output, f1, f2)  # of softmax, o (1 - o) is the diagonal
        for p in range(count):
            slope = scale if natural else scale * f1[p]
            d[p] = (o[p] - t[p]) * slope
            A[p] = slope * f1[p] + (0.0 if natural or not exact else scale * (o[p] - t[p]) * f2[p])
        for j in range(i if output == -1 else 0):
            A, other = rows[places[units + i, units + j]][begin:end], outputs[j][begin:end]
            for p in range(count):
                A[p] = -scale * o[p] * other[p]


@compiled(fastmath=FAST)
def _descend(w, low, high, top, f1, f2, codes, places, rows, delta, begin, count):
    """One step down, to the units low..high from those they feed, high..top, through the weights w."""
    fan_in, coupled, end = high - low + 1, top < len(places) or codes[1] == -1, begin + count
    for i in range(high - low):
        slope = f1[low + i]
        for r in range(high, len(places)):
            A = rows[places[r, low + i]][begin:end]
            if coupled:
                A[:] = 0.0
                _add_combination(A, w[i::fan_in], rows, places[r][high:top], begin)
                for p in range(count):
                    A[p] *= slope[p]
            else:  # no other output's a matters to output r
                own, weight = rows[places[r, r]][begin:end], w[(r - high) * fan_in + i]
                for p in range(count):
                    A[p] = weight * own[p] * slope[p]
    for i in range(high - low):
        slope, bend, d = f1[low + i], f2[low + i], delta[low + i][:count]
        d[:] = 0.0
        if codes[3]:
            _add_combination(d, w[i::fan_in], delta, np.arange(high, top), np.int64(0))
        for j in range(i + 1):
            A = rows[places[low + i, low + j]][begin:end]
            A[:] = 0.0
            _add_combination(A, w[i::fan_in], rows, places[low + j][high:top], begin)
            for p in range(count):
                A[p] *= slope[p]
            if i == j and codes[3]:
                for p in range(count):
                    A[p] += bend[p] * d[p]
        for p in range(count):
            d[p] *= slope[p]


@compiled(fastmath=FAST)
def _descend_paths(w, low, high, top, hidden, f1, G, count):
    """The same step for G_rv = da_r / da_v of hidden units r: those further up go through the units in between."""
    fan_in = high - low + 1
    for i in range(high - low):
        slope = f1[low + i]
        for r in range(high, hidden):
            g = G[r, low + i][:count]
            if r < top:
                g[:] = w[(r - high) * fan_in + i]
            else:
                g[:] = 0.0
                _add_combination(g, w[i::fan_in], G[r], np.arange(high, top), np.int64(0))
            for p in range(count):
                g[p] *= slope[p]


@compiled(fastmath=FAST)
def _fill_paths(sizes, u0, f1, G, delta, paths, rows, begin, count):
    for l in range(1, len(sizes) - 1):
        for m in range(l):
            row = paths[l, m]
            for u in range(u0[l], u0[l + 1]):
                for s in range(u0[l - 1], u0[l]):
                    d, slope, path = delta[u], f1[s], rows[row][begin : begin + count]
                    if m == l - 1:
                        for p in range(count):
                            path[p] = d[p] * slope[p]
                        row += 1
                        continue
                    for v in range(u0[m], u0[m + 1]):
                        path, g = rows[row][begin : begin + count], G[s, v]
                        for p in range(count):
                            path[p] = d[p] * slope[p] * g[p]
                        row += 1
