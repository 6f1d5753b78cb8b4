"""Why alpha matters to the weights left of table 1 of Hassibi & Stork (1993): with and without the decay in H."""

from classicnets import OptimalBrainSurgeon

from .. import monks_nets
from ..exploring import Exploration
from ..hassibi1993_table1 import PAPER
from ..ledger import EXPLORATION
from ..monks_nets import HIDDEN, WEIGHT_DECAY, percent, pruned, smallest_as_good, trained, trained_network
from ..statistics import result

KEYS = {"alpha": Exploration("What does each alpha leave, with and without the weight decay in H?", 12)}
ALPHAS = (1e-8, 1e-6, 1e-5, 1e-4)


def tasks(key, seeds):
    """One task a problem and seed."""
    return monks_nets.tasks(seeds)


def measure(key, problem, seed):
    """Weights left and accuracy in test at each alpha, by pruning the squared error and by pruning what was trained."""
    net, left = trained_network(problem, seed), {}
    for name, decay in (("", 0.0), (", decay in H", WEIGHT_DECAY[problem])):
        for alpha in ALPHAS:
            path = pruned(net, problem, OptimalBrainSurgeon(alpha), decay)
            small = smallest_as_good(path)
            left[f"alpha {alpha:g}{name}"] = {"weights": small.n_active, "test %": percent(small)[1]}
    return {"problem": problem, "before": percent(path[0]), "left": left}


def numbers(key, records):
    """Medians over the networks that learned."""
    made = []
    for problem in HIDDEN:
        learned = trained(records, problem)
        for name in learned[0]["left"]:
            for quantity in ("weights", "test %"):
                values, row = (
                    [record["left"][name][quantity] for record in learned],
                    f"MONK {problem}, {name}, {quantity}",
                )
                made.append(result(PAPER, EXPLORATION, key, row, values, "as good in training", quantity == "weights"))
    return made
