"""Weights that no longer matter: those of hidden units that are cut off from the inputs or from the outputs."""

import numpy as np

from ..activation import activation


def remove_orphans(net):
    """Delete, in place, every weight whose hidden unit is cut off; returns their indices. The outputs do not change.

    A unit with no weight going out: its incoming weights are deleted. A unit with no weight coming in but perhaps a
    bias: its output is constant, so its outgoing weights are deleted and their effect is added to the biases above;
    where a bias above is itself deleted, that weight stays, and so does the unit.
    """
    before = net.mask.copy()
    while _remove_once(net):
        pass
    return [int(q) for q in np.flatnonzero(before & ~net.mask)]


def _remove_once(net):
    count = net.n_active
    for l in range(len(net.matrices) - 1):
        mask, mask_above = net.mask_matrices[l : l + 2]
        for unit in np.flatnonzero(mask_above[:, :-1].any(axis=0) & ~mask[:, :-1].any(axis=1)):
            _fold_constant(net, l, unit)
        for unit in np.flatnonzero(mask.any(axis=1) & ~mask_above[:, :-1].any(axis=0)):
            mask[unit], net.matrices[l][unit] = False, 0.0
    return net.n_active < count


def _fold_constant(net, layer, unit):
    """Move what a unit with a bias alone sends upwards into the biases above, where those are not deleted."""
    above, mask_above = net.matrices[layer + 1], net.mask_matrices[layer + 1]
    constant = activation(net.hidden).value(net.matrices[layer][unit, -1])
    foldable = mask_above[:, unit] & (mask_above[:, -1] | (constant == 0))
    above[foldable, -1] += above[foldable, unit] * constant
    mask_above[foldable, unit], above[foldable, unit] = False, 0.0
