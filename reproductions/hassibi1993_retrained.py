"""Fewer weights than table 1 of Hassibi & Stork (1993): OBS with a little retraining after every deletion.

The paper prunes without retraining and says that one may retrain. Here five damped Gauss-Newton steps follow each
deletion, with the decay of training in the error throughout. The networks count that end as good as the printed ones.
"""

import numpy as np

from classicnets import OptimalBrainSurgeon, monks, prune, train_gauss_newton

from .hassibi1993_table1 import FIRST_SEED, HIDDEN, TRAINED, trained_network
from .ledger import result

TITLE = "MONK's problems pruned by OBS with retraining"
SEEDS, FULL = 20, 200
WEIGHT_DECAY = {1: 1e-4, 2: 1e-4, 3: 1e-2}
ALPHA, ITERATIONS = 1e-6, 5


def tasks(seeds):
    """One task a problem and seed."""
    return [{"problem": problem, "seed": FIRST_SEED + seed} for problem in HIDDEN for seed in range(seeds)]


def measure(problem, seed):
    """Weights left in the smallest network as good as the printed one, None where the path has none."""
    data, decay = monks(problem), WEIGHT_DECAY[problem]
    net = trained_network(problem, seed, decay)

    def retrain(net, X, T):
        train_gauss_newton(net, X, T, iterations=ITERATIONS, weight_decay=decay)

    surgeon, test = OptimalBrainSurgeon(ALPHA), (data.X_test, data.T_test)
    path = prune(net, data.X, data.T, surgeon, weight_decay=decay, retrain=retrain, test=test)
    train, test = (round(percent / 100, 3) for percent in TRAINED[problem])
    good = path.smallest(lambda step: step.train_accuracy >= train - 5e-4 and step.test_accuracy >= test - 5e-4)
    return {"problem": problem, "weights": None if good is None else path[good].n_active}


def rows(records):
    """Weights left, beside the paper's number without retraining."""
    made = []
    for problem in HIDDEN:
        ours = [r["weights"] for r in records if r["problem"] == problem]
        left = [weights for weights in ours if weights is not None]
        settings = f"weight decay {WEIGHT_DECAY[problem]:g}, alpha {ALPHA:g}, {ITERATIONS} Gauss-Newton steps each; "
        settings += f"{len(left)} of {len(ours)} nets get as good as the printed ones"
        made.append(result("hassibi1993", "table 1", f"MONK {problem} OBS, retrained", "weights", left, settings, True))
    return made


def notes(records):
    """How the numbers of weights are distributed."""
    for problem in HIDDEN:
        left = [r["weights"] for r in records if r["problem"] == problem and r["weights"] is not None]
        numbers, times = np.unique(left, return_counts=True)
        yield f"MONK {problem}: " + ", ".join(f"{n} weights {k} x" for n, k in zip(numbers, times, strict=True))


def figures(records, folder):
    """None: the paths look like those of table 1."""
    return []
