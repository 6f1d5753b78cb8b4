"""Wu et al. (2024), on the networks of the house: Newton steps and projections in turn, at a fixed number of weights.

All at once, all but 30 % of the weights go. One-shot OBS has one look at the second derivatives; OBS one by one has one
for each weight, or on the digits for each 10 % of what is left; the iterated one has ten, there three, and in between
every weight may come back. As much work on fewer weights is the control: one-shot OBS, then as many Gauss-Newton steps
of the weights that it left. Each with two sizes of alpha: with little the steps are Newton's, with much much shorter.
"""

import matplotlib.pyplot as plt
import numpy as np

from classicnets import Cost, Magnitude, OptimalBrainSurgeon, accuracy, network_error, prune, train_gauss_newton
from classicnets.pruning.wu2024 import IterativeSurgeon

from .comparison_nets import PROBLEMS
from .drawing import plot_quartiles, save
from .records import digits, where
from .statistics import result

TITLE = "iterative OBS on MONK's, the sunspots and the digits"
SEEDS, FULL, RECORDED = 2, 20, 20
PAPER, ITEM = "wu2024", "networks"
FIRST_SEED = 1000  # settings were chosen on seeds 0 and 1
KEPT = 0.3
ALPHAS = (1e-2, 1.0)  # times the mean of the H_qq
DIGITS = "digits"
NAMES = ("MONK 1", "MONK 2", "MONK 3", "sunspots", DIGITS)
TEN, FEW = 10, 10  # rounds; of the digits every so manyth seed
ONE_BY_ONE, ROUNDS = {DIGITS: 0.1}, {DIGITS: 3}  # of the others one, and TEN
WHOLE, CONTROL = "whole", "one-shot OBS and steps"
PROJECTIONS = {"iterated, one by one": "one by one", "iterated, largest": "largest"}


def tasks(seeds):
    """One for each problem and seed, the dearest first; of the digits, a minute each, few."""
    numbers = {name: seeds // FEW if name == DIGITS else seeds for name in reversed(NAMES)}
    return [{"problem": name, "seed": FIRST_SEED + seed} for name, number in numbers.items() for seed in range(number)]


def measure(problem, seed):
    """One network: the training and test error that each method leaves, and along the rounds of the iterated ones."""
    trained, rounds = PROBLEMS[problem](seed), ROUNDS.get(problem, TEN)
    record = {"problem": problem, "seed": seed, WHOLE: _seen(trained.net, trained)}
    record["magnitude"] = _seen(_pruned(trained, Magnitude(), _number(trained.net)), trained)
    for alpha in ALPHAS:
        surgeon = OptimalBrainSurgeon(alpha, scale="mean")
        once = _pruned(trained, surgeon, _number(trained.net))
        record[f"one-shot OBS, {alpha:g}"] = _seen(once, trained)
        slow = _pruned(trained, surgeon, ONE_BY_ONE.get(problem, 1))
        record[f"OBS one by one, {alpha:g}"] = _seen(slow, trained)
        _retrain(once, trained, rounds)
        record[f"{CONTROL}, {alpha:g}"] = _seen(once, trained)
        for name, projection in PROJECTIONS.items():
            record[f"{name}, {alpha:g}"] = _iterated(trained, alpha, projection, rounds)
    return record


def _number(net):
    """How many weights go."""
    return net.n - int(np.ceil(KEPT * net.n))


def _pruned(trained, method, at_once):
    """The network that is left; the weights of units that are cut off may stay, so that all have as many."""
    options = {"error": trained.error, "weight_decay": trained.weight_decay, "keep_orphans": True}
    down_to = trained.net.n - _number(trained.net)
    return prune(trained.net, *trained.train, method, at_once=at_once, down_to=down_to, **options).network()


def _retrain(net, trained, steps):
    options = {"error": trained.error, "weight_decay": trained.weight_decay}
    train_gauss_newton(net, *trained.train, iterations=steps, keep="last", **options)


def _iterated(trained, alpha, projection, rounds):
    """What the best round leaves, and the training error after each round."""
    net, cost = trained.net.copy(), Cost(*trained.train, trained.error, trained.weight_decay)
    method, errors, best = IterativeSurgeon(alpha, scale="mean", rounds=rounds, projection=projection), [], None
    method.look(net, cost)
    for value, weights, deleted, _ in method.iterates(net, np.ones(net.n, dtype=bool), _number(net)):
        left = trained.net.copy()
        left.delete(deleted)
        left.weights = weights
        errors.append(network_error(left, *trained.train, trained.error))
        best = min(best or (np.inf, None), (value, left), key=lambda pair: pair[0])
    return _seen(best[1], trained) | {"rounds": digits(errors, 5)}


def _seen(net, trained):
    """Its weights, training and test error, and, of classes, how much of the test set is right."""
    errors = [network_error(net, *pair, trained.error) for pair in (trained.train, trained.test)]
    train, test = digits(errors)
    return {"n_active": net.n_active, "train": train, "test": test, "right %": 100 * accuracy(net, *trained.test)}


def rows(records):
    """How far the errors of each method are above the whole network's, as a ratio; beside the control's; test %."""
    for problem in NAMES:
        ours = where(records, problem=problem)
        for name in list(ours[0])[2:] if ours else ():
            for quantity, values in _quantities(ours, name):
                settings = f"{100 * KEPT:.0f} % of the weights left; seeds from {FIRST_SEED}"
                yield result(PAPER, ITEM, f"{name}, {problem}", quantity, values, settings, "%" not in quantity)


def _quantities(ours, name):
    """What is reported of a method, each with its values: a number a network."""
    if name != WHOLE:
        for kind in ("train", "test"):
            yield f"{kind} error / whole", _ratios(ours, name, WHOLE, kind)
    if name.startswith("iterated"):
        control = f"{CONTROL}, {name.split(', ')[-1]}"
        for kind in ("train", "test"):
            yield f"{kind} error / one-shot's after steps", _ratios(ours, name, control, kind)
    if ours[0]["problem"] != "sunspots":
        yield "test %", [record[name]["right %"] for record in ours]


def _ratios(ours, name, other, kind):
    return [record[name][kind] / record[other][kind] for record in ours]


def notes(records):
    """After which round the iterated ones are best, and how often they end worse than they began."""
    for problem in NAMES:
        for alpha in ALPHAS:
            for name in PROJECTIONS:
                rounds = [record[f"{name}, {alpha:g}"]["rounds"] for record in where(records, problem=problem)]
                if rounds:
                    best = np.median([1 + np.argmin(each) for each in rounds])
                    rising = 100 * np.mean([each[-1] > each[0] for each in rounds])
                    yield f"{problem}, {name}, alpha {alpha:g}: best round {best:g}, in {rising:.0f} % worse at the end"


def figures(records, folder):
    """The training error after each round, beside the whole network's."""
    problems = [problem for problem in NAMES if where(records, problem=problem)]
    _, panels = plt.subplots(1, len(problems), figsize=(4.6 * len(problems), 4.2), layout="constrained", squeeze=False)
    for ax, problem in zip(panels[0], problems, strict=True):
        ours, curves = where(records, problem=problem), {}
        for alpha in ALPHAS:
            for name in PROJECTIONS:
                rounds = np.full((len(ours), TEN), np.nan)
                for row, record in zip(rounds, ours, strict=True):
                    each = record[f"{name}, {alpha:g}"]["rounds"]
                    row[: len(each)] = np.divide(each, record[WHOLE]["train"])
                curves[f"{name.split(', ')[1]}, alpha {alpha:g}"] = rounds
        label = "training error / whole" * (ax is panels[0][0])
        plot_quartiles(np.arange(1, TEN + 1), curves, "rounds", label, ax=ax, log=True)
        ax.set_title(problem)
    yield save(panels[0][0], folder / "wu2024_pruning.png")
