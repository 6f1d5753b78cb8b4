"""Hassibi et al. (1994), the table: the MONK's problems pruned by OBS and in the eigenspace of five dimensions.

Networks and training are those of Hassibi & Stork (1993), table 1, not retrained. "With the validation error as
stopping criterion" is open; here it is the smallest network that classifies training and test set no worse than before,
as there: the squared error on the test set first rises within a few deletions, when no robot has changed its class
(rows of ours alone). alpha is 1e-4, as there; other alphas are rows of ours alone.

MONK's inputs add up to 1 attribute by attribute, so H has up to 18 eigenvalues that are zero, and which five of their
eigenvectors make the noise space is chance: that alone spreads the numbers of weights of one and the same minimum.
"""

import numpy as np

from classicnets import Cost, EigenspaceSurgeon, OptimalBrainSurgeon, monks, plotting, saliency_bounds

from . import monks_nets
from .drawing import plot_quartiles, save
from .monks_nets import ALPHA, ALPHAS, FIRST_SEED, HIDDEN, pruned, smallest_as_good, trained_as_printed, trained_network
from .records import digits
from .statistics import result

TITLE = "MONK's problems pruned in the eigenspace"
SEEDS, FULL, RECORDED = 50, 300, 50
PAPER, ITEM = "hassibi1994", "table"
DIMENSION, DIMENSIONS = 5, (1, 2, 5, 10, 20, 40)
BOUNDED = (1, FIRST_SEED)  # problem and seed of the network whose saliencies are drawn
METHODS = {f"OBS, alpha {alpha:g}": OptimalBrainSurgeon(alpha) for alpha in ALPHAS}
METHODS |= {f"{DIMENSION}-d, alpha {alpha:g}": EigenspaceSurgeon(DIMENSION, alpha) for alpha in ALPHAS}
METHODS |= {f"{dimension}-d, alpha {ALPHA:g}": EigenspaceSurgeon(dimension, ALPHA) for dimension in DIMENSIONS}


def tasks(seeds):
    """One task a problem and seed."""
    return monks_nets.tasks(seeds)


def measure(problem, seed):
    """Accuracies and error before; weights left by OBS and in the eigenspaces, by accuracy and by squared error."""
    net = trained_network(problem, seed)
    paths = {name: pruned(net, problem, method) for name, method in METHODS.items()}
    first = next(iter(paths.values()))[0]
    record = {
        "problem": problem,
        "before": [100 * first.train_accuracy, 100 * first.test_accuracy],
        "minimum": round(first.train_error, 5),
        "left": {name: smallest_as_good(path).n_active for name, path in paths.items()},
        "error no worse": {name: smallest_no_worse(path).n_active for name, path in paths.items()},
    }
    if (problem, seed) == BOUNDED:
        record["saliencies"] = saliencies_within_bounds(net, problem)
    return record


def saliencies_within_bounds(net, problem):
    """OBS saliencies of a trained network in their order, and the bounds that five dimensions give."""
    data, method = monks(problem), OptimalBrainSurgeon(ALPHA)
    method.look(net, Cost(data.X, data.T))
    saliency = method.saliency(net)
    lower, upper = saliency_bounds(net, data.X, data.T, DIMENSION, ALPHA)
    order = np.argsort(saliency)
    return {name: digits(each[order]) for name, each in (("OBS", saliency), ("lower", lower), ("upper", upper))}


def smallest_no_worse(path):
    """The step of the smallest network whose squared error on the test set is at most the unpruned one's."""
    return path[path.smallest(lambda step: step.test_error <= path[0].test_error)]


def rows(records):
    """The rows of the table, for networks trained to the printed accuracies; other alphas and the other criterion."""
    made = []
    for problem in HIDDEN:
        reached = trained_as_printed(records, problem)
        for name, method in (("OBS", "OBS"), (f"{DIMENSION}-d eigenspace", f"{DIMENSION}-d")):
            for alpha in ALPHAS:
                row = f"MONK {problem} {name}" + f", alpha {alpha:g}" * (alpha != ALPHA)
                left = [record["left"][f"{method}, alpha {alpha:g}"] for record in reached]
                settings = f"nets of hassibi1993 table 1; alpha {alpha:g}; classifies both sets as before"
                made.append(result(PAPER, ITEM, row, "weights", left, settings, less_is_better=True))
            left = [record["error no worse"][f"{method}, alpha {ALPHA:g}"] for record in reached]
            row, settings = f"MONK {problem} {name}, test error no worse", f"the same nets; alpha {ALPHA:g}"
            made.append(result(PAPER, ITEM, row, "weights", left, settings, less_is_better=True))
    return made


def notes(records):
    """How far the numbers of weights spread among networks of one minimum."""
    for problem in HIDDEN:
        reached = trained_as_printed(records, problem)
        minima = [record["minimum"] for record in reached]
        commonest = max(set(minima), key=minima.count)
        same = [record["left"] for record in reached if record["minimum"] == commonest]
        yield f"MONK {problem}: {len(same)} of {len(reached)} networks are in one minimum, of error {commonest:g};"
        for name in METHODS:
            left = [each[name] for each in same]
            yield f"  {name}: {min(left)} to {max(left)} weights left, median {np.median(left):g}"


def figures(records, folder):
    """Weights left against the dimension of the noise space; saliencies of one network between their bounds."""
    left, names = {}, [f"{dimension}-d, alpha {ALPHA:g}" for dimension in DIMENSIONS]
    for problem in HIDDEN:
        reached = trained_as_printed(records, problem)
        left[f"MONK {problem}"] = [[record["left"][name] for name in names] for record in reached]
    ax = plot_quartiles(DIMENSIONS, left, "", "remaining weights")
    ax.set_xscale("log")
    ax.set_xticks(DIMENSIONS, DIMENSIONS)
    ax.set(xlabel="dimensions of the noise space", title="classified as before: medians and quartiles")
    yield save(ax, folder / "hassibi1994_table_dimensions.png")
    (saliencies,) = (record["saliencies"] for record in records if "saliencies" in record)
    yield save(draw_saliencies(saliencies), folder / "hassibi1994_table_bounds.png")


def draw_saliencies(saliencies):
    """OBS saliencies in their order, and the bounds that five dimensions give."""
    name, x = "OBS saliency, within its bounds", np.arange(1, len(saliencies["OBS"]) + 1)
    curves, bands = {name: saliencies["OBS"]}, {name: (saliencies["lower"], saliencies["upper"])}
    ax = plotting.plot_curves(x, curves, "weights, least salient first", "rise of the error E", bands=bands, log=True)
    ax.set_title(f"MONK {BOUNDED[0]}: bounds from {DIMENSION} eigenvectors")
    return ax
