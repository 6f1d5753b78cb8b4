"""Why rows of Tresp et al. (1997), table 1, differ: how training is stopped, and what deletion does by itself."""

import numpy as np

from classicnets import network_error, prune

from ..early_stopping import FIRST_SEED, PROBLEMS, SETTINGS, division, trainer, unpruned
from ..exploring import Exploration
from ..ledger import EXPLORATION
from ..records import where
from ..statistics import mean
from ..tresp1997_table1 import HEADLINE, METHODS, PAPER, averages, mean_of_averages, percent

KEYS = {
    "stops": Exploration("at which rates and how patiently must training be stopped for EBD to be ahead?", 300),
    "unretrained": Exploration(
        "what does deletion cost before the retraining, and how much do the choices differ?", 600
    ),
}
# Learning rate, and how many epochs without a better one end the training: the study's two, and what is between.
STOPS = [(0.002, 1), (0.002, 3), (0.002, 10), (0.01, 1), (0.01, 3)]
COMPARED = ("OBD", "ESP", "EBD")


def tasks(key, seeds):
    """One task a problem, way of stopping and division."""
    stops = STOPS if key == "stops" else [SETTINGS[HEADLINE]]
    kinds = [{"problem": p, "rate": rate, "patience": patience} for p in PROBLEMS for rate, patience in stops]
    return [{**kind, "seed": FIRST_SEED + seed} for seed in range(seeds) for kind in kinds]


def measure(key, problem, rate, patience, seed):
    """Mean squared test errors of the stopped network, and of what is made of it; of `unretrained` also the choices."""
    (X, T), validation, test = division(problem, seed)
    net, train = unpruned(problem, seed), trainer(rate, patience, seed, validation)
    train(net, X, T)
    errors = {"stopped": 2 * network_error(net, *test)}
    half = {"at_once": net.n // 2, "down_to": net.n - net.n // 2, "keep_orphans": True}
    retrain = train if key == "stops" else None
    paths = {name: prune(net, X, T, METHODS[name](), retrain=retrain, test=test, **half) for name in COMPARED}
    errors |= {name: 2 * path[-1].test_error for name, path in paths.items()}
    record = {"problem": problem, "rate": rate, "patience": patience, "errors": errors}
    if key == "stops":
        return record
    gone = {name: set(path[-1].deleted) for name, path in paths.items()}
    return record | {"others": {name: 100 * len(gone["EBD"] - gone[name]) / len(gone["EBD"]) for name in COMPARED[:2]}}


def numbers(key, records):
    """Of `stops` the error when stopped, and EBD against OBD and ESP; of `unretrained` ratios to the stopped net."""
    return [row for problem in PROBLEMS for row in _NUMBERS[key](problem, where(records, problem=problem))]


def _of_stops(problem, records):
    for rate, patience in STOPS:
        errors = _errors(where(records, rate=rate, patience=patience))
        row, name = (PAPER, EXPLORATION, "stops"), f"{problem}, rate {rate:g}, patience {patience}"
        stopped = errors["stopped"]
        text = "mean over divisions, quartiles of averages of five"
        yield mean_of_averages(*row, f"{name}, MSE stopped", averages(stopped), len(stopped), text)
        for rival in ("OBD", "ESP"):
            difference = percent(errors["EBD"] - errors[rival], errors)
            yield mean(*row, f"{name}, EBD - {rival} in % of stopped", difference, "difference of the same divisions")


def _of_unretrained(problem, records):
    errors, row = _errors(records), (PAPER, EXPLORATION, "unretrained")
    text = "mean of averages of five divisions, and their quartiles"
    for name in COMPARED:
        ratios = averages(errors[name]) / averages(errors["stopped"])
        yield mean_of_averages(*row, f"{problem}, {name}, MSE / stopped", ratios, len(records), text)
    for name in COMPARED[:2]:
        others = [record["others"][name] for record in records]
        yield mean(*row, f"{problem}, % of EBD's deletions that {name} keeps", others, "of half of all weights")


def _errors(records):
    return {name: np.array([record["errors"][name] for record in records]) for name in records[0]["errors"]}


_NUMBERS = {"stops": _of_stops, "unretrained": _of_unretrained}
