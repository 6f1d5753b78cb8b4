"""Why rows of Tresp et al. (1997), table 1, differ: when training is stopped, and what deletion does by itself."""

import numpy as np

from classicnets import network_error, prune

from ..early_stopping import FIRST_SEED, PROBLEMS, SETTINGS, division, trainer, unpruned
from ..exploring import Exploration
from ..ledger import EXPLORATION
from ..records import where
from ..statistics import mean
from ..tresp1997_table1 import HEADLINE, METHODS, PAPER, averages, mean_of_averages

KEYS = {
    "stops": Exploration("how far from its best is the error on housing where training stops?", 1000),
    "unretrained": Exploration(
        "what does deletion cost before the retraining, and how much do the choices differ?", 400
    ),
}
# Learning rate, and how many epochs without a better one end the training: the study's two, and others.
STOPS = [(0.002, 1), (0.002, 3), (0.002, 10), (0.01, 1), (0.01, 3)]
COMPARED = ("OBD", "ESP", "EBD")


def tasks(key, seeds):
    """One task a division, and way of stopping or problem."""
    stops, problems = (STOPS, ["Boston Housing"]) if key == "stops" else ([SETTINGS[HEADLINE]], PROBLEMS)
    kinds = [{"problem": p, "rate": rate, "patience": patience} for p in problems for rate, patience in stops]
    return [{**kind, "seed": FIRST_SEED + seed} for seed in range(seeds) for kind in kinds]


def measure(key, problem, rate, patience, seed):
    """Mean squared test error of the stopped network; of `unretrained` of the pruned ones too, and their choices."""
    (X, T), validation, test = division(problem, seed)
    net = unpruned(problem, seed)
    trainer(rate, patience, seed, validation)(net, X, T)
    record = {"problem": problem, "rate": rate, "patience": patience}
    errors = {"stopped": 2 * network_error(net, *test)}
    if key == "stops":
        return record | {"errors": errors}
    half = {"at_once": net.n // 2, "down_to": net.n - net.n // 2, "keep_orphans": True}
    last = {name: prune(net, X, T, METHODS[name](), test=test, **half)[-1] for name in COMPARED}
    errors |= {name: 2 * step.test_error for name, step in last.items()}
    gone = {name: {*step.deleted} for name, step in last.items()}
    kept = {name: 100 * len(gone["EBD"] - gone[name]) / len(gone["EBD"]) for name in COMPARED[:2]}
    return record | {"errors": errors, "kept": kept}


def numbers(key, records):
    """Of `stops` the errors; of `unretrained` their ratios to the stopped net's, and what is deleted by EBD alone."""
    return [*_NUMBERS[key](records)]


def _of_stops(records):
    for rate, patience in STOPS:
        stopped = _errors(where(records, rate=rate, patience=patience), "stopped")
        row = PAPER, EXPLORATION, "stops", f"rate {rate:g}, patience {patience}"
        text = "Boston Housing, mean squared error; mean over divisions, quartiles of averages of five"
        yield mean_of_averages(*row, averages(stopped), len(stopped), text)


def _of_unretrained(records):
    for problem in PROBLEMS:
        row, each = (PAPER, EXPLORATION, "unretrained"), where(records, problem=problem)
        for name in COMPARED:
            ratios = averages(_errors(each, name)) / averages(_errors(each, "stopped"))
            text = "mean of averages of five divisions, and their quartiles"
            yield mean_of_averages(*row, f"{problem}, {name}, MSE / stopped", ratios, len(each), text)
        for name in COMPARED[:2]:
            kept = [record["kept"][name] for record in each]
            yield mean(*row, f"{problem}, % of EBD's deletions that {name} keeps", kept, "of half of all weights")


def _errors(records, name):
    return np.array([record["errors"][name] for record in records])


_NUMBERS = {"stops": _of_stops, "unretrained": _of_unretrained}
