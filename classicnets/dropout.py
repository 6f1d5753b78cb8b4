"""Dropout: each pattern trains a thinned network, some of its hidden units silent. Srivastava et al. (2014).

A hidden unit is dropped with the probability `dropout`, pattern by pattern, and otherwise says 1 / (1 - dropout) times
what it would: on average what the whole network says, which is used as it is when training is over. The thinned
network's error has the gradient of any network's, backpropagated through the units that are there.
"""

import numpy as np

from . import checks
from .activation import activation
from .backprop import finite
from .mlp import MLP, with_ones


def dropped_share(dropout, net):
    """The share of hidden units to drop, from 0 to less than 1; TypeError where there is one, and no MLP."""
    dropout = checks.not_negative("dropout", dropout)
    if dropout >= 1:
        raise ValueError(f"dropout: expected a share of the hidden units less than 1; got {checks.shown(dropout)}")
    if dropout:
        checks.instance("net", net, MLP, "an MLP, where hidden units are dropped")
    return dropout


def factors(rng, patterns, units, dropout):
    """By what each unit's output is multiplied for each pattern (patterns, units): 0, or 1 / (1 - dropout)."""
    return (rng.random((patterns, units)) >= dropout) / (1 - dropout)


def thinned_gradient(net, X, T, error, thinning):
    """The gradient (n,) of the error of an MLP whose hidden units are multiplied by `thinning`, (P, units) a layer.

    For patterns and an Error that are known to fit; checks.Diverged where it is not finite.
    """
    f, layers = activation(net.hidden), [with_ones(X)]
    said = []  # what the units say before it is multiplied
    for matrix, factor in zip(net._matrices[:-1], thinning, strict=True):
        said.append(f.value(layers[-1] @ matrix.T))
        layers.append(with_ones(said[-1] * factor))
    output = activation(net.output, "output")
    deltas = [error.delta(T, output.value(layers[-1] @ net._matrices[-1].T), output)]
    for matrix, z, factor in zip(net._matrices[:0:-1], said[::-1], thinning[::-1], strict=True):
        deltas.insert(0, (deltas[0] @ matrix[:, :-1]) * factor * f.first(z))
    blocks = [(delta.T @ z).ravel() for delta, z in zip(deltas, layers, strict=True)]
    return finite(np.concatenate(blocks) / len(X))
