"""The second derivatives of one small net, cell by cell: what each of them predicts, and what happens.

Weights on their own, the diagonals: Le Cun et al. (1990). All together, and the inverse: Hassibi & Stork (1993).
"""

from itertools import combinations_with_replacement

import numpy as np

from ..backprop import gradient, network_error
from ..classes import accuracy
from ..cost import Cost
from ..datasets import xor
from ..diagonal import hessian_diagonal
from ..hessian import hessian
from ..mlp import MLP
from ..plotting.export import picture
from ..plotting.page import page, plain
from ..shrinking import answer
from ..training import train_backpropagation, train_gauss_newton

CODING, DECAY = ((-1, 1), (-0.9, 0.9)), 1e-3
DIAGONALS = {
    "exact": "exact",
    "Gauss-Newton": "gauss-newton",
    "Le Cun's sweep": "lecun1990",
    "sweep without f″": "levenberg-marquardt",
}
MATRICES = {"exact": "exact", "Gauss-Newton": "gauss-newton"}
EPOCHS = {"at the start": 0, "on the way": 40, "trained": None}


def derivatives_page(seed=0):
    """The Page of a 2-2-2-1 network of tanh units and XOR, at three points of its training."""
    net = MLP((2, 2, 2, 1), "tanh", "tanh").initialize(seed, 1.0)
    stages = {name: stage(net, epochs) for name, epochs in EPOCHS.items()}
    data = {
        "net": picture(net, ["x1", "x2"], ["o"]), "decay": DECAY, "diagonals": list(DIAGONALS),
        "matrices": list(MATRICES), "stages": {name: shown(each) for name, each in stages.items()},
    }  # fmt: skip
    return page(__package__, "derivatives", "Second derivatives: what each predicts, and what happens", data)


def stage(net, epochs):
    """The network after so many epochs of backpropagation, None for as many as there are and then to the minimum."""
    net, (X, T) = net.copy(), xor(*CODING)
    options = {"rate": 0.1, "momentum": 0.9, "batch": None, "weight_decay": DECAY}
    if epochs != 0:
        train_backpropagation(net, X, T, epochs=epochs or 200, **options)
    if epochs is None:
        train_gauss_newton(net, X, T, iterations=500, gradient_norm=1e-9, weight_decay=DECAY)
    return net


def shown(net):
    """What the page shows of a network: all second derivatives of its cost, and every weight and pair deleted."""
    X, T = xor(*CODING)
    H = {name: hessian(net, X, T, kind, weight_decay=DECAY) for name, kind in MATRICES.items()}
    h = {name: hessian_diagonal(net, X, T, kind, weight_decay=DECAY) for name, kind in DIAGONALS.items()}
    B, slope = {name: np.linalg.inv(matrix) for name, matrix in H.items()}, gradient(net, X, T, weight_decay=DECAY)
    groups = combinations_with_replacement(range(net.n), 2)
    return {
        "weights": plain(net.weights), "error": plain(network_error(net, X, T)), "accuracy": accuracy(net, X, T),
        "cost": plain(Cost(X, T, weight_decay=DECAY).value(net)), "slope": plain(slope),
        "least": plain(float(np.linalg.eigvalsh(H["exact"])[0])),
        "hessians": [plain(matrix) for matrix in H.values()], "inverses": [plain(matrix) for matrix in B.values()],
        "diagonals": [plain(diagonal) for diagonal in h.values()],
        "deleted": [plain(np.array(deleted(net, sorted({*pair}), H, h, B, slope))) for pair in groups],
    }  # fmt: skip


def deleted(net, group, H, h, B, slope):
    """Costs of deleting one weight or two: predicted by each diagonal and each H, by the slope; then what happens.

    Then for each inverse, where the others answer, what is predicted and what happens.
    """
    w = net.weights[group]
    alone = [float(diagonal[group] @ w**2 / 2) for diagonal in h.values()]
    together = [float(w @ matrix[np.ix_(group, group)] @ w / 2) for matrix in H.values()]
    costs = [*alone, *together, float(-slope[group] @ w), happens(net, group, np.zeros(net.n))]
    for inverse in B.values():
        change, predicted = answer(inverse[group], group, net.weights)
        costs += [predicted, happens(net, group, change)]
    return costs


def happens(net, group, change):
    """What the cost rises by when the weights change and a group of them is gone."""
    cost, left = Cost(*xor(*CODING), weight_decay=DECAY), net.copy()
    left.weights = net.weights + change
    left.delete(group)
    return cost.value(left) - cost.value(net)
