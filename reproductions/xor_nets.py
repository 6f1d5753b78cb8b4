"""The XOR networks of Hassibi & Stork (1993), section 5: trained in several codings, and the kinds of their weights."""

import numpy as np

from classicnets import MLP, hessian, train_backpropagation, train_together, xor

# hidden activation, output activation, coding of the inputs, coding of the targets
CODINGS = {
    "tanh, 0/1": ("tanh", "logistic", (0, 1), (0, 1)),
    "logistic, 0/1": ("logistic", "logistic", (0, 1), (0, 1)),
    "logistic, +-1": ("logistic", "tanh", (-1, 1), (-0.9, 0.9)),
    "tanh, +-1": ("tanh", "tanh", (-1, 1), (-0.9, 0.9)),
}
TRAINING = {"rate": 0.5, "momentum": 0.9, "batch": None, "epochs": 20_000, "every": 200}
TOLERANCES = {"early": 1e-2, "late": 1e-4}
ALPHA = 1e-6
NAMES = MLP((2, 2, 1)).weight_names()
KINDS = {"u13": "hidden bias", "u23": "hidden bias", "v3": "output bias", "v1": "output weight", "v2": "output weight"}


def patterns(coding):
    """Inputs (4, 2) and targets (4, 1)."""
    return xor(*CODINGS[coding][2:])


def network(coding, seed=None):
    """A 2-2-1 network, with weights up to 1 in size where a seed is given."""
    net = MLP((2, 2, 1), *CODINGS[coding][:2])
    return net if seed is None else net.initialize(seed, 1.0)


def trained(net, X, T, tolerance):
    """Train on, at most 20,000 epochs, until the error is below the tolerance; did it get there?"""
    return train_backpropagation(net, X, T, target_error=tolerance, **TRAINING).stopped_by == "target error"


def all_trained(nets, X, T, tolerance):
    """The same of several networks at once: a list."""
    curves = train_together(nets, X, T, target_error=tolerance, **TRAINING) if nets else []
    return [curve.stopped_by == "target error" for curve in curves]


def kind_of(weight):
    """The kind of a weight of this name."""
    return KINDS.get(weight, "none" if weight == "none" else "input weight")


def off_diagonal(net, X, T):
    """How much of the squared entries of the paper's Hessian is not on its diagonal, in percent."""
    H = hessian(net, X, T, "gauss-newton")
    return 100 * float(1 - np.sum(np.diag(H) ** 2) / np.sum(H**2))
