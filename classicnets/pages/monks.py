"""MONK's problem 1 loses its weights, by three methods. After Hassibi & Stork (1993), fig. 6."""

from ..datasets import monks, monks_input_names
from ..mlp import MLP
from ..plotting import export_page
from ..pruning import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, prune, saliencies
from ..training import train_backpropagation, train_gauss_newton

METHODS = {
    "Optimal Brain Surgeon": OptimalBrainSurgeon(alpha=1e-4),
    "Optimal Brain Damage": OptimalBrainDamage(),
    "magnitude": Magnitude(),
}
DECAY = 1e-3


def trained(seed=1):
    """MONK's problem 1, and a 17-3-1 network trained on it with weight decay as the README trains it."""
    data, net = monks(1), MLP((17, 3, 1), hidden="tanh", output="logistic", seed=seed)
    train_backpropagation(net, data.X, data.T, rate=0.1, momentum=0.9, epochs=500, seed=seed, weight_decay=DECAY)
    train_gauss_newton(net, data.X, data.T, weight_decay=DECAY)
    return data, net


def pruned(data, net, method):
    """The Path of the network to nothing by one of METHODS, tested on all 432 robots."""
    return prune(net, data.X, data.T, METHODS[method], test=(data.X_test, data.T_test))


def monks_page(seed=1):
    """The Page of that network, pruned to nothing by each method."""
    data, net = trained(seed)
    paths = {name: pruned(data, net, name) for name in METHODS}
    worth = {name: saliencies(paths[name], data.X, data.T, method) for name, method in METHODS.items()}
    return export_page(
        paths, title="MONK 1: which weights can go?", input_names=monks_input_names(), output_names=["class"],
        saliencies=worth,
    )  # fmt: skip
