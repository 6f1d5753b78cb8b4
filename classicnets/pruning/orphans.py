"""Weights that no longer matter: those of hidden units that are cut off from the inputs or from the outputs."""

from functools import singledispatch
from itertools import pairwise

import numpy as np

from .. import checks
from ..activation import activation
from ..mlp import MLP
from ..network import check_network, unknown
from ..recurrent import RecurrentNetwork
from ..shared import SharedNetwork
from ..wiring import CONSTANTS
from .candidates import among


def remove_orphans(net, candidates=None):
    """Delete, in place, every weight whose hidden unit is cut off; returns their indices. The outputs do not change.

    candidates: the weights that may go, n booleans or indices; None: all.

    A unit with no way to an output: its incoming weights are deleted. A unit with no weight coming in but perhaps a
    bias: its output is constant, so its outgoing weights are deleted and their effect is added to the biases above;
    where a bias above is itself deleted, or would overflow, that weight stays, and so does the unit. In a recurrent
    network only the output units see that constant from the first step on, so only their biases take it over; and
    units that neither an input nor a bias has a way to are zero at all steps, where f(0) = 0: their weights are
    deleted.
    """
    return remove_cut_off(net, among("candidates", candidates, check_network(net)))


def remove_cut_off(net, may_go):
    """`remove_orphans` for n booleans."""
    before = net.mask.copy()
    count = None if may_go.any() else net.n_active
    while net.n_active != count:
        count = net.n_active
        remove_constant_units(net, may_go)
        unheard = net.mask & may_go & ~heard(net)
        if unheard.any():
            net.delete(unheard)
    return np.flatnonzero(before & ~net.mask).tolist()


def shrink(net):
    """A smaller MLP without the hidden units that no longer matter: the same outputs, all other weights and masks.

    Those that no weight leads away from, after `remove_orphans`: it makes such units of what has a way to no output and
    of constants, whose effect the biases above take over. A layer of which nothing is left keeps one unit, with all of
    its weights deleted. `net` stays as it is. TypeError unless it is an MLP.
    """
    net = checks.instance("net", net, MLP, "an MLP").copy()
    remove_orphans(net)
    kept = [np.arange(net.sizes[0])]
    for above in net.mask_matrices[1:]:
        left = np.flatnonzero(above[:, :-1].any(axis=0))
        kept.append(left if len(left) else [0])
    kept.append(np.arange(net.sizes[-1]))
    places = [np.ix_(units, np.append(inputs, -1)) for inputs, units in pairwise(kept)]
    smaller = MLP([len(units) for units in kept], net.hidden, net.output)
    smaller.matrices = [matrix[place] for matrix, place in zip(net.matrices, places, strict=True)]
    smaller.mask = np.concatenate([mask[place].ravel() for mask, place in zip(net.mask_matrices, places, strict=True)])
    return smaller


def silenced(net, q):
    """The weights (indices) that have no way to an output any more once weight q, or several, are deleted."""
    smaller = net.copy()
    smaller.delete(q)
    return np.flatnonzero(smaller.mask & ~heard(smaller))


@singledispatch
def heard(net):
    """Which weights have a way to an output, at the same or any later step, through weights not deleted: (n,)."""
    raise unknown(net, "ways from its weights to its outputs")


@heard.register
def _(net: MLP):
    masks, units = [], np.ones(net.sizes[-1], dtype=bool)
    for mask in net.mask_matrices[::-1]:
        masks.insert(0, mask & units[:, None])
        units = masks[0][:, :-1].any(axis=0)
    return np.concatenate([mask.ravel() for mask in masks])


@heard.register
def _(net: RecurrentNetwork):
    sees = net.from_states(net.mask_matrices)
    units = np.arange(len(sees)) >= net.sizes[1]
    for _ in sees:
        units = units | sees[units].any(axis=0)
    of_units = np.repeat(units, [len(row) for mask in net.mask_matrices for row in mask])
    return net.mask & of_units


@heard.register
def _(net: SharedNetwork):
    layer, unit, source, weight = net.wires
    found, ways = np.zeros(net.n, dtype=bool), np.ones(net.sizes[-1], dtype=bool)
    for l in range(len(net.layers) - 1, -1, -1):
        live = (layer == l) & net.mask[weight]
        live[live] = ways[unit[live]]
        found[weight[live]] = True
        ways = np.bincount(source[live], minlength=net.sizes[l] + 2) > 0
    return found


@singledispatch
def remove_constant_units(net, may_go):
    """Delete the weights that lead away from units whose output is constant, and fold its effect into biases.

    Only those that `may_go`, n booleans.
    """
    raise unknown(net, "units that can become constant")


@remove_constant_units.register
def _(net: MLP, may_go):
    for l in range(len(net.matrices) - 1):
        mask, mask_above = net.mask_matrices[l : l + 2]
        for unit in np.flatnonzero(mask_above[:, :-1].any(axis=0) & ~mask[:, :-1].any(axis=1)):
            _fold_constant(net, l, unit, may_go)


@remove_constant_units.register
def _(net: RecurrentNetwork, may_go):
    hidden, outputs = net.mask_matrices
    silent = net.places[:, ~_driven_units(net)]
    net.delete(silent[may_go[silent]])
    for unit in np.flatnonzero(outputs[:, : len(hidden)].any(axis=0) & ~hidden[:, :-1].any(axis=1)):
        _fold_constant(net, 0, unit, may_go)


def _driven_units(net):
    """Which units of a recurrent network can be other than zero: those that an input or a bias has a way to (S,)."""
    sees, (hidden, outputs) = net.from_states(net.mask_matrices), net.mask_matrices
    units = np.concatenate([hidden[:, : net.sizes[0]].any(axis=1) | hidden[:, -1], outputs[:, -1]])
    names = [net.hidden] * len(hidden) + [net.output] * len(outputs)
    units |= np.array([activation(name).value(np.zeros(1))[0] != 0 for name in names])
    for _ in sees:
        units = units | sees[:, units].any(axis=1)
    return units


def _fold_constant(net, layer, unit, may_go):
    """Move what a unit with a bias alone sends upwards into the biases above, where those are not deleted."""
    above, mask_above = net.matrices[layer + 1].copy(), net.mask_matrices[layer + 1]
    leading = net.views(np.arange(net.n))[layer + 1][:, unit]
    constant = activation(net.hidden).value(net.matrices[layer][unit, -1])
    with np.errstate(over="ignore"):
        bias = above[:, -1] + above[:, unit] * constant
    foldable = mask_above[:, unit] & may_go[leading] & (mask_above[:, -1] | (constant == 0)) & np.isfinite(bias)
    above[foldable, -1] = bias[foldable]
    net.matrices = [*net.matrices[: layer + 1], above, *net.matrices[layer + 2 :]]
    net.delete(leading[foldable])


@remove_constant_units.register
def _(net: SharedNetwork, may_go):
    layer, unit, source, weight = net.wires
    constant, value = np.zeros(net.sizes[0], dtype=bool), np.zeros(net.sizes[0])
    for l, units in enumerate(net.sizes[1:]):
        here = layer == l
        wires = unit[here], source[here], weight[here]
        constant, value = np.append(constant, (False, True)), np.append(value, CONSTANTS)
        for q in _led_by(constant, *wires, net.mask & may_go):
            _fold_shared(net, q, units, value, *wires)
        there = net.mask[wires[2]] & (wires[1] < net.sizes[l])
        constant = np.bincount(wires[0][there], minlength=units) == 0
        brings = np.where(wires[1] >= net.sizes[l], net.weights[wires[2]] * value[wires[1]], 0.0)
        value = activation(net.hidden).value(np.bincount(wires[0], brings, units))


def _led_by(constant, unit, source, weight, there):
    """The weights of a layer that are `there` and all of whose connections come from constant units."""
    moving = np.unique(weight[~constant[source]])
    return [q for q in np.setdiff1d(weight, moving) if there[q]]


def _fold_shared(net, q, units, value, unit, source, weight):
    """Move what weight q brings from constant units into the biases, where all units of a bias get the same."""
    own, bias = weight == q, source == len(value) - 2
    brings, owner = np.bincount(unit[own], net.weights[q] * value[source[own]], units), np.full(units, -1)
    owner[unit[bias]] = weight[bias]
    weights = net.weights.copy()
    for b in np.unique(owner[brings != 0]):
        theirs = brings[owner == b]
        if (
            b < 0
            or not net.mask[b]
            or (theirs != theirs[0]).any()
            or np.count_nonzero(weight[bias] == b) != len(theirs)
        ):
            return
        weights[b] += theirs[0]
    if np.isfinite(weights).all():
        net.weights = weights
        net.delete(q)
