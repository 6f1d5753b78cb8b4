"""Harang & Sanders (2023): the damage of weights and of neurons, and what is left of it after training again.

Their definitions, networks and tables are not at hand; what can be tried is the abstract's. Small digits, rectified
units, softmax outputs: each network is pruned by each score, weight by weight and unit by unit, without training; then
fine-tuned, or trained from new random weights on the same mask by as many passes in all as the fine-tuned network has
had since it was born. And how far do the scores know the damage itself, the error after a deletion?
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import spearmanr

from classicnets import (
    MLP,
    Cost,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    RandomChoice,
    accuracy,
    prune,
    shrink,
    train_backpropagation,
)
from classicnets.pruning.harang2023 import DropoutDamage, Merging, OutgoingNorm, TrueDamage

from .drawing import plot_quartiles, save
from .practical_nets import AGAIN, TRAINING, patterns
from .records import digits as rounded
from .records import where
from .statistics import mean, result

TITLE = "the damage of weights and units, fine-tuning and training from scratch"
SEEDS, FULL, RECORDED = 1, 20, 20
PAPER, ABSTRACT, DAMAGE = "harang2023", "abstract", "damage"
FIRST_SEED = 1000  # settings were chosen on seeds 0 to 9
TABLE, NETWORKS = "digits 64-16-10", {"64-16-10": (16,), "64-12-12-10": (12, 12)}
EPOCHS, TUNING = 30, 10  # passes of training, then of fine-tuning; from scratch both
KEPT = (50, 25, 10, 5)  # % of the weights, or of the hidden units
COST = {"error": TRAINING["error"], "weight_decay": TRAINING["weight_decay"]}
METHODS = {
    "weights": {
        "OBD": lambda seed: OptimalBrainDamage("gauss-newton"),
        "OBS": lambda seed: OptimalBrainSurgeon(1e-2, scale="mean"),
        "magnitude": lambda seed: Magnitude(),
        "random": RandomChoice,
    },
    "units": {
        "OBD": lambda seed: OptimalBrainDamage("gauss-newton"),
        "OBS": lambda seed: OptimalBrainSurgeon(1e-2, scale="mean"),
        "outgoing norm": lambda seed: OutgoingNorm(),
        "dropout masks": lambda seed: DropoutDamage(0.1, 200, seed),
        "merging": lambda seed: Merging(),
        "true damage": lambda seed: TrueDamage(),
        "random": RandomChoice,
    },
}
AT_ONCE = {"weights": 0.25, "units": 0.1}  # of those left, from one look
SCRATCH = ("OBD", "OBS")  # whose masks are trained from scratch too
DIFFERENCE = {"weights": "test %, fine-tuned less from scratch", "units": "test %, from scratch less fine-tuned"}


def tasks(seeds):
    """One for each network and seed."""
    return [{"network": name, "seed": FIRST_SEED + seed} for seed in range(seeds) for name in NETWORKS]


def measure(network, seed):
    """What the scores know of one network's damage, and the test patterns right after each way to make it small."""
    train, test = patterns(TABLE, seed)
    net = MLP((64, *NETWORKS[network], 10), "relu", "softmax", seed=seed)
    learn(net, train, EPOCHS, seed)
    record = {"network": network, "seed": seed, "weights": net.n, "whole": _right(net, test)}
    for level, methods in METHODS.items():
        record[level] = {"scores": _scores(net, train, level, seed)}
        for name, make in methods.items():
            networks = pruned(net, train, make(seed), level)
            record[level][name] = {
                "pruned": [_right(small, test) for small in networks],
                "fine-tuned": [_right(_tuned(small.copy(), train, seed), test) for small in networks],
            }
            if name in SCRATCH:
                again = [_right(from_scratch(small, train, seed), test) for small in networks]
                record[level][name]["from scratch"] = again
    return record


def learn(net, train, epochs, seed, options=TRAINING):
    """So many passes of backpropagation, in place."""
    train_backpropagation(net, *train, epochs=epochs, every=epochs, seed=seed, keep="last", **options)
    return net


def _tuned(net, train, seed):
    return learn(net, train, TUNING, seed, AGAIN)


def from_scratch(small, train, seed):
    """New random weights where the small network has some: as many passes as the whole one and its fine-tuning had."""
    small = shrink(small)  # so that they are drawn for as many inputs as a unit has now
    net = MLP(small.sizes, "relu", "softmax", seed=seed + 100_000)
    net.mask = small.mask
    return _tuned(learn(net, train, EPOCHS, seed), train, seed)


def pruned(net, train, method, level):
    """The networks with at most so many % of the weights, or of the hidden units, left."""
    groups = net.hidden_units() if level == "units" else None
    down_to = 0 if groups else KEPT[-1] / 100
    path = prune(net, *train, method, groups=groups, at_once=AT_ONCE[level], down_to=down_to, **COST)
    left = [_units(path.network(i)) if groups else step.n_active for i, step in enumerate(path)]
    most = [max(1, round(left[0] * kept / 100)) for kept in KEPT]
    return [path.network(next((i for i, number in enumerate(left) if number <= limit), -1)) for limit in most]


def _units(net):
    """How many hidden units send something upwards."""
    return sum(int(mask[:, :-1].any(axis=0).sum()) for mask in net.mask_matrices[1:])


def _right(net, test):
    return round(100 * accuracy(net, *test), 4)


def _scores(net, train, level, seed):
    """What each method, and the truth, says of each hidden unit, or of each weight their ranks' correlation alone."""
    cost, groups, scores = Cost(*train, **COST), net.hidden_units(), {}
    for name, make in {"true damage": lambda seed: TrueDamage(), **METHODS[level]}.items():
        method = make(seed)
        method.look(net, cost)
        single = level == "weights"
        scores[name] = method.saliency(net) if single else [method.group_saliency(net, group) for group in groups]
    true = scores["true damage"]
    ranks = {name: round(float(spearmanr(true, each)[0]), 4) for name, each in scores.items() if name != "true damage"}
    return {"ranks": ranks, "units": {name: rounded(each) for name, each in scores.items()} if level == "units" else {}}


def rows(records):
    """The abstract's two signs; what the scores know of the damage; what each leaves of the test patterns right."""
    for network in NETWORKS:
        ours = where(records, network=network)
        if ours:
            for level in METHODS:
                yield from _of_level(ours, network, level)
            settings = f"{EPOCHS} epochs; seeds from {FIRST_SEED}"
            yield result(PAPER, DAMAGE, f"whole, {network}", "test %", [record["whole"] for record in ours], settings)


def _of_level(ours, network, level):
    settings = f"{EPOCHS} passes and {TUNING} of fine-tuning, or from scratch both; seeds from {FIRST_SEED}"
    for name in METHODS[level]:
        if name != "true damage":
            ranks = [record[level]["scores"]["ranks"][name] for record in ours]
            row = f"{name}, {level}, {network}"
            yield result(PAPER, DAMAGE, row, "rank correlation with true damage", ranks, "of the whole network")
        for i, kept in enumerate(KEPT):
            right = {way: [each[i] for each in ways] for way, ways in _ways(ours, level, name).items()}
            row = f"{level}, {network}, {kept} % kept, {name}"
            for way, values in right.items():
                yield result(PAPER, DAMAGE, row, f"test %, {way}", values, settings)
            if name in SCRATCH:
                more = np.subtract(right["fine-tuned"], right["from scratch"])
                values = more if level == "weights" else -more
                yield mean(PAPER, ABSTRACT, row, DIFFERENCE[level], values, settings)


def _ways(ours, level, name):
    """From each way to its test patterns right, a list for each record."""
    return {way: [record[level][name][way] for record in ours] for way in ours[0][level][name]}


def notes(records):
    """The median test patterns right of each score, after each way."""
    for network in NETWORKS:
        ours = where(records, network=network)
        for level, methods in METHODS.items() if ours else ():
            yield f"{network}, {level}, {len(ours)} seeds: test % at {', '.join(map(str, KEPT))} % kept"
            for name in methods:
                medians = {
                    way: np.median(each, axis=0).round(1).tolist() for way, each in _ways(ours, level, name).items()
                }
                yield f"  {name}: " + "; ".join(f"{way} {values}" for way, values in medians.items())


def figures(records, folder):
    """Fine-tuned and from scratch over what is kept; the scores of the units of one network over their true damage."""
    yield _ways_figure(records, folder)
    yield _scores_figure(where(records, network="64-16-10")[0]["units"]["scores"], folder)


def _ways_figure(records, folder):
    _, panels = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True, layout="constrained")
    ours = where(records, network="64-16-10")
    for ax, level in zip(panels, METHODS, strict=True):
        ways = {way: np.array(each) for way, each in _ways(ours, level, "OBD").items()}
        plot_quartiles(np.array(KEPT), ways, f"{level} kept, %", "test patterns right, %", ax=ax)
        ax.set_title(f"{level} deleted by OBD, 64-16-10")
    return save(ax, folder / "harang2023_scratch.png")


def _scores_figure(scores, folder):
    true = np.array(scores["units"]["true damage"])
    names = [name for name in METHODS["units"] if name not in ("true damage", "random")]
    figure, panels = plt.subplots(1, len(names), figsize=(2.9 * len(names), 3), layout="constrained")
    for ax, name in zip(panels, names, strict=True):
        ax.plot(true, scores["units"][name], "o", markersize=4)
        ax.set(title=f"{name}: {scores['ranks'][name]:.2f}", xlabel="true damage")
    figure.suptitle("What scores know of the damage of 16 hidden units (above each: the correlation of the ranks)")
    return save(ax, folder / "harang2023_scores.png")
