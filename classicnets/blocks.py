"""The Hessian, block by block: for each pair of layers one matrix product that sums the patterns out.

Within a layer, (products of unit pairs) times (products of input pairs) holds every entry exactly once; what remains is
to scatter it. Between two layers likewise. Where a layer has too many inputs for their products to be stored, one
product a pair of units does, or sums over nonzeros if they are few (sparse.py). All matrix products go through NumPy: a
second BLAS would fight it for the cores.
"""

import threading
from functools import lru_cache
from math import prod

import numpy as np

from . import sparse
from .kernels import hessian as kernels

# Products of input pairs are stored up to this many numbers (16 MB) at a time; patterns are taken in portions to fit.
# Where nonzeros alone are multiplied nothing is stored, and what is summed up is large: fewer, larger portions.
STORED_PRODUCTS, STORED_CURVATURES = 2_000_000, 16_000_000
FEWEST_PATTERNS = 64
PANELS = 8


def hessian_sum(sizes, weights, z, first, second, output_delta, output_curvature):
    """The sum over patterns of d2e/dw dw' (n, n), for the network of these sizes (a tuple) and weights.

    `z` (inputs of all layers, P), a row of ones after each layer; `first`, `second` (hidden units, P) are f' and f'';
    `output_delta` (P, n_out) and `output_curvature` (P, n_out, n_out) the derivatives in the output units' a.
    """
    few = _few_nonzeros(z[: sizes[0] + 1])
    sums, patterns, portion = None, z.shape[1], _portion(sizes, few)
    for now in [slice(begin, begin + portion) for begin in range(0, patterns, portion)]:
        inputs, slope, bend = (np.ascontiguousarray(rows[:, now]) for rows in (z, first, second))
        terms = unit_curvatures(sizes, weights, slope, bend, output_delta[now], output_curvature[now])
        more = _sums(sizes, inputs, slope, *terms, few)
        if portion >= patterns:
            sums = more
        else:  # `more` may lie in scratch memory that the next portion overwrites
            sums = [total + part for total, part in zip(sums, more, strict=True)] if sums else [+part for part in more]
    H = np.empty((len(weights), len(weights)))
    _scatter(H, sizes, sums)
    return H


def unit_curvatures(sizes, weights, first, second, output_delta, output_curvature):
    """A (U, U, P) = d2e / da da', G (U, U, P) = da / da' and delta (U, P) of all units: see the kernel."""
    units, patterns = sum(sizes[1:]), len(output_delta)
    A, delta = scratch("A", units, units, patterns), scratch("delta", units, patterns)
    far = units if len(sizes) > 3 else 0
    G = scratch("G", far, far, patterns)
    kernels.unit_curvatures(np.array(sizes), weights, first, second, output_delta, output_curvature, A, G, delta)
    return A, G, delta


class _Scratch(threading.local):
    """Arrays kept from call to call: fresh memory costs more, page by page, than the arithmetic done in it."""

    def __init__(self):
        self.kept = {}

    def __call__(self, name, *shape):
        size = prod(shape)
        if size > 2 * STORED_PRODUCTS:
            return np.empty(shape)
        if name not in self.kept or len(self.kept[name]) < size:
            self.kept[name] = np.empty(size)
        return self.kept[name][:size].reshape(shape)


scratch = _Scratch()


@lru_cache(maxsize=64)
def _portion(sizes, few):
    if few:
        return max(FEWEST_PATTERNS, STORED_CURVATURES // sum(sizes[1:]) ** 2)
    fan_ins = np.array(sizes[:-1]) + 1
    products = np.multiply.outer(fan_ins, fan_ins)
    largest = max(sum(sizes[1:]) ** 2, products[_stored(products)].max(initial=1))
    return max(FEWEST_PATTERNS, STORED_PRODUCTS // largest)


def _stored(products):
    return products * FEWEST_PATTERNS <= STORED_PRODUCTS


def _few_nonzeros(z):
    """Whether to multiply only the nonzeros of the network's inputs z (J, P): of many inputs, where they are few."""
    return not _stored(len(z) ** 2) and sparse.is_sparse(z)


@lru_cache(maxsize=64)
def _layers(sizes):
    """Of each layer: where its units, its weights and its inputs lie, as slices."""
    sizes = np.array(sizes)
    ends = np.cumsum(sizes[1:]), np.cumsum(sizes[1:] * (sizes[:-1] + 1)), np.cumsum(sizes[:-1] + 1)
    return [tuple(slice(int(end[l - 1]) if l else 0, int(end[l])) for end in ends) for l in range(len(sizes) - 1)]


def _sums(sizes, z, slope, A, G, delta, few):
    """The patterns summed out: for every pair of layers, the upper one first, what `_scatter` spreads over H."""
    sums, layers = [], _layers(sizes)
    for l, (upper, _, inputs) in enumerate(layers):
        sums.append(_within_layer(l, A[upper, upper], z[inputs], few and l == 0))
        for m, (lower, _, below) in enumerate(layers[:l]):
            sums.append(_between_layers((l, m), A[upper, lower], z[inputs], z[below], few and m == 0))
            senders = layers[l - 1][0]
            if m == l - 1:  # an input z_j of the upper layer depends on the weights of its own unit j alone
                sums.append((delta[upper, None] * slope[senders]) @ z[below].T)
            else:
                paths = slope[senders, None] * G[senders, lower]
                sums.append((delta[upper, None, None] * paths) @ z[below].T)
    return sums


def _within_layer(layer, A, z, few):
    """sum_p A_uv z_j z_k for unit pairs v <= u: (pairs, pairs k <= j), or lower triangles (pairs, J, J) if too many."""
    pairs = A[_lower_triangle(len(A))]
    if few:
        return sparse.own_products(pairs, z)
    if not _stored(len(z) ** 2):
        squares = np.zeros((len(pairs), len(z), len(z)))  # the upper triangles, left empty, are added to as well
        for a, square in zip(pairs, squares, strict=True):
            _lower_product(a * z, z, square)
        return squares
    products = scratch("products", len(z) * (len(z) + 1) // 2, z.shape[1])
    kernels.own_products(z, products)
    return np.matmul(pairs, products.T, out=scratch(layer, len(pairs), len(products)))


def _lower_product(x, z, square):
    """Fill the lower triangle of x z^T, which is symmetric: in panels of rows, for little more than half the work."""
    edges = [len(z) * panel // PANELS for panel in range(PANELS + 1)]
    for begin, end in zip(edges, edges[1:], strict=False):
        square[begin:end, :end] = x[begin:end] @ z[:end].T


def _between_layers(layers, A, z, y, few):
    """sum_p A_uv z_j y_k for all units u of one layer, v of a lower one: (U, V, J, K)."""
    if few:
        return sparse.products(A.reshape(-1, A.shape[2]), z, y).reshape(*A.shape[:2], len(z), len(y))
    if not _stored(len(z) * len(y)):
        return np.array([[(a * z) @ y.T for a in row] for row in A])
    products = scratch("products", len(z) * len(y), z.shape[1])
    kernels.products(z, y, products)
    pairs = A.reshape(-1, A.shape[2])
    sums = np.matmul(pairs, products.T, out=scratch(layers, len(pairs), len(products)))
    return sums.reshape(A.shape[0], A.shape[1], len(z), len(y))


@lru_cache(maxsize=64)
def _lower_triangle(units):
    return np.tril_indices(units)


def _scatter(H, sizes, sums):
    """Spread the sums over the Hessian, every entry to all its mirror places."""
    sums, layers = iter(sums), _layers(sizes)
    for l, (_, rows, _) in enumerate(layers):
        within = next(sums)
        if within.ndim == 2:
            kernels.scatter_pairs(within, H, rows.start, sizes[l] + 1)
        else:
            kernels.scatter_squares(within, H, rows.start)
        for m, (_, columns, _) in enumerate(layers[:l]):
            block, paths = next(sums), next(sums)
            if m == l - 1:
                own = np.arange(sizes[l])
                block[:, own, own] += paths
            else:
                block[:, :, :-1] += paths.transpose(0, 2, 1, 3)
            kernels.scatter_block(block, H, rows.start, columns.start)
