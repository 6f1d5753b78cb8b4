"""The heirs of eq. 5 as functions of a network and its training pair: how each of them prunes, how each rounds.

Settings were chosen on seeds 0 to 9 of practical_nets: of .0001 to 1 the dampings that cost least over all heirs, and
for the Surgeon those of the grand comparison.
"""

import numpy as np

from classicnets import (
    LayerwiseSurgeon,
    Magnitude,
    OptimalBrainCompression,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    WoodFisher,
    hessian_diagonal,
    inverse_hessian,
    prune,
    prune_layers,
)
from classicnets.pruning.frantar2022 import prune_by_traces, quantize_greedily
from classicnets.pruning.frantar2023 import by_cholesky, gptq, sparse_gpt
from classicnets.quantization import Grid, round_to_bits, unit_grid

from .practical_nets import TRAINING

ALPHA = 0.1  # times the mean of the diagonal of Psi, or of the Fisher matrix; of layer-wise OBS as it is
SURGEON = 1e-2  # times that of H
LOOK = 0.1  # of the weights left, where there are many looks
COST = {"error": TRAINING["error"], "weight_decay": TRAINING["weight_decay"]}


def _by(method, at_once=None):
    """A function (net, train, share left) that prunes by a method: all from one look, or so much from each."""

    def pruned(net, train, left):
        return prune(net, *train, method, at_once=at_once or net.n, down_to=left, **COST).network()

    return pruned


def _smallest_of_each_layer(net, train, left):
    for own in net.views(np.arange(net.n)):
        options = {"candidates": own.ravel(), "keep_orphans": True, "at_once": own.size}
        down_to = net.n_active - own.size + int(np.ceil(left * own.size))
        net = prune(net, *train, Magnitude(), down_to=down_to, **options, **COST).network()
    return net


def _layerwise(net, train, left):
    """Layer-wise OBS as its paper has it: the first inverse of a layer serves for all that goes."""
    return prune_layers(net, train[0], LayerwiseSurgeon(ALPHA, shrinking=False), [left] * len(net.shapes))


# Functions of the network, its training pair and the share of the weights that is left.
PRUNED = {
    "magnitude": _by(Magnitude()),
    "OBD": _by(OptimalBrainDamage()),
    "OBS": _by(OptimalBrainSurgeon(SURGEON, scale="mean")),
    "WoodFisher": _by(WoodFisher(ALPHA)),
    "OBC": _by(OptimalBrainCompression(ALPHA)),
    "OBS, many looks": _by(OptimalBrainSurgeon(SURGEON, scale="mean"), LOOK),
    "WoodFisher, many looks": _by(WoodFisher(ALPHA), LOOK),
    "OBC, many looks": _by(OptimalBrainCompression(ALPHA), LOOK),
    "magnitude, layer by layer": _smallest_of_each_layer,
    "L-OBS, layer by layer": _layerwise,
    "OBC, layer by layer": lambda net, train, left: prune_by_traces(net, train[0], left, ALPHA),
    "SparseGPT, layer by layer": lambda net, train, left: sparse_gpt(net, train[0], left, ALPHA),
}
# How salient, how do the others answer: what eq. 5 is asked with, and whose weights move.
ANSWERS = {
    "magnitude": ("|w|", "nobody"),
    "OBD": ("diagonal of H", "nobody"),
    "OBS": ("H", "all"),
    "WoodFisher": ("Fisher", "all"),
    "L-OBS": ("first Psi", "its unit"),
    "OBC": ("Psi", "its unit"),
    "SparseGPT": ("Psi", "columns behind"),
}


def _by_the_whole_hessian(net, train, bits):
    """One weight after another to its level, all behind it answering: eq. 5 with the H of the network, GPTQ's order."""
    alpha = SURGEON * hessian_diagonal(net, *train, "gauss-newton", **COST).mean()
    levels, rounded = _grid_of_weights(net, bits), net.copy()
    inverse = inverse_hessian(net, *train, alpha, **COST)
    (rounded.weights,) = by_cholesky(np.array([net.weights]), inverse, lambda w, j: levels.nearest(w.T)[j])
    return rounded


def _grid_of_weights(net, bits):
    """Each weight's own row of a Grid: that of its unit."""
    grids = [(unit_grid(np.array(matrix), bits), matrix.shape[1]) for matrix in net.matrices]
    step, least = (np.concatenate([np.repeat(g[part], k, axis=0) for g, k in grids]) for part in (0, 1))
    return Grid(step, least, bits)


# Functions of the network, its training pair and the number of bits.
ROUNDED = {
    "nearest level": lambda net, train, bits: round_to_bits(net, bits),
    "OBC's order": lambda net, train, bits: quantize_greedily(net, train[0], bits, ALPHA),
    "GPTQ": lambda net, train, bits: gptq(net, train[0], bits, ALPHA),
    "GPTQ's order, H of the network": _by_the_whole_hessian,
}
