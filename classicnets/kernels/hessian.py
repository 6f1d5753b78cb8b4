"""For blocks.py: the curvature of all units by one backward recursion, products of pairs, and their scattering.

Layouts: `sizes` units of each layer, inputs first; `weights` flat; `starts` where each layer's weights begin; `units`
where each layer's units begin among all units above the inputs. Patterns come last in every array, so that the
innermost loops run along them.
"""

import math

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled


@compiled
def unit_curvatures(sizes, weights, first, second, output_delta, output_curvature, A, G, delta):
    """Fill A (U, U, P), G (U, U, P) and delta (U, P) over all units: the backward recursion of hessian.py.

    A[u, v] = d2e / da_u da_v and G[u, v] = da_u / da_v, where unit u is not below unit v. G may be empty where no
    weight looks past a layer, with one hidden layer or none.
    """
    starts, units = _starts(sizes)
    A[:], G[:], delta[:] = 0.0, 0.0, 0.0
    for i in range(sizes[-1]):
        delta[units[-2] + i] = output_delta[:, i]
        for j in range(sizes[-1]):
            A[units[-2] + i, units[-2] + j] = output_curvature[:, i, j]
    for l in range(len(sizes) - 3, -1, -1):
        low, high, top = units[l], units[l + 1], units[l + 2]
        w = weights[starts[l + 1] : starts[l + 2]].reshape(top - high, high - low + 1)
        _descend(w, low, high, first[low:high], second[low:high], A, delta)
        if len(G):
            _descend_paths(w, low, high, first[low:high], G)


@compiled
def _starts(sizes):
    starts, units = np.zeros(len(sizes), np.int64), np.zeros(len(sizes), np.int64)
    for l in range(len(sizes) - 1):
        starts[l + 1] = starts[l] + sizes[l + 1] * (sizes[l] + 1)
        units[l + 1] = units[l] + sizes[l + 1]
    return starts, units


@compiled
def _descend(w, low, high, first, second, A, delta):
    """One step down, to the units low..high from those they feed through the matrix w (bias last)."""
    for i in range(high - low):
        for k in range(len(w)):
            _add_times(delta[low + i], w[k, i], delta[high + k])
        for r in range(high, len(A)):
            for k in range(len(w)):
                _add_times(A[r, low + i], w[k, i], A[r, high + k])
            _times(A[r, low + i], first[i])
    for i in range(high - low):
        for j in range(i + 1):
            for k in range(len(w)):
                _add_times(A[low + i, low + j], w[k, i], A[high + k, low + j])
            _times(A[low + i, low + j], first[i])
            A[low + j, low + i] = A[low + i, low + j]
        _add_product(A[low + i, low + i], second[i], delta[low + i])
        _times(delta[low + i], first[i])


@compiled
def _descend_paths(w, low, high, first, G):
    """The same step for G: the units just above see w, those further up go through the units in between."""
    for i in range(high - low):
        G[low + i, low + i] = 1.0
        for k in range(len(w)):
            G[high + k, low + i] = w[k, i]
            for r in range(high + len(w), len(G)):
                _add_times(G[r, low + i], w[k, i], G[r, high + k])
        for r in range(high, len(G)):
            _times(G[r, low + i], first[i])


@compiled
def _add_times(total, factor, row):
    for p in range(len(total)):
        total[p] += factor * row[p]


@compiled
def _add_product(total, one, other):
    for p in range(len(total)):
        total[p] += one[p] * other[p]


@compiled
def _times(row, factors):
    for p in range(len(row)):
        row[p] *= factors[p]


@compiled
def own_products(z, products):
    """Fill products (J (J + 1) / 2, P) with z_j z_k for k <= j."""
    row = 0
    for j in range(len(z)):
        for k in range(j + 1):
            for p in range(z.shape[1]):
                products[row, p] = z[j, p] * z[k, p]
            row += 1


@compiled
def products(z, y, products):
    """Fill products (J K, P) with z_j y_k."""
    for j in range(len(z)):
        for k in range(len(y)):
            for p in range(z.shape[1]):
                products[j * len(y) + k, p] = z[j, p] * y[k, p]


@compiled
def scatter_pairs(sums, H, start, fan_in):
    """Spread sums (unit pairs v <= u, input pairs k <= j) over a layer's square of H, which begins at `start`."""
    square = np.empty((fan_in, fan_in))
    u = v = 0
    for pair in range(len(sums)):
        for j in range(fan_in):
            for k in range(j + 1):
                square[j, k] = square[k, j] = sums[pair, j * (j + 1) // 2 + k]
        _put_unit_pair(square, H, start + u * fan_in, start + v * fan_in)
        u, v = (u, v + 1) if v < u else (u + 1, 0)


@compiled
def scatter_squares(sums, H, start):
    """The same from sums (unit pairs v <= u, J, J), of which the lower triangles are filled."""
    fan_in = sums.shape[1]
    u = v = 0
    for pair in range(len(sums)):
        mirror(sums[pair])
        _put_unit_pair(sums[pair], H, start + u * fan_in, start + v * fan_in)
        u, v = (u, v + 1) if v < u else (u + 1, 0)


@compiled
def mirror(square):
    """Copy the lower triangle to the upper, in tiles that fit the nearest cache."""
    for top in range(0, len(square), 32):
        for left in range(0, top + 1, 32):
            for j in range(top, min(top + 32, len(square))):
                for k in range(left, min(left + 32, j)):
                    square[k, j] = square[j, k]


@compiled
def _put_unit_pair(square, H, row, column):
    for j in range(len(square)):
        for k in range(len(square)):
            H[row + j, column + k] = square[j, k]
        for k in range(len(square)):
            H[column + j, row + k] = square[j, k]


@compiled
def scatter_block(block, H, row, column):
    """Spread block (U, V, J, K) over H from (row, column) on, and its transpose at the mirror place."""
    units, below, fan_in, fan_below = block.shape
    for u in range(units):
        for v in range(below):
            for j in range(fan_in):
                for k in range(fan_below):
                    H[row + u * fan_in + j, column + v * fan_below + k] = block[u, v, j, k]
            for k in range(fan_below):
                for j in range(fan_in):
                    H[column + v * fan_below + k, row + u * fan_in + j] = block[u, v, j, k]


@compiled
def small_hessian(sizes, weights, X, T, hidden, output, natural, exact):
    """d2E/dw dw' (n, n) of a small network in one call, where the calls of blocks.py would cost more than the work.

    `hidden`, `output` are the codes of backprop.py; `natural` says that the error's derivative in the outputs' a is
    o - t; `exact` False leaves out the (t - o) terms. The products here must stay too small for a second thread.
    """
    starts, units = _starts(sizes)
    total, patterns = units[-1], len(X)
    z, first, second, O = _forward(sizes, weights, X, hidden, output)
    delta, curvature = _at_outputs(T, O, output, natural, exact)
    if not exact:
        second[:] = 0.0
    A, G, deltas = np.empty((total, total, patterns)), np.empty((total, total, patterns)), np.empty((total, patterns))
    unit_curvatures(sizes, weights, first, second, delta, curvature, A, G, deltas)
    H, begin = np.empty((starts[-1], starts[-1])), 0
    for l in range(len(sizes) - 1):
        upper = z[begin : begin + sizes[l] + 1]
        scatter_pairs(_within_layer(A, units[l], units[l + 1], upper), H, starts[l], sizes[l] + 1)
        below = 0
        for m in range(l):
            lower = z[below : below + sizes[m] + 1]
            block = _between_layers(A, units[l], units[l + 1], units[m], units[m + 1], upper, lower)
            for u in range(sizes[l + 1]):
                for j in range(sizes[l]):
                    sender = units[l - 1] + j
                    for v in range(sizes[m + 1]):
                        if exact and (m < l - 1 or v == j):
                            path = deltas[units[l] + u] * first[sender] * G[sender, units[m] + v]
                            for k in range(len(lower)):
                                block[u, v, j, k] += np.dot(lower[k], path)
            scatter_block(block, H, starts[l], starts[m])
            below += sizes[m] + 1
        begin += sizes[l] + 1
    return H


@compiled
def _forward(sizes, weights, X, hidden, output):
    """Inputs of all layers with their ones (rows, P); f' and f'' of the hidden units; the outputs (n_out, P)."""
    patterns, layers = len(X), len(sizes) - 1
    z = np.ones((np.sum(sizes[:-1] + 1), patterns))
    first, second = np.empty((np.sum(sizes[1:-1]), patterns)), np.empty((np.sum(sizes[1:-1]), patterns))
    O = np.empty((sizes[-1], patterns))
    for p in range(patterns):
        for j in range(sizes[0]):
            z[j, p] = X[p, j]
    w = unit = begin = 0
    for l in range(layers):
        fan_in = sizes[l] + 1
        for i in range(sizes[l + 1]):
            a = np.zeros(patterns)
            for j in range(fan_in):
                _add_times(a, weights[w + j], z[begin + j])
            w += fan_in
            if l == layers - 1:
                for p in range(patterns):
                    O[i, p] = _value(a[p], output)
            else:
                for p in range(patterns):
                    o = _value(a[p], hidden)
                    z[begin + fan_in + i, p] = o
                    first[unit, p], second[unit, p] = _slopes(o, hidden)
                unit += 1
        begin += fan_in
    return z, first, second, O


@compiled
def _at_outputs(T, O, output, natural, exact):
    """delta (P, n_out) and A (P, n_out, n_out) of the output units, with the factor 1/P: error.py, in loops."""
    patterns, outputs = T.shape
    delta, curvature = np.zeros((patterns, outputs)), np.zeros((patterns, outputs, outputs))
    for p in range(patterns):
        for i in range(outputs):
            o, residual = O[i, p], O[i, p] - T[p, i]
            first, second = _slopes(o, output)
            if natural:
                delta[p, i], curvature[p, i, i] = residual / patterns, first / patterns
            elif exact:
                delta[p, i] = residual * first / patterns
                curvature[p, i, i] = (first * first + residual * second) / patterns
            else:
                curvature[p, i, i] = first * first / patterns
    return delta, curvature


@compiled
def _value(a, code):
    if code == 3:
        return SCALE * math.tanh(SLOPE * a)
    if code == 0:
        return math.tanh(a)
    if code == 1:
        return 1.0 / (1.0 + math.exp(-max(a, -700.0)))
    if code == 4:
        return 0.0 if a < 0.0 else a  # a NaN stays one
    return a


@compiled
def _slopes(z, code):
    """f'(a) and f''(a) from z = f(a)."""
    if code == 4:
        return (1.0 if z > 0.0 else 0.0), 0.0
    if code == 3:
        slope = SLOPE / SCALE * (SCALE**2 - z * z)
        return slope, -2.0 * SLOPE / SCALE * z * slope
    if code == 0:
        return 1.0 - z * z, -2.0 * z * (1.0 - z * z)
    if code == 1:
        return z * (1.0 - z), z * (1.0 - z) * (1.0 - 2.0 * z)
    return 1.0, 0.0


@compiled
def _within_layer(A, low, high, z):
    units, fan_in = high - low, len(z)
    unit_pairs = np.empty((units * (units + 1) // 2, z.shape[1]))
    for u in range(units):
        for v in range(u + 1):
            unit_pairs[u * (u + 1) // 2 + v] = A[low + u, low + v]
    input_pairs = np.empty((fan_in * (fan_in + 1) // 2, z.shape[1]))
    own_products(z, input_pairs)
    return np.dot(unit_pairs, input_pairs.T)


@compiled
def _between_layers(A, low, high, bottom, top, z, y):
    unit_pairs = np.empty(((high - low) * (top - bottom), z.shape[1]))
    for u in range(low, high):
        for v in range(bottom, top):
            unit_pairs[(u - low) * (top - bottom) + v - bottom] = A[u, v]
    input_pairs = np.empty((len(z) * len(y), z.shape[1]))
    products(z, y, input_pairs)
    return np.dot(unit_pairs, input_pairs.T).reshape(high - low, top - bottom, len(z), len(y))
