"""For blocks.py: the curvatures of all units by one backward recursion, a tile of patterns at a time.

It begins with what the units put out (forward.py), whose layouts and fast-math these are too.
"""

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled
from .forward import FAST, TILE, add_combination, copy


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
        copy(T[begin:end, i], t)
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
                add_combination(A, w[i::fan_in], rows, places[r][high:top], begin)
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
            add_combination(d, w[i::fan_in], delta, np.arange(high, top), np.int64(0))
        for j in range(i + 1):
            A = rows[places[low + i, low + j]][begin:end]
            A[:] = 0.0
            add_combination(A, w[i::fan_in], rows, places[low + j][high:top], begin)
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
                add_combination(g, w[i::fan_in], G[r], np.arange(high, top), np.int64(0))
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
