"""Fewer weights than table 1 of Hassibi & Stork (1993): OBS with a little retraining after every deletion.

The paper prunes without retraining and says that one may retrain. Here five damped Gauss-Newton steps follow each
deletion, with the decay of training in the error throughout. The networks count that end as good as the printed ones.
"""

import numpy as np

from classicnets import OptimalBrainSurgeon, monks, prune, train_gauss_newton

from . import monks_nets
from .monks_nets import HIDDEN, as_good_as_printed, trained_network
from .records import where
from .statistics import result

TITLE = "MONK's problems pruned by OBS with retraining"
SEEDS, FULL, RECORDED = 20, 200, 20
WEIGHT_DECAY = {1: 1e-4, 2: 1e-4, 3: 1e-2}
ALPHA, ITERATIONS = 1e-6, 5


def tasks(seeds):
    """One task a problem and seed."""
    return monks_nets.tasks(seeds)


def measure(problem, seed):
    """Weights left in the smallest network as good as the printed one, None where the path has none."""
    data, decay = monks(problem), WEIGHT_DECAY[problem]
    net = trained_network(problem, seed, decay)

    def retrain(net, X, T):
        train_gauss_newton(net, X, T, iterations=ITERATIONS, weight_decay=decay)

    surgeon, test = OptimalBrainSurgeon(ALPHA), (data.X_test, data.T_test)
    path = prune(net, data.X, data.T, surgeon, weight_decay=decay, retrain=retrain, test=test)
    good = [step.n_active for step in path if as_good_as_printed(step, problem)]
    return {"problem": problem, "weights": min(good, default=None)}


def rows(records):
    """Weights left, beside the paper's number without retraining."""
    made = []
    for problem in HIDDEN:
        ours = where(records, problem=problem)
        left = _left(ours)
        settings = f"weight decay {WEIGHT_DECAY[problem]:g}, alpha {ALPHA:g}, {ITERATIONS} Gauss-Newton steps each; "
        settings += f"{len(left)} of {len(ours)} nets get as good as the printed ones"
        made.append(result("hassibi1993", "table 1", f"MONK {problem} OBS, retrained", "weights", left, settings, True))
    return made


def _left(records):
    """The weights left, of the networks that get as good as the printed ones."""
    return [record["weights"] for record in records if record["weights"] is not None]


def notes(records):
    """How the numbers of weights are distributed."""
    for problem in HIDDEN:
        numbers, times = np.unique(_left(where(records, problem=problem)), return_counts=True)
        yield f"MONK {problem}: " + ", ".join(f"{n} weights {k} x" for n, k in zip(numbers, times, strict=True))


def figures(records, folder):
    """None: the paths look like those of table 1."""
    return []
