"""XOR: nine weights, of which one may go, and three methods that choose three. Hassibi & Stork (1993), figs. 3-5.

Whoever clicks at weights deletes them, in whatever order: all 512 sets of deleted weights are computed beforehand, each
in four ways, without and with the answer of the others, before and after retraining.
"""

from itertools import product

import numpy as np

from ..backprop import network_error
from ..checks import Diverged
from ..cost import Cost
from ..datasets import xor
from ..inverse import inverse_hessian
from ..mlp import MLP
from ..plotting.export import picture
from ..plotting.page import page, plain
from ..pruning import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon
from ..shrinking import answer
from ..training import train_backpropagation

ALPHA = 1e-6
METHODS = {"magnitude": Magnitude(), "OBD": OptimalBrainDamage(), "OBS": OptimalBrainSurgeon(ALPHA)}
CODING = (-1, 1), (-0.9, 0.9)
EPOCHS = {"training": 20_000, "retraining": 2_000}


def xor_page(seed=0):
    """The Page of the 2-2-1 network of an initial condition, 0 unless another is asked for."""
    net = trained(seed)
    return page(__package__, "xor", "XOR: which of nine weights can go?", xor_data(net, range(2**net.n)))


def trained(seed):
    """A 2-2-1 network, logistic hidden units and a tanh output, that solves XOR."""
    net = MLP((2, 2, 1), "logistic", "tanh").initialize(seed, 1.0)
    _train(net, EPOCHS["training"], 1e-2)
    return net


def _train(net, epochs, target_error):
    X, T = xor(*CODING)
    options = {"rate": 0.5, "momentum": 0.9, "batch": None, "every": 200}
    return train_backpropagation(net, X, T, epochs=epochs, target_error=target_error, **options)


def xor_data(net, sets):
    """What the page shows of these sets of deleted weights, each a number whose bit q says that weight q is gone."""
    X, T = xor(*CODING)
    B = inverse_hessian(net, X, T, alpha=ALPHA)
    return {
        "net": picture(net, ["x1", "x2"], ["o"]),
        "largest": plain(float(np.abs(net.weights).max()), 3),
        "hidden": net.hidden, "output": net.output, "X": plain(X), "T": plain(T[:, 0]),
        "methods": list(METHODS), "alpha": ALPHA, "epochs": EPOCHS["retraining"],
        "states": {number: [state(each) for each in ways(net, B, number)] for number in sets},
    }  # fmt: skip


def ways(net, B, number):
    """The networks without a set of weights: the others as they were, then with their answer; both retrained. Four.

    The answer is eq. 5 with as many constraints as weights are gone, all from one inverse Hessian B (n, n): so it does
    not matter in which order they went.
    """
    found, gone = [], np.flatnonzero(number >> np.arange(net.n) & 1)
    for retrain, answered in product((False, True), (False, True)):
        left = net.copy()
        if answered and len(gone):
            left.weights = net.weights + answer(B[gone], gone, net.weights)[0]
        left.delete(gone)
        if retrain and left.n_active:
            _train(left, EPOCHS["retraining"], 1e-3)
        found.append(left)
    return found


def state(net):
    """Of a network its weights that are left, its four outputs, its error, and what each method would delete next."""
    X, T = xor(*CODING)
    chosen = [choice(net, method) for method in METHODS.values()]
    return {
        "w": plain(net.weights[net.mask]), "o": plain(net.forward(X)[:, 0]), "E": plain(network_error(net, X, T)),
        "q": [q for q, _ in chosen], "p": [plain(predicted) for _, predicted in chosen],
    }  # fmt: skip


def choice(net, method):
    """The index of the weight that a method deletes next, None for none, and the cost that it predicts or NaN."""
    if not net.n_active:
        return None, np.nan
    try:
        method.look(net, Cost(*xor(*CODING)))
        saliency = np.where(net.mask, method.saliency(net), np.inf)
    except Diverged:
        return None, np.nan
    q = int(np.argmin(saliency))
    if not np.isfinite(saliency[q]):
        return None, np.nan
    return q, saliency[q] if method.predicts else np.nan
