"""The MONK's networks of Hassibi & Stork (1993), table 1, which several studies use: trained, pruned, and judged."""

import numpy as np

from classicnets import MLP, monks, prune, train_backpropagation, train_gauss_newton

from .records import where

# Settings were chosen on seeds 0 to 11; what is reported are others.
FIRST_SEED = 1000
HIDDEN = {1: 3, 2: 2, 3: 2}
WEIGHT_DECAY = {1: 1e-3, 2: 1e-3, 3: 1e-2}
ALPHAS = (1e-8, 1e-6, 1e-4)
ALPHA = 1e-4
TRAINED = {1: (100, 100), 2: (100, 100), 3: (93.4, 97.2)}  # % right in training and test, as printed
ROUNDING = 0.05


def tasks(seeds):
    """One task a problem and seed."""
    return [{"problem": problem, "seed": FIRST_SEED + seed} for problem in HIDDEN for seed in range(seeds)]


def untrained(problem, seed=None):
    """A network of the paper's size: 17 inputs, tanh hidden units, a logistic output."""
    return MLP((17, HIDDEN[problem], 1), seed=seed)


def trained_network(problem, seed, decay=None):
    """A network trained as for table 1: backpropagation with momentum and decay, then Gauss-Newton to the minimum."""
    data, decay = monks(problem), WEIGHT_DECAY[problem] if decay is None else decay
    net = untrained(problem, seed)
    train_backpropagation(
        net, data.X, data.T, rate=0.1, momentum=0.9, epochs=500, seed=seed, every=50, weight_decay=decay
    )
    train_gauss_newton(net, data.X, data.T, iterations=100, gradient_norm=1e-7, weight_decay=decay)
    return net


def pruned(net, problem, method):
    """The path of pruning the squared error alone, with accuracies on the training set and all 432 robots."""
    data = monks(problem)
    return prune(net, data.X, data.T, method, test=(data.X_test, data.T_test))


def no_worse(step, first):
    """Whether a step's network classifies training and test set no worse than the first one's."""
    return step.train_accuracy >= first.train_accuracy and step.test_accuracy >= first.test_accuracy


def smallest_as_good(path):
    """The step of the smallest network that classifies training and test set no worse than the unpruned one."""
    return path[path.smallest(lambda step: no_worse(step, path[0]))]


def as_good_as_printed(step, problem):
    """Whether a step's network classifies training and test set at least as well as the paper's."""
    train, test = TRAINED[problem]
    return 100 * step.train_accuracy >= train - ROUNDING and 100 * step.test_accuracy >= test - ROUNDING


def trained_as_printed(records, problem):
    """The records of a problem whose network was trained to the printed accuracies, `before` it was pruned."""
    ours = where(records, problem=problem)
    return [record for record in ours if np.allclose(record["before"], TRAINED[problem], atol=ROUNDING)]
