"""The problems of the grand comparison: on each a network that is trained as far as it goes, and how it is trained on.

The networks are those of the papers, and of everybody's tables, as they stand in the other studies; with the weight
decay of those, or none. What the early stopped networks of Tresp et al. (1997) are is trained to the minimum here.
"""

from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from classicnets import (
    MLP,
    RecurrentNetwork,
    gaussian_mixtures,
    lag_space,
    mackey_glass,
    monks,
    train_backpropagation,
    train_gauss_newton,
)
from classicnets.datasets import pronunciations, windows
from classicnets.datasets.tables import consecutive

from . import early_stopping, monks_nets, practical_nets, sunspot_nets, xor_nets

AGAIN = 2  # Gauss-Newton steps, or epochs, of training after each look
MIXTURES = {"rate": 0.05}
NETTALK = {"rate": 0.03, "weight_decay": 1e-5}
WORDS, SIZES = 100, (203, 5, 26)
LAGS, MACKEY_GLASS = (6, 12, 18, 24, 30, 36), (250, 1000)  # patterns to train and to test on


class Trained(NamedTuple):
    """A trained network, its training and test pair, error, weight decay, and `again` (net, X, T) to train on."""

    net: object
    train: tuple
    test: tuple
    error: str
    weight_decay: float
    again: object


def _by_steps(net, train, test, decay):
    """A network at, or near, its minimum, trained on by Gauss-Newton steps."""
    again = partial(train_gauss_newton, iterations=AGAIN, weight_decay=decay)
    return Trained(net, train, test, "squared", decay, again)


def _by_epochs(net, train, test, seed, error="squared", weight_decay=0.0, **training):
    """A network trained on by epochs of backpropagation."""
    options = {"epochs": AGAIN, "seed": seed, "keep": "last", "error": error, "weight_decay": weight_decay}
    return Trained(net, train, test, error, weight_decay, partial(train_backpropagation, **options, **training))


def _minimum(net, train, test, decay):
    train_gauss_newton(net, *train, iterations=300, gradient_norm=1e-7, weight_decay=decay)
    return _by_steps(net, train, test, decay)


def xor(seed):
    """2-2-1 in the paper's coding, the first start from this seed on that learns; there is nothing else to test on."""
    X, T = xor_nets.patterns("tanh, 0/1")
    starts = np.random.default_rng(seed)
    while not xor_nets.trained(net := xor_nets.network("tanh, 0/1", starts), X, T, xor_nets.TOLERANCES["late"]):
        pass
    return _by_steps(net, (X, T), (X, T), 0.0)


def monk(problem, seed):
    """The networks of Hassibi & Stork (1993), table 1, tested on all robots."""
    data, net = monks(problem), monks_nets.trained_network(problem, seed)
    return _by_steps(net, (data.X, data.T), (data.X_test, data.T_test), monks_nets.WEIGHT_DECAY[problem])


def sunspots(kind, sizes, decay, seed):
    """The years to 1920, tested on 1921-55. The recurrent network sees the series without its mean."""
    net = kind(sizes, output="linear", seed=seed)
    pairs = sunspot_nets.periods(net, centred=net.remembers)
    return _minimum(net, pairs["train"], pairs["1921-55"], decay)


def mackey_glass_series(seed):
    """6-10-1, six steps ahead, as Pedersen et al. (1996)."""
    return _minimum(MLP((6, 10, 1), output="linear", seed=seed), *_mackey_glass(), 1e-6)


@lru_cache(maxsize=1)
def _mackey_glass():
    return consecutive(*lag_space(mackey_glass(sum(MACKEY_GLASS) + max(LAGS)), LAGS), MACKEY_GLASS)


def mixtures(seed):
    """5-9-1, no weight decay, as Hassibi et al. (1994), fig. 1."""
    train, test = gaussian_mixtures(seed)
    net = MLP((5, 9, 1), seed=seed)
    train_backpropagation(net, *train, epochs=500, every=50, seed=seed, **MIXTURES)
    return _by_epochs(net, train, test, seed, **MIXTURES)


def converged(problem, decay, seed):
    """The networks of Tresp et al. (1997), table 1, not stopped: a weight decay keeps them from overfitting."""
    train, _, test = early_stopping.division(problem, seed)
    return _minimum(early_stopping.unpruned(problem, seed), train, test, decay)


def table(name, seed):
    """Rectified units for one of scikit-learn's tables."""
    return _by_epochs(*practical_nets.trained(name, seed), seed, **practical_nets.AGAIN)


def nettalk(seed):
    """NETtalk at a small size: letters of 100 words to train on, and of 100 others to test on."""
    words = pronunciations()
    drawn = [words[i] for i in np.random.default_rng(seed).permutation(len(words))[: 2 * WORDS]]
    train, test = (windows(some)[:2] for some in (drawn[:WORDS], drawn[WORDS:]))
    net = MLP(SIZES, hidden="logistic", seed=seed)
    for rate in (0.3, 0.1, NETTALK["rate"]):
        train_backpropagation(net, *train, epochs=50, every=50, seed=seed, **NETTALK | {"rate": rate})
    return _by_epochs(net, train, test, seed, **NETTALK)


# A function of the seed each. The dearest last.
PROBLEMS = {
    "XOR": xor,
    "MONK 1": partial(monk, 1),
    "MONK 2": partial(monk, 2),
    "MONK 3": partial(monk, 3),
    "sunspots": partial(sunspots, MLP, (12, 8, 1), 1e-4),
    "sunspots, recurrent": partial(sunspots, RecurrentNetwork, (4, 4, 1), 4e-4),
    "Mackey-Glass": mackey_glass_series,
    "mixtures": mixtures,
    "Breast Cancer": partial(converged, "Breast Cancer", 1e-2),
    "Diabetes": partial(converged, "Diabetes", 1e-2),
    "Boston Housing": partial(converged, "Boston Housing", 1e-2),
    "iris": partial(table, "iris"),
    "wine": partial(table, "wine"),
    "NETtalk, small": nettalk,
    "digits": partial(table, "digits 64-16-10"),
}
