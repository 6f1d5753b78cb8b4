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
    count, masks, starts = net.n_active, _views(net.mask, net.shapes), net.offsets
    for l in range(len(masks) - 1):
        matrix, above = net.matrices[l], net.matrices[l + 1]
        has_output = masks[l + 1][:, :-1].any(axis=0)
        has_input = masks[l][:, :-1].any(axis=1)
        constant = activation(net.hidden).value(matrix[:, -1])
        for unit in np.flatnonzero(~has_input & has_output):
            foldable = masks[l + 1][:, unit] & (masks[l + 1][:, -1] | (constant[unit] == 0))
            above[foldable, -1] += above[foldable, unit] * constant[unit]
            fan_in = above.shape[1]
            net.delete(starts[l + 1] + np.flatnonzero(foldable) * fan_in + unit)
        for unit in np.flatnonzero(~masks[l + 1][:, :-1].any(axis=0)):
            fan_in = matrix.shape[1]
            net.delete(slice(starts[l] + unit * fan_in, starts[l] + (unit + 1) * fan_in))
    return net.n_active < count


def _views(vector, shapes):
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends), shapes, strict=True)]
