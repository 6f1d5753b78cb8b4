"""Why the weights left in the eigenspace are chance: one network, its inputs and units written in another order."""

from classicnets import EigenspaceSurgeon, OptimalBrainSurgeon

from ..exploring import Exploration
from ..hassibi1994_table import ALPHA, DIMENSION, PAPER, TEST, pruned_in_an_order, weights_left
from ..ledger import EXPLORATION
from ..monks_nets import FIRST_SEED, HIDDEN, trained_network
from ..records import where
from ..statistics import result

KEYS = {"order": Exploration("Does the order of inputs and units decide how many weights an eigenspace leaves?", 40)}
METHODS = {"OBS": OptimalBrainSurgeon(ALPHA), f"{DIMENSION}-d": EigenspaceSurgeon(DIMENSION, ALPHA)}


def tasks(key, seeds):
    """One task a problem and order: the networks are always the same."""
    return [{"problem": problem, "seed": seed} for problem in HIDDEN for seed in range(seeds)]


def measure(key, problem, seed):
    """Weights left in the problem's first network, its inputs and hidden units in an order of chance."""
    net = trained_network(problem, FIRST_SEED)
    paths = {name: pruned_in_an_order(net, problem, method, seed) for name, method in METHODS.items()}
    return {"problem": problem} | {name: weights_left(path, TEST) for name, path in paths.items()}


def numbers(key, records):
    """Medians over the orders, and the fewest and the most weights left."""
    made = []
    for problem in HIDDEN:
        for method in METHODS:
            left = [record[method] for record in where(records, problem=problem)]
            for name, fewest in (("fewest", True), ("most", False)):
                row = f"MONK {problem}, {method}, {name}"
                made.append(result(PAPER, EXPLORATION, key, row, left, "weights left in one network", fewest))
    return made
