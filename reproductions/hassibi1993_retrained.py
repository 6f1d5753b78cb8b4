"""Fewer weights than table 1 of Hassibi & Stork (1993): OBS with a little retraining after every deletion.

The paper prunes without retraining and says that one may retrain. Here five damped Gauss-Newton steps follow each
deletion, with the decay of training in the error throughout. Of each path the smallest network counts that classifies
the training set no worse than the unpruned one; the test set only reports.
"""

import numpy as np

from classicnets import OptimalBrainSurgeon, monks, prune, train_gauss_newton

from . import monks_nets
from .monks_nets import HIDDEN, TRAINED, percent, smallest_as_good, trained, trained_network
from .records import where
from .statistics import result

TITLE = "MONK's problems pruned by OBS with retraining"
SEEDS, FULL, RECORDED = 20, 200, 20
PAPER, ITEM = "hassibi1993", "table 1"
WEIGHT_DECAY = {1: 1e-4, 2: 1e-4, 3: 1e-2}
ALPHA, ITERATIONS = 1e-6, 5


def tasks(seeds):
    """One task a problem and seed."""
    return monks_nets.tasks(seeds)


def measure(problem, seed):
    """Accuracies before; accuracies after and weights left in the smallest network as good in training."""
    data, decay = monks(problem), WEIGHT_DECAY[problem]
    net = trained_network(problem, seed, decay)

    def retrain(net, X, T):
        train_gauss_newton(net, X, T, iterations=ITERATIONS, weight_decay=decay)

    surgeon, test = OptimalBrainSurgeon(ALPHA), (data.X_test, data.T_test)
    path = prune(net, data.X, data.T, surgeon, weight_decay=decay, retrain=retrain, test=test)
    small = smallest_as_good(path)
    return {"problem": problem, "before": percent(path[0]), "test %": percent(small)[1], "weights": small.n_active}


def rows(records):
    """Weights left, beside the paper's number without retraining, and the accuracy in test."""
    made = []
    for problem in HIDDEN:
        ours, learned = where(records, problem=problem), trained(records, problem)
        settings = f"weight decay {WEIGHT_DECAY[problem]:g}, alpha {ALPHA:g}, {ITERATIONS} Gauss-Newton steps each; "
        settings += f"{len(learned)} of {len(ours)} nets get to {TRAINED[problem]} % in training"
        row, left = f"MONK {problem} OBS, retrained", [record["weights"] for record in learned]
        made.append(result(PAPER, ITEM, row, "weights", left, settings, True))
        made.append(result(PAPER, ITEM, row, "test %", [record["test %"] for record in learned], settings))
    return made


def notes(records):
    """How the numbers of weights are distributed."""
    for problem in HIDDEN:
        left = [record["weights"] for record in trained(records, problem)]
        numbers, times = np.unique(left, return_counts=True)
        yield f"MONK {problem}: " + ", ".join(f"{n} weights {k} x" for n, k in zip(numbers, times, strict=True))


def figures(records, folder):
    """None: the paths look like those of table 1."""
    return []
