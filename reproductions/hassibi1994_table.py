"""Hassibi et al. (1994), the table: the MONK's problems pruned by OBS and in the eigenspace of five dimensions.

Networks and training are those of Hassibi & Stork (1993), table 1, not retrained. "With the validation error as
stopping criterion" is open; here it is the smallest network that classifies the test set, all 432 robots, no worse than
before. Two other criteria are rows of ours alone: the same of the training set, and the squared error on the test set,
which first rises within a few deletions, when no robot has changed its class. alpha is 1e-4, as there; so are others.

MONK's inputs add up to 1 attribute by attribute, so H has up to 18 eigenvalues that are zero, and which five of their
eigenvectors make the noise space is chance: that alone spreads the numbers of weights of one and the same minimum. So
each network is written down in an order of chance of its inputs and units, before it is pruned in the eigenspace: what
varies is this order, more than the few minima in which the trainings end.
"""

import numpy as np

from classicnets import Cost, EigenspaceSurgeon, OptimalBrainSurgeon, monks, plotting, prune, saliency_bounds

from . import monks_nets
from .drawing import plot_quartiles, save
from .monks_nets import (
    ALPHA,
    ALPHAS,
    FIRST_SEED,
    HIDDEN,
    NO_TIES,
    OBS,
    as_good,
    percent,
    pruned,
    smallest_without_ties,
    trained,
    trained_network,
)
from .records import digits, where
from .statistics import result

TITLE = "MONK's problems pruned in the eigenspace"
SEEDS, FULL, RECORDED = 50, 300, 50
PAPER, ITEM = "hassibi1994", "table"
DIMENSION, DIMENSIONS = 5, (1, 2, 5, 10, 20, 40)
BOUNDED = (1, FIRST_SEED)  # problem and seed of the network whose saliencies are drawn
TEST, TRAINING, ERROR = "test accuracy no worse", "training accuracy no worse", "test error no worse"
CRITERIA = {
    TEST: lambda step, first: step.test_accuracy >= first.test_accuracy,
    TRAINING: as_good,
    ERROR: lambda step, first: step.test_error <= first.test_error,
}
SURGEONS = {f"OBS, alpha {alpha:g}": OptimalBrainSurgeon(alpha) for alpha in ALPHAS}
SPACES = {f"{DIMENSION}-d, alpha {alpha:g}": EigenspaceSurgeon(DIMENSION, alpha) for alpha in ALPHAS}
SPACES |= {f"{dimension}-d, alpha {ALPHA:g}": EigenspaceSurgeon(dimension, ALPHA) for dimension in DIMENSIONS}


def tasks(seeds):
    """One task a problem and seed."""
    return monks_nets.tasks(seeds)


def measure(problem, seed):
    """Accuracies and error before; weights left by OBS and in the eigenspaces, by each criterion."""
    net = trained_network(problem, seed)
    paths = {name: pruned(net, problem, method) for name, method in SURGEONS.items()}
    paths |= {name: pruned_in_an_order(net, problem, method, seed) for name, method in SPACES.items()}
    kept = paths[f"OBS, alpha {ALPHA:g}"]
    record = {
        "problem": problem,
        "before": percent(kept[0]),
        "minimum": round(kept[0].train_error, 5),
        "left": {each: {name: weights_left(path, each) for name, path in paths.items()} for each in CRITERIA},
        "without ties": smallest_without_ties(kept, problem, CRITERIA[TEST]).n_active,
    }
    if (problem, seed) == BOUNDED:
        record["saliencies"] = saliencies_within_bounds(net, problem)
    return record


def pruned_in_an_order(net, problem, method, seed):
    """As `pruned`, the network's inputs and hidden units in an order of chance."""
    rng, data = np.random.default_rng(seed), monks(problem)
    inputs, units = rng.permutation(17), rng.permutation(HIDDEN[problem])
    net, test = written_anew(net, inputs, units), (data.X_test[:, inputs], data.T_test)
    return prune(net, data.X[:, inputs], data.T, method, test=test)


def written_anew(net, inputs, units):
    """The same network with its inputs and hidden units in another order."""
    (first, second), other = net.matrices, net.copy()
    other.weights = np.concatenate([first[np.ix_(units, [*inputs, 17])].ravel(), second[0, [*units, len(units)]]])
    return other


def saliencies_within_bounds(net, problem):
    """OBS saliencies of a trained network in their order, and the bounds that five dimensions give."""
    data, method = monks(problem), OptimalBrainSurgeon(ALPHA)
    method.look(net, Cost(data.X, data.T))
    saliency = method.saliency(net)
    lower, upper = saliency_bounds(net, data.X, data.T, DIMENSION, ALPHA)
    order = np.argsort(saliency)
    return {name: digits(each[order]) for name, each in (("OBS", saliency), ("lower", lower), ("upper", upper))}


def weights_left(path, criterion):
    """The weights of the smallest network on a path that a criterion allows."""
    return path[path.smallest(lambda step: CRITERIA[criterion](step, path[0]))].n_active


def rows(records):
    """The rows of the table and their contrast, for networks that learned; other alphas and the other criteria."""
    made = []
    for problem in HIDDEN:
        learned = trained(records, problem)
        settings = f"{len(learned)} of {len(where(records, problem=problem))} nets of hassibi1993 table 1; "
        made += _of_method(learned, OBS[problem], "OBS", settings)
        orders = f"{settings}each in an order of chance; "
        made += _of_method(learned, f"MONK {problem} {DIMENSION}-d eigenspace", f"{DIMENSION}-d", orders)
        made += _of_dimensions(learned, problem, orders)
        names = f"{DIMENSION}-d, alpha {ALPHA:g}", f"OBS, alpha {ALPHA:g}"
        more = [np.subtract(*(record["left"][TEST][name] for name in names)) for record in learned]
        row, how = f"MONK {problem} {DIMENSION}-d eigenspace - OBS", f"alpha {ALPHA:g}; {TEST}"
        made.append(result(PAPER, ITEM, row, "weights", more, orders + how))
        decided = [record["without ties"] for record in learned]
        made.append(result(PAPER, ITEM, NO_TIES[problem], "weights", decided, settings + how, less_is_better=True))
    return made


def _of_method(learned, row, method, settings):
    """Weights left at each alpha by the accuracy in test, and by the other criteria."""
    runs = {"" if alpha == ALPHA else f", alpha {alpha:g}": (TEST, alpha) for alpha in ALPHAS}
    runs |= {f", {criterion}": (criterion, ALPHA) for criterion in (TRAINING, ERROR)}
    for ending, (criterion, alpha) in runs.items():
        weights = [record["left"][criterion][f"{method}, alpha {alpha:g}"] for record in learned]
        how = f"{settings}alpha {alpha:g}; {criterion}"
        yield result(PAPER, ITEM, row + ending, "weights", weights, how, less_is_better=True)


def _of_dimensions(learned, problem, settings):
    """Weights left in eigenspaces of other dimensions."""
    for dimension in DIMENSIONS:
        if dimension != DIMENSION:
            left = [record["left"][TEST][f"{dimension}-d, alpha {ALPHA:g}"] for record in learned]
            row, how = f"MONK {problem} {dimension}-d eigenspace", f"{settings}alpha {ALPHA:g}; {TEST}"
            yield result(PAPER, ITEM, row, "weights", left, how, less_is_better=True)


def notes(records):
    """How far the numbers of weights spread among networks of one minimum."""
    for problem in HIDDEN:
        reached = trained(records, problem)
        minima = [record["minimum"] for record in reached]
        commonest = max(set(minima), key=minima.count)
        same = [record["left"][TEST] for record in reached if record["minimum"] == commonest]
        yield f"MONK {problem}: {len(same)} of {len(reached)} networks are in one minimum, of error {commonest:g};"
        for name in (*SURGEONS, *SPACES):
            left = [each[name] for each in same]
            yield f"  {name}: {min(left)} to {max(left)} weights left, median {np.median(left):g}"


def figures(records, folder):
    """Weights left against the dimension of the noise space; saliencies of one network between their bounds."""
    left, names = {}, [f"{dimension}-d, alpha {ALPHA:g}" for dimension in DIMENSIONS]
    for problem in HIDDEN:
        reached = trained(records, problem)
        left[f"MONK {problem}"] = [[record["left"][TEST][name] for name in names] for record in reached]
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
