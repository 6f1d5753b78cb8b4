"""The Hessian, block by block: for each pair of layers, sums over the patterns of curvatures times products of inputs.

Within a layer, (curvatures of unit pairs) times (products of input pairs) holds every entry exactly once; what remains
is to put it into its places. Between two layers likewise. Where inputs are many and few of them are not zero, only
these are multiplied (sparse.py). plan.py says what there is to do, kernels/ do it, threads.py shares it out.
"""

import threading
from math import prod

import numpy as np

from . import sparse, threads
from .kernels import products
from .kernels.backprop import SOFTMAX
from .kernels.curvature import curvatures
from .kernels.forward import TILE, forward
from .plan import plan

# Patterns are taken in portions: a panel of them should fit the second cache, and all rows into memory that is kept.
# Where nonzeros alone are multiplied, what is summed up is large: fewer, larger portions.
PORTION, FEWEST_PATTERNS = 1024, 64
STORED, STORED_SPARSE = 2_000_000, 16_000_000


def hessian_sum(sizes, weights, X, T, codes):
    """d2E/dw dw' (n, n) of the network with these sizes (a tuple) and weights; `codes` as in kernels/curvature.py."""
    wanted = sizes, codes[3], codes[1] == SOFTMAX
    jobs = plan(*wanted)
    few = sparse.pays(X, jobs.table[0, products.COUNT], len(sizes) - 1, jobs.lowest)
    jobs = plan(*wanted, True) if few else jobs
    sums = scratch("sums", jobs.numbers)
    portion = _portion(jobs.rows + sum(sizes), few)
    for begin in range(0, len(X), portion):
        now = slice(begin, begin + portion)
        z, rows = unit_terms(jobs, sizes, weights, X[now], T[now], 1.0 / len(X), codes)
        _add_products(jobs, rows, z, sums, len(X[now]), begin == 0)
    H = np.zeros((len(weights), len(weights)))
    threads.share(lambda begin, end: products.place(jobs.table, sums, H, begin, end), jobs.units, 4 * H.size)
    return H


def unit_terms(jobs, sizes, weights, X, T, scale, codes):
    """The inputs of all layers with their ones, and the outputs: z (rows, P or more); and the rows of the plan `jobs`.

    Patterns last; behind them zeros, up to a number that vector instructions like. In scratch memory.
    """
    patterns, layers = len(X), jobs.sizes
    columns = -(-patterns // 8) * 8
    columns += 8 * (columns % 512 == 0)  # rows whole pages apart would fight for the same lines of the cache
    z, rows = scratch("z", sum(sizes) + len(sizes) - 1 + products.SPARE, columns), scratch("rows", jobs.rows, columns)

    def fill(begin, end):
        begin, end = begin * TILE, min(end * TILE, patterns)
        forward(layers, weights, X, codes[0], codes[1], z, begin, end)
        curvatures(layers, weights, z, T, scale, codes, jobs.places, jobs.paths, rows, begin, end)

    threads.share(fill, -(-patterns // TILE), patterns * (len(weights) + jobs.filling))
    return z, rows


def _add_products(jobs, rows, z, sums, patterns, fresh):
    def add(begin, end):
        panel = scratch("panel", products.LINES, z.shape[1])
        products.add_products(jobs.dense, rows, z, sums, panel, fresh, begin, end)

    threads.share(add, jobs.panels, jobs.summing * patterns)
    for job in jobs.sparse:
        _add_sparse(job, rows[:, :patterns], z[:, :patterns], sums, fresh)


def _add_sparse(job, rows, z, sums, fresh):
    """What a job with few nonzeros brings, in the order of the others."""
    row, count, first, J, other, K, at, width = job[products.ROW : products.WIDTH + 1]
    A, y = rows[row : row + count], z[other : other + K]
    if job[products.OWN]:
        part = sparse.own_products(A, y)
    else:
        part = sparse.products(A, z[first : first + J], y).reshape(count, -1)
    total = sums[at : at + count * width].reshape(count, width)[:, : part.shape[1]]
    if fresh:
        total[:] = part
    else:
        total += part


def _portion(rows, few):
    return max(FEWEST_PATTERNS, STORED_SPARSE // rows if few else min(PORTION, STORED // rows))


class _Scratch(threading.local):
    """Arrays kept from call to call: fresh memory costs more, page by page, than the arithmetic done in it."""

    MOST = 4_000_000  # numbers (32 MB) of an array that is kept

    def __init__(self):
        self.kept = {}

    def __call__(self, name, *shape):
        last, array, memory = self.kept.get(name, (None, None, np.empty(0)))
        if shape == last:
            return array
        size = prod(shape)
        if size > self.MOST:
            return np.empty(shape)
        if size > len(memory):
            memory = np.empty(size)
        array = memory[:size].reshape(shape)
        self.kept[name] = shape, array, memory
        return array


scratch = _Scratch()
