"""What there is to sum up for the Hessian of an MLP, pair of layers by pair of layers: tables for the kernels."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .kernels.products import OTHER, OWN, SQUARE

# Of so few pairs of units and more inputs than this, the curvatures are multiplied into the inputs (measured).
FEW_PAIRS, MANY_INPUTS = 8, 64


class Plan(NamedTuple):
    """Rows of curvatures, and what becomes of them.

    places (U, U): which row is A_uv, of all units above the inputs, -1 where it is zero; paths (L, L): where the rows
    of the paths from unit m by way of the layer below l to layer l begin, (0, 0) without paths; `rows` of both.
    table: the jobs of kernels/products.py, `dense` and `sparse` those done by panels and by nonzeros; `numbers` of all
    sums; `units` that there are to place; `work`: multiplications a pattern until the rows are filled.
    """

    places: np.ndarray
    paths: np.ndarray
    rows: int
    table: np.ndarray
    dense: np.ndarray
    sparse: list
    numbers: int
    units: int
    work: int

    def panels(self, lines):
        """How many panels of so many lines the dense jobs take."""
        return int(sum(-(-job[8] // lines) * (job[2] if job[0] == SQUARE else 1) for job in self.dense))


@lru_cache(maxsize=64)
def plan(sizes, exact, coupled, few=False):
    """The plan for layers of these sizes (a tuple).

    exact: with paths; coupled: outputs have mixed second derivatives; few: of the inputs few are not zero.
    """
    sizes = np.array(sizes)
    units, z = np.append(0, np.cumsum(sizes[1:])), np.append(0, np.cumsum(sizes[:-1] + 1))
    start = np.append(0, np.cumsum(sizes[1:] * (sizes[:-1] + 1)))
    layers, row, at, jobs = len(sizes) - 1, 0, 0, []
    places = np.full((units[-1], units[-1]), -1)
    paths = np.zeros((layers, layers) if exact else (0, 0), np.int64)

    def add(kind, count, first, J, other, K, columns, *places):
        nonlocal row, at
        width = -(-columns // 4) * 4
        jobs.append((kind, row, count, first, J, other, K, at, width, *places))
        row, at = row + count, at + count * width * (J if kind == SQUARE else 1)

    for l in range(layers):
        U, J, upper = sizes[l + 1], sizes[l] + 1, slice(units[l], units[l + 1])
        one, other = np.tril_indices(U) if l < layers - 1 or coupled else (np.arange(U), np.arange(U))
        places[units[l] + one, units[l] + other] = places[units[l] + other, units[l] + one] = row + np.arange(len(one))
        square = len(one) <= FEW_PAIRS and J > MANY_INPUTS and not few
        kind, columns = (SQUARE, J) if square else (OWN, J * (J + 1) // 2)
        add(kind, len(one), z[l], J, z[l], J, columns, U, 0, start[l], 0, 0, 0, 0)
        for m in range(l):
            V, K, lower = sizes[m + 1], sizes[m] + 1, slice(units[m], units[m + 1])
            places[upper, lower] = row + np.arange(U * V).reshape(U, V)
            places[lower, upper] = places[upper, lower].T
            add(OTHER, U * V, z[l], J, z[m], K, J * K, U, V, start[l], start[m], 0, 0, m < l - 1)
            if exact:
                paths[l, m], between = row, len(jobs) - 1
                jobs[between] = (*jobs[between][:13], at, -(-K // 4) * 4, m < l - 1)
                count = U * V if m == l - 1 else U * (J - 1) * V
                add(OTHER, count, z[1] - 1, 1, z[m], K, K, 0, 0, 0, 0, 0, 0, 0)  # times one, the bias of the inputs
    table = np.array(jobs, np.int64)
    by_nonzeros = [few and job[5] == 0 and job[9] > 0 for job in jobs]  # with the network's inputs, but not the paths
    dense = table[np.logical_not(by_nonzeros)]
    sparse = [job for job, chosen in zip(jobs, by_nonzeros, strict=True) if chosen]
    return Plan(places, paths, row, table, dense, sparse, int(at), int(table[:, 9].sum()), row * int(sizes.max()))
