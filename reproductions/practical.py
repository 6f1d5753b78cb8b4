"""Is it practical? Networks for the tables that everybody has at hand, pruned as far as anybody would.

Rectified units, softmax outputs and the cross entropy, trained by backpropagation: what people have. Of the patterns
three fifths are trained on. One look at the second derivatives serves to delete 5 % of the weights that are left, down
to 5 % of all; without retraining, and with two epochs after each look. What counts is the share of test patterns right
when 50, 75, 90 and 95 % of the weights are deleted, and how long it takes. The tables are scikit-learn's.
"""

from time import perf_counter

import numpy as np

from classicnets import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, prune, train_backpropagation

from .drawing import by_weights, plot_quartiles, save
from .practical_nets import AGAIN, TABLES, TRAINING, trained
from .records import digits as rounded
from .records import where
from .statistics import result

TITLE = "is it practical? iris, wine, breast cancer, digits"
SEEDS, FULL, RECORDED = 2, 20, 20
PAPER, ITEM = "-", "practice"
FIRST_SEED = 1000  # settings were chosen on seeds 0 to 9
LARGE = ("digits 64-16-10", "digits 64-20-10")
AT_ONCE, DOWN_TO = 0.05, 0.05
DELETED = (50, 75, 90, 95)
METHODS = {
    "OBS": lambda: OptimalBrainSurgeon(1e-2, scale="mean"),
    "OBS, exact Hessian": lambda: OptimalBrainSurgeon(1e-2, "exact", saddles=True, scale="mean"),
    "OBD": lambda: OptimalBrainDamage("gauss-newton"),
    "magnitude": Magnitude,
}
WAYS = {"not retrained": 0, "retrained": 2}  # epochs after each look


def tasks(seeds):
    """One for each problem and seed, the largest first; of the digits, a minute each, none where a few are shown."""
    names = [name for name in reversed(TABLES) if seeds >= RECORDED or name not in LARGE]
    return [{"problem": name, "seed": FIRST_SEED + seed} for name in names for seed in range(seeds)]


def measure(problem, seed):
    """One network: the share of test patterns right on each method's way down, and the seconds it took."""
    net, train, test = trained(problem, seed)
    record = {"problem": problem, "seed": seed, "weights": net.n}
    for way, epochs in WAYS.items():
        for name, method in METHODS.items():
            record[f"{name}, {way}"] = _pruned(net, train, test, method(), epochs, seed)
    return record


def _pruned(net, train, test, method, epochs, seed):
    def retrain(net, X, T):
        train_backpropagation(net, X, T, epochs=epochs, seed=seed, keep="last", **AGAIN)

    options = {"error": TRAINING["error"], "weight_decay": TRAINING["weight_decay"], "test": test}
    begin = perf_counter()
    path = prune(net, *train, method, at_once=AT_ONCE, down_to=DOWN_TO, retrain=retrain if epochs else None, **options)
    seconds = perf_counter() - begin
    return {
        "n_active": [step.n_active for step in path],
        "test %": rounded(100 * np.array(path.curve("test_accuracy")), 4),
        "seconds": round(seconds, 3),
    }


def rows(records):
    """Test accuracy of each method, with and without retraining, at each share deleted; how long it took."""
    for problem in TABLES:
        ours = where(records, problem=problem)
        for way in WAYS if ours else ():
            for name in METHODS:
                curves = [record[f"{name}, {way}"] for record in ours]
                row, settings = f"{name}, {problem}, {way}", "one look for 5 % of the weights left; seeds from 1000"
                for deleted in DELETED:
                    reached = np.array(by_weights(curves, "test %", np.array([_left(ours[0], deleted)])))[:, 0]
                    values = np.nan_to_num(reached)  # a path that ends before has no network there: none right
                    yield result(PAPER, ITEM, row, f"test accuracy %, {deleted} % deleted", values, settings)
                seconds = [curve["seconds"] for curve in curves]
                yield result(PAPER, ITEM, row, "seconds", seconds, "on a busy machine of two cores", True)
        if ours:
            whole = [record["OBS, not retrained"]["test %"][0] for record in ours]
            yield result(PAPER, ITEM, f"nothing deleted, {problem}", "test accuracy %", whole, "60 epochs")


def _left(record, deleted):
    return int(np.ceil(record["weights"] * (100 - deleted) / 100))


def notes(records):
    """How many weights each network has."""
    for problem in TABLES:
        ours = where(records, problem=problem)
        if ours:
            yield f"{problem}: {ours[0]['weights']} weights, {len(ours)} seeds"


def figures(records, folder):
    """Test accuracy over the weights left, without retraining and with it, for each problem."""
    for problem in TABLES:
        ours = where(records, problem=problem)
        if not ours:
            continue
        numbers = np.unique(np.linspace(_left(ours[0], 95), ours[0]["weights"], 40).astype(int))[::-1]
        for way in WAYS:
            curves = {
                name: np.array(by_weights([record[f"{name}, {way}"] for record in ours], "test %", numbers))
                for name in METHODS
            }
            ax = plot_quartiles(numbers, curves, xlabel="weights", ylabel="test patterns right, %")
            ax.set_title(f"{problem}, {way}")
            yield save(ax, folder / f"practical_{problem.replace(' ', '_')}_{way.replace(' ', '_')}.png")
