"""Pedersen, Hansen & Larsen (1996), figs. 1 and 2: the Mackey-Glass series, pruned by generalization-based saliencies.

A 6-10-1 net predicts the series 6 steps ahead from lags 6, 12, ..., 36; 250 patterns to train, 8500 to test. Open in
the paper as we have it: the weight decay, and how a net is retrained. Here: decay 1e-6 (and 1e-4 for the two surgeons),
ten Gauss-Newton steps after every deletion. Another 250 patterns serve to choose by validation.
"""

from functools import lru_cache

import numpy as np

from classicnets import (
    MLP,
    GammaOBD,
    GammaOBS,
    OptimalBrainDamage,
    OptimalBrainSurgeonWithDecay,
    estimated_test_error,
    final_prediction_error,
    lag_space,
    mackey_glass,
    plotting,
    prune,
    train_gauss_newton,
)
from classicnets.datasets.tables import consecutive
from classicnets.plotting.curves import quartiles

from .drawing import by_weights, plot_quartiles, save
from .records import where
from .statistics import result

TITLE = "Mackey-Glass pruned by estimated test error"
SEEDS, FULL, RECORDED = 4, 50, 50
FIRST_SEED = 100
SIZES, LAGS = (6, 10, 1), (6, 12, 18, 24, 30, 36)
TRAIN, VALIDATION, TEST = 250, 250, 8500
DECAY, OTHER_DECAY, ITERATIONS = 1e-6, 1e-4, 10
METHODS = {
    "OBD": lambda: OptimalBrainDamage("gauss-newton"),
    "gammaOBD": GammaOBD,
    "OBS": lambda: OptimalBrainSurgeonWithDecay(1e-10),
    "gammaOBS": GammaOBS,
}
CHOICES = ("estimate", "FPE", "validation")


def tasks(seeds):
    """One task a method, decay and seed."""
    kinds = [(name, DECAY) for name in METHODS] + [(name, OTHER_DECAY) for name in ("OBS", "gammaOBS")]
    return [{"method": m, "decay": d, "seed": FIRST_SEED + seed} for seed in range(seeds) for m, d in kinds]


@lru_cache(maxsize=1)
def patterns():
    """(X, T) to train, to validate and to test on, one after the other in time."""
    X, T = lag_space(mackey_glass(TRAIN + VALIDATION + TEST + max(LAGS)), LAGS)
    return consecutive(X, T, (TRAIN, VALIDATION, TEST))


def measure(method, decay, seed):
    """Of one path: weights, training, validation, test and estimated test error and FPE of every network.

    As normalised mean squared errors: 1 for a net that always says the mean.
    """
    train, validation, test = patterns()
    net = MLP(SIZES, output="linear", seed=seed)
    train_gauss_newton(net, *train, iterations=300, weight_decay=decay)

    def retrain(net, X, T):
        train_gauss_newton(net, X, T, iterations=ITERATIONS, weight_decay=decay)

    path = prune(net, *train, METHODS[method](), weight_decay=decay, retrain=retrain, validation=validation, test=test,
                 down_to=2)  # fmt: skip
    nets, scale = [path.network(i) for i in range(len(path))], 2 / float(np.var(test[1]))
    curves = {name: path.curve(f"{name}_error") for name in ("train", "validation", "test")}
    curves["estimate"] = np.array([estimated_test_error(net, *train, decay) for net in nets])
    curves["FPE"] = np.array([final_prediction_error(net, *train) for net in nets])
    curves = {name: scale * curve for name, curve in curves.items()} | {"n_active": path.curve("n_active")}
    return {"method": method, "decay": decay, "curves": {name: curve.tolist() for name, curve in curves.items()}}


def rows(records):
    """The nets chosen by the estimate, which is held beside the test error; and each gamma beside the plain method."""
    made, errors, settings = [], {}, f"6-10-1, decay {DECAY:g}, {ITERATIONS} Gauss-Newton steps a deletion"
    for name in METHODS:
        paths = _paths(records, name)
        chosen, full = _chosen(paths, "estimate"), [{key: curve[0] for key, curve in path.items()} for path in paths]
        errors[name] = _column(chosen, "test")
        values = {
            ("fig. 1", "weights at least estimate"): _column(chosen, "n_active"),
            ("fig. 1", "test error, chosen / full net"): errors[name] / _column(full, "test"),
            ("fig. 2", "estimate / test error, chosen net"): _column(chosen, "estimate") / errors[name],
        }
        made += [result("pedersen1996", *(item, name, what), v, settings, True) for (item, what), v in values.items()]
    for plain, gamma in [("OBD", "gammaOBD"), ("OBS", "gammaOBS")]:
        ratio = errors[gamma] / errors[plain]
        made.append(result("pedersen1996", "text", f"{gamma} / {plain}", "test error", ratio, settings, True))
    plain, gamma = (_column(_chosen(_paths(records, m, OTHER_DECAY), "estimate"), "test") for m in ("OBS", "gammaOBS"))
    name, settings = f"gammaOBS / OBS, decay {OTHER_DECAY:g}", settings.replace(f"{DECAY:g}", f"{OTHER_DECAY:g}")
    made.append(result("pedersen1996", "text", name, "test error", gamma / plain, settings, True))
    return made


def notes(records):
    """What the choice by estimate, by FPE or by validation costs, beside the network of least test error."""
    for name in METHODS:
        paths = _paths(records, name)
        best = _column(_chosen(paths, "test"), "test")
        costs = [(choice, np.median(_column(_chosen(paths, choice), "test") / best) - 1) for choice in CHOICES]
        text = ", ".join(f"{100 * cost:.1f} % by {choice}" for choice, cost in costs)
        yield f"{name}: best {np.median(best):.2g}; above it are the choices {text}"


def _paths(records, method, decay=DECAY):
    """The curves of all paths of a method."""
    return [record["curves"] for record in where(records, method=method, decay=decay)]


def _chosen(paths, choice):
    """Of each path the network where `choice` is least: a dict of its quantities."""
    indices = [int(np.argmin(path[choice])) for path in paths]
    return [{key: values[i] for key, values in path.items()} for path, i in zip(paths, indices, strict=True)]


def _column(networks, quantity):
    return np.array([network[quantity] for network in networks])


def figures(records, folder):
    """Fig. 1: the test error of all four along the path; fig. 2: the estimate beside the test error, for gammaOBS."""
    numbers = np.arange(81, 9, -1)
    curves = {name: quartiles(by_weights(_paths(records, name), "test", numbers))[1] for name in METHODS}
    label = "test error (mean squared / variance)"
    ax = plotting.plot_curves(numbers, curves, "remaining weights", label, log=True)
    yield save(ax, folder / "pedersen1996_fig1.png")

    names = {"test": "test error", "estimate": "estimated", "train": "training error"}
    values = {name: by_weights(_paths(records, "gammaOBS"), key, numbers) for key, name in names.items()}
    label = "mean squared error / variance"
    ax = plot_quartiles(numbers, values, "remaining weights", label, log=True)
    yield save(ax, folder / "pedersen1996_fig2.png")
