"""The Hessian over the weights that are left: of a large network with few of them, without the Hessian of all.

The formula of hessian.py, a pair of units at a time, each with those inputs that it still looks at.
"""

from functools import singledispatch

import numpy as np

from . import memory
from .blocks import unit_terms
from .hessian import error_hessian, kernel_codes
from .kernels.products import mirror
from .mlp import MLP
from .plan import plan

WHOLE = 40_000_000  # numbers (320 MB) of the Hessian over all weights up to which it is computed and cut down
CURVATURES = 16_000_000  # numbers of unit pairs and patterns taken at a time


def active_hessian(net, X, T, error, kind):
    """The Hessian without weight decay over the active weights (n_active, n_active), for arguments that fit."""
    memory.check_room("net", 2 * net.n_active**2)
    if net.n**2 > WHOLE and net.n_active < net.n:
        return large_active_hessian(net, X, T, error, kind)
    memory.check_room("net", net.n**2)
    H = error_hessian(net, X, T, error, kind)
    return H if net.mask.all() else H[np.ix_(net.mask, net.mask)]


@singledispatch
def large_active_hessian(net, X, T, error, kind):
    """The same for a network so large that the Hessian over all weights should not be written down.

    In general, where a kind of network has no such form, it is.
    """
    memory.check_room("net", net.n**2)
    return error_hessian(net, X, T, error, kind)[np.ix_(net.mask, net.mask)]


@large_active_hessian.register
def _(net: MLP, X, T, error, kind):
    units, H = _units(net), np.zeros((net.n_active, net.n_active))
    jobs, codes = plan(net.sizes, kind == "exact", net.output == "softmax"), kernel_codes(net, error, kind)
    portion = max(1, CURVATURES // jobs.rows)
    for begin in range(0, len(X), portion):
        now = slice(begin, begin + portion)
        z, rows = unit_terms(jobs, net.sizes, net._weights, X[now], T[now], 1.0 / len(X), codes)
        _add_blocks(H, units, net.sizes, jobs, z, rows)
    mirror(H)
    return H


def _units(net):
    """Of each unit: its layer, the rows of H that are its, the rows of z that it sees, and the units among these."""
    units, inputs, begin, row = [], 0, 0, 0
    for layer, mask in enumerate(net.mask_matrices):
        for left in mask:
            seen = np.flatnonzero(left)
            senders = seen[seen < len(left) - 1] + begin - net.sizes[layer] if layer else seen[:0]
            units.append((layer, slice(row, row + len(seen)), inputs + seen, senders))
            row += len(seen)
        inputs, begin = inputs + mask.shape[1], begin + len(mask)
    return units


def _add_blocks(H, units, sizes, jobs, z, rows):
    """Add what these patterns make of the lower triangle of H: for each pair of units A_uv z z^T, and the paths."""
    for u, (layer, weights, inputs, senders) in enumerate(units):
        for v, (below, columns, others, _) in enumerate(units[: u + 1]):
            if jobs.places[u, v] >= 0:
                block = (rows[jobs.places[u, v]] * z[inputs]) @ z[others].T
                if below < layer and len(jobs.paths):
                    through, paths = _paths(jobs, sizes, units, u, v, senders)
                    block[through] += rows[paths] @ z[others].T
                H[weights, columns] += block


def _paths(jobs, sizes, units, u, v, senders):
    """The places among the senders to unit u through which unit v reaches it, and the rows of these paths."""
    layer, below = units[u][0], units[v][0]
    begins = np.append(0, np.cumsum(sizes[1:]))
    first, u, s, v = jobs.paths[layer, below], u - begins[layer], senders - begins[layer - 1], v - begins[below]
    if below == layer - 1:
        through = np.flatnonzero(s == v)
        return through, np.full(len(through), first + u * sizes[layer] + v)
    return np.arange(len(s)), first + (u * sizes[layer] + s) * sizes[below + 1] + v
