"""One table of networks that runs through all tests of derivatives: a new kind is tested by adding a line.

Besides the kinds of the library there is one that only the tests have, with nothing but what a kind must have: all that
is general runs on it.
"""

import numpy as np
import oracles

from classicnets import MLP, RecurrentNetwork
from classicnets.activation import activation
from classicnets.backprop import error_gradient, pre_activation_derivatives
from classicnets.hessian import hessian_product
from classicnets.network import Network
from classicnets.shared import SharedNetwork
from classicnets.wiring import dense, maps, wired


class Tied(Network):
    """A single layer whose outputs share one weight for each input, each with a bias of its own: n = n_in + n_out."""

    def __init__(self, sizes, hidden="tanh", output="logistic", seed=None):
        super().__init__(sizes, hidden, output, seed=seed)

    def _wire(self):
        return sum(self.sizes)

    @property
    def is_bias(self):
        return np.arange(self.n) >= self.sizes[0]

    @property
    def fan_in(self):
        return np.full(self.n, self.sizes[0])

    def pre_activations(self, X):
        return (X @ self.weights[: self.sizes[0]])[:, None] + self.weights[self.sizes[0] :]

    def weight_names(self):
        return [f"w{i + 1}" for i in range(self.n)]


def _da(net, X):
    """da_m / dw of every pattern: (P, n_out, n)."""
    shared = np.repeat(X[:, None], net.sizes[1], axis=1)
    return np.concatenate([shared, np.broadcast_to(np.eye(net.sizes[1]), (len(X), net.sizes[1], net.sizes[1]))], axis=2)


@pre_activation_derivatives.register
def _(net: Tied, X, seeds):
    return seeds(net.outputs(X)) @ _da(net, X)


@error_gradient.register
def _(net: Tied, X, T, error):
    delta = error.delta(T, net.outputs(X), activation(net.output, "output"))
    return np.einsum("pm,pmn->n", delta, _da(net, X)) / len(X)


@hessian_product.register
def _(net: Tied, X, T, error, v):
    da, curvature = _da(net, X), error.curvature(T, net.outputs(X), activation(net.output, "output"))
    return np.einsum("pmn,pmk,pkj,j->n", da, curvature, da, v) / len(X)


class Unwired(Network):
    """A kind that has no version of anything."""

    _wire, is_bias, fan_in = Tied._wire, Tied.is_bias, Tied.fan_in
    pre_activations = Tied.pre_activations

    def __init__(self, sizes, hidden="tanh", output="logistic", seed=None):
        super().__init__(sizes, hidden, output, seed=seed)


def small_maps(sizes, hidden, output, seed=None):
    """A network of shared weights, of maps with borders, averages and a dense layer."""
    layers = (
        maps(3, 2, [(0,), (0,)], border=1),
        maps(4, 2, [(0,), (1,)], stride=2, averaging=True),
        maps(2, 2, [(0, 1), (1,)], border=1, own_biases=True),
        dense(18, sizes[-1]),
    )
    return SharedNetwork(**wired(layers), hidden=hidden, output=output, seed=seed)


# Name: kind, sizes, hidden activation, share of deleted weights, whether X is a series with a run-up.
NETWORKS = {
    "no hidden layer": (MLP, (3, 2), "tanh", 0.2),
    "one hidden layer": (MLP, (3, 4, 2), "tanh", 0.0),
    "one hidden layer, masked": (MLP, (3, 4, 2), "logistic", 0.4),
    "linear hidden units": (MLP, (3, 4, 2), "linear", 0.2),
    "rectified hidden units": (MLP, (3, 4, 4, 2), "relu", 0.0),
    "deep": (MLP, (2, 3, 3, 2), "tanh", 0.0),
    "deep, masked": (MLP, (2, 3, 2, 3, 2), "logistic", 0.3),
    "recurrent": (RecurrentNetwork, (2, 3, 2), "tanh", 0.0),
    "recurrent, masked": (RecurrentNetwork, (2, 3, 2), "logistic", 0.3),
    "recurrent, rectified": (RecurrentNetwork, (2, 3, 2), "relu", 0.0),
    "shared, rectified": (small_maps, (9, 2), "relu", 0.0),
    "shared": (small_maps, (9, 2), "scaled tanh", 0.0),
    "shared, masked": (small_maps, (9, 2), "tanh", 0.3),
    "tied": (Tied, (3, 2), "tanh", 0.0),
    "tied, masked": (Tied, (3, 2), "tanh", 0.3),
}


def problems():
    """Every network with every error that goes with it: (name, error), and what builds net, X, T."""
    for name, (kind, sizes, hidden, deleted) in NETWORKS.items():
        for error, output in oracles.KINDS if kind is not RecurrentNetwork else oracles.RECURRENT_KINDS:
            yield f"{name}, {error}, {output}", error, (kind, sizes, hidden, output, deleted)


def build(kind, sizes, hidden, output, deleted):
    """The problem (net, X, T); a recurrent one with a run-up."""
    if kind is RecurrentNetwork:
        net, X, T = oracles.recurrent_problem(sizes, hidden, output, deleted=deleted)
        net.weights = net.weights / 2  # which forgets: differences of a memory that grows are off by their truncation
        return net, X, T
    return oracles.problem(sizes, hidden, output, deleted=deleted, kind=kind)
