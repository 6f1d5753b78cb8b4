"""The approximations side by side: what each says a deletion will cost, and what that deletion costs.

On the same trained MONK's networks, every single weight is deleted in turn, as each method would do it: by itself for
magnitude and Optimal Brain Damage, with all others answering for OBS. Two numbers a network and method: the rank
correlation (Spearman) of saliency and actual change of the error, and the median factor actual / predicted. No paper
prints them; Le Cun et al. (1990), fig. 1b, shows the like for its own network.
"""

from copy import deepcopy

import numpy as np
from scipy.stats import spearmanr

from classicnets import Cost, Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, monks, network_error, plotting

from . import monks_nets
from .drawing import save
from .monks_nets import WEIGHT_DECAY, trained_network
from .records import where
from .statistics import result

TITLE = "predicted against actual cost of every single deletion"
SEEDS, FULL, RECORDED = 20, 200, 20
ITEM = "MONK's nets"
# name: (method, the paper whose approximation it is)
METHODS = {
    "magnitude": (Magnitude(), "-"),
    "OBD, lecun1990 sweep": (OptimalBrainDamage("lecun1990"), "lecun1990"),
    "OBD, Levenberg-Marquardt": (OptimalBrainDamage("levenberg-marquardt"), "lecun1990"),
    "OBD, exact diagonal": (OptimalBrainDamage("exact"), "lecun1990"),
    "OBS, Gauss-Newton": (OptimalBrainSurgeon(1e-8), "hassibi1993"),
    "OBS, exact Hessian": (OptimalBrainSurgeon(1e-8, "exact"), "hassibi1993"),
}


def tasks(seeds):
    """One task a problem and seed."""
    return monks_nets.tasks(seeds)


def measure(problem, seed):
    """Predicted and actual change of the error (with weight decay) for every weight and method."""
    net = trained_network(problem, seed)
    return {"problem": problem, **{name: deletions(net, problem, method) for name, (method, _) in METHODS.items()}}


def deletions(net, problem, method):
    """[predicted, actual] change of the error for each weight whose saliency is finite, deleted by itself."""
    data, decay = monks(problem), WEIGHT_DECAY[problem]
    method.look(net, Cost(data.X, data.T, "squared", decay))
    saliency, before = method.saliency(net), network_error(net, data.X, data.T, weight_decay=decay)
    pairs = []
    for q in np.flatnonzero(np.isfinite(saliency)):
        pruned = net.copy()
        deepcopy(method).delete(pruned, q)
        after = network_error(pruned, data.X, data.T, weight_decay=decay)
        pairs.append([float(saliency[q]), after - before])
    return pairs


def rows(records):
    """Rank correlation and factor for each method, over all networks."""
    made = []
    for name, (method, paper) in METHODS.items():
        pairs = [np.array(record[name]) for record in records]
        rank = [spearmanr(predicted, actual).statistic for predicted, actual in (p.T for p in pairs)]
        made.append(result(paper, ITEM, name, "rank correlation", rank, "MONK 1-3, nets of table 1, every weight"))
        if method.predicts:
            factor = [np.median(actual / predicted) for predicted, actual in (p.T for p in pairs)]
            made.append(result(paper, ITEM, name, "actual / predicted", factor, "median over the weights of a net"))
    return made


def notes(records):
    """How well each method finds the cheapest deletion, and that deletion's cost."""
    for name in METHODS:
        chosen = [min(record[name])[1] for record in records]
        yield f"{name}: its first choice raises the error by {np.median(chosen):.2g} (median over the networks)"


def figures(records, folder):
    """Predicted against actual change for every weight of one network of each problem."""
    for problem in WEIGHT_DECAY:
        record, ax = where(records, problem=problem)[0], None
        for name in ("OBD, exact diagonal", "OBS, Gauss-Newton", "OBS, exact Hessian"):
            ax = plotting.plot_predictions(*np.array(record[name]).T, ax=ax, name=name)
        ax.set_title(f"MONK {problem}: every single deletion")
        yield save(ax, folder / f"approximations_monk{problem}.png")
