"""What there is to sum up for the Hessian of an MLP, pair of layers by pair of layers: tables for the kernels."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .kernels.products import COUNT, LINES, SCALED, SPARE, UNITS, WIDTH

LINE = 0.3  # what it takes to form a line of a panel, in blocks of sixteen sums: measured with 128 patterns


class Plan(NamedTuple):
    """Rows of curvatures, and what becomes of them.

    sizes (L + 1,); places (U, U): which row is A_uv, of all units above the inputs, -1 where it is zero; paths (L, L):
    where the rows of the paths from layer m by way of the layer below l to layer l begin, (0, 0) without paths; `rows`
    of both. table: the jobs of kernels/products.py, the `dense` ones done in so many `panels`, the `sparse` ones by
    nonzeros; `numbers` of all sums; `units` that there are to place.
    Multiplications: `filling` the rows, and `summing` up, a pattern. lowest: the blocks of sixteen sums that all jobs
    take, a pattern, in which the inputs of the network stand.
    """

    sizes: np.ndarray
    places: np.ndarray
    paths: np.ndarray
    rows: int
    table: np.ndarray
    dense: np.ndarray
    sparse: np.ndarray
    panels: int
    numbers: int
    units: int
    filling: int
    summing: int
    lowest: float


@lru_cache(maxsize=64)
def plan(sizes, exact, coupled, few=False):
    """The plan for layers of these sizes (a tuple).

    exact: with paths; coupled: outputs have mixed second derivatives; few: of the inputs few are not zero.
    """
    sizes = np.array(sizes)
    units, z = np.append(0, np.cumsum(sizes[1:])), np.append(0, np.cumsum(sizes[:-1] + 1))
    start = np.append(0, np.cumsum(sizes[1:] * (sizes[:-1] + 1)))
    layers, jobs = len(sizes) - 1, _Jobs()
    places = np.full((units[-1], units[-1]), -1)
    paths = np.zeros((layers, layers) if exact else (0, 0), np.int64)
    for l in range(layers):
        U, J, upper = sizes[l + 1], sizes[l] + 1, units[l]
        one, other = np.tril_indices(U) if l < layers - 1 or coupled else (np.arange(U), np.arange(U))
        row = jobs.add(True, len(one), z[l], J, z[l], J, few and l == 0, U, 0, start[l], start[l])
        places[upper + one, upper + other] = places[upper + other, upper + one] = row + np.arange(len(one))
        for m in range(l):
            V, K, lower = sizes[m + 1], sizes[m] + 1, units[m]
            row = jobs.add(False, U * V, z[l], J, z[m], K, few and m == 0, U, V, start[l], start[m])
            between = row + np.arange(U * V).reshape(U, V)
            places[upper : upper + U, lower : lower + V] = between
            places[lower : lower + V, upper : upper + U] = between.T
            if exact:
                paths[l, m] = jobs.add_paths(U * V if m == l - 1 else U * (J - 1) * V, z[1] - 1, z[m], K, m < l - 1)
    return jobs.plan(sizes, places, paths)


def pays_to_scale(own, count, J, K):
    """Whether `count` rows are better multiplied into the lines than summed up with products of inputs."""
    scaled, plain = costs(own, count, J, K)
    return scaled < plain


def costs(own, count, J, K):
    """Of either form, in blocks of sixteen sums a pattern."""
    columns = J * (J + 1) // 2 if own else J * K
    blocks = _fours(J) * (_fours(J) + 1) // 2 if own else _fours(J) * _fours(K)
    return count * (blocks + LINE * J), _fours(count) * _fours(columns) + LINE * columns


class _Jobs:
    """The table of jobs while it grows."""

    def __init__(self):
        self.table, self.sparse, self.rows, self.numbers, self.lowest = [], [], 0, 0, 0.0

    def add(self, own, count, z, J, y, K, sparse, *places, plain=False):
        """A job of `count` new rows: the first of them. In the form of fewer blocks and lines, unless it is `plain`."""
        columns = J * (J + 1) // 2 if own else J * K
        scaled = not sparse and not plain and pays_to_scale(own, count, J, K)
        self.lowest += 0 if y or plain else min(costs(own, count, J, K))
        width = 4 * _fours(J if scaled else columns)
        self.sparse.append(sparse)
        self.table.append((own, scaled, self.rows, count, z, J, y, K, self.numbers, width, *places, 0, 0, 0))
        self.numbers += 4 * width * (count * _fours(K) if scaled else _fours(count))
        self.rows += count
        return self.rows - count

    def add_paths(self, count, one, y, K, far):
        """The paths of the job before, for which each row is multiplied by a one and the inputs of the lower layer."""
        self.table[-1] = (*self.table[-1][:-3], self.numbers, 4 * _fours(K), far)
        return self.add(False, count, one, 1, y, K, False, 0, 0, 0, 0, plain=True)

    def plan(self, sizes, places, paths):
        """All of it."""
        table, sparse = np.array(self.table, np.int64), np.array(self.sparse)
        dense = table[~sparse]
        times = np.where(dense[:, SCALED], dense[:, COUNT], 1)
        panels = (times * -(-dense[:, WIDTH] // LINES)).sum()
        counts = panels, self.numbers, table[:, UNITS].sum(), self.rows * sizes.max(), self.numbers
        counts = *map(int, counts), self.lowest
        return Plan(sizes, places, paths, self.rows + SPARE, table, dense, table[sparse], *counts)


def _fours(number):
    return int(-(-number // 4))
