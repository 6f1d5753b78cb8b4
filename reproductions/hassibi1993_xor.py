"""Hassibi & Stork (1993), section 5 and figs. 3-5: which one weight of an XOR network does each method delete?

The paper's claim: from every initial condition OBS deletes a weight that XOR can do without, and solves it without
retraining; magnitude and Optimal Brain Damage delete others, and retraining cannot repair that. Open in the paper: the
activation functions, the coding of inputs and targets, alpha, how long the training went on. Here several of each.
"""

from collections import Counter

import numpy as np

from classicnets import (
    MLP,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    hessian,
    network_error,
    plotting,
    prune,
    train_backpropagation,
    xor,
)

from .drawing import save
from .records import keep, rebuild, where
from .statistics import share

TITLE = "the weight that each method deletes from an XOR network"
SEEDS, FULL, RECORDED = 300, 2000, 300
PAPER, ITEM = "hassibi1993", "XOR"
# hidden activation, output activation, coding of the inputs, coding of the targets
CODINGS = {
    "tanh, 0/1": ("tanh", "logistic", (0, 1), (0, 1)),
    "logistic, 0/1": ("logistic", "logistic", (0, 1), (0, 1)),
    "logistic, +-1": ("logistic", "tanh", (-1, 1), (-0.9, 0.9)),
    "tanh, +-1": ("tanh", "tanh", (-1, 1), (-0.9, 0.9)),
}
TOLERANCES = {"early": 1e-2, "late": 1e-4}
ALPHAS = (1e-8, 1e-6, 1e-4)
ALPHA = 1e-6
METHODS = {
    "magnitude": Magnitude(),
    "OBD": OptimalBrainDamage(),
    **{f"OBS {alpha:g}": OptimalBrainSurgeon(alpha) for alpha in ALPHAS},
}
RETRAINED = ("magnitude", "OBD", f"OBS {ALPHA:g}")
NAMES = MLP((2, 2, 1)).weight_names()
KINDS = {"u13": "hidden bias", "u23": "hidden bias", "v3": "output bias", "v1": "output weight", "v2": "output weight"}
# Drawn is a network in which the methods delete three kinds, as in figs. 3-5: chosen because it shows the difference.
DRAWN = {"magnitude": "output bias", "OBD": "input weight", f"OBS {ALPHA:g}": "hidden bias"}
DRAWN_CODING, DRAWN_STAGE = "logistic, +-1", "early"


def tasks(seeds):
    """One task a coding and portion of 10 initial conditions."""
    portions = [{"first": first, "last": min(first + 10, seeds)} for first in range(0, seeds, 10)]
    return [{"coding": coding, **portion} for coding in CODINGS for portion in portions]


def measure(coding, first, last):
    """What each method does to the networks of these initial conditions, trained early and late."""
    starts = [stage for seed in range(first, last) for stage in _one_start(coding, seed)]
    return {"coding": coding, "starts": starts}


def _one_start(coding, seed):
    hidden, output, inputs, targets = CODINGS[coding]
    X, T = xor(inputs, targets)
    net = MLP((2, 2, 1), hidden, output).initialize(seed, 1.0)
    for stage, tolerance in TOLERANCES.items():
        if not trained(net, X, T, tolerance):
            yield {"stage": stage, "trained": False}
            return
        paths = {
            name: prune(net, X, T, method, down_to=net.n - 1, keep_orphans=True) for name, method in METHODS.items()
        }
        deleted = {
            name: _deletion(path, X, T, retrain=stage == "late" and name in RETRAINED) for name, path in paths.items()
        }
        start = {"stage": stage, "trained": True, "deleted": deleted}
        differ = all(_kind(deleted[name][0]) == kind for name, kind in DRAWN.items())
        if differ and (coding, stage) == (DRAWN_CODING, DRAWN_STAGE):
            start["networks"] = {"before": keep(net), **{name: keep(paths[name].network()) for name in DRAWN}}
        yield start


def trained(net, X, T, tolerance):
    """Train on, at most 20,000 epochs, until the error is below the tolerance; did it get there?"""
    curve = train_backpropagation(
        net, X, T, rate=0.5, momentum=0.9, batch=None, epochs=20_000, every=200, target_error=tolerance
    )
    return curve.stopped_by == "target error"


def _deletion(path, X, T, retrain):
    """The weight deleted, whether XOR is still solved, the error, and whether retraining solved it (or None)."""
    net = path.network()
    if len(path) == 1:  # no weight of positive curvature: the method has nothing to say
        return ["none", False, network_error(net, X, T), False]
    repaired = trained(net, X, T, TOLERANCES["early"]) if retrain else None
    return [NAMES[path[1].deleted[0]], path[1].train_accuracy == 1.0, path[1].train_error, repaired]


def rows(records):
    """For each coding and method, late in training: is XOR solved at once, and after retraining?"""
    made = []
    for coding, (hidden, output, *_) in CODINGS.items():
        deletions = _deletions(records, coding, "late")
        settings = f"{hidden} hidden, {output} output, trained to E = {TOLERANCES['late']:g}; OBS alpha {ALPHA:g}"
        for method in RETRAINED:
            name = method.split()[0]
            at_once = [100.0 * d[method][1] for d in deletions]
            repaired = [100.0 * d[method][3] for d in deletions]
            row = f"{name} ({coding})"
            made.append(share(PAPER, ITEM, row, "solved after retraining %", repaired, settings))
            if name == "OBS":
                made.append(share(PAPER, ITEM, row, "solved at once %", at_once, settings))
    return made


def _deletions(records, coding, stage):
    """What the methods deleted, for every initial condition of a coding whose training came that far."""
    starts = [start for record in where(records, coding=coding) for start in record["starts"]]
    return [start["deleted"] for start in where(starts, stage=stage, trained=True)]


def notes(records):
    """Which kinds of weights each method deletes, early and late in training, and how large E is then."""
    for coding in CODINGS:
        for stage in TOLERANCES:
            deletions = _deletions(records, coding, stage)
            yield f"{coding}, {stage}: {len(deletions)} networks"
            for method in METHODS:
                ours = [d[method] for d in deletions]
                kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(_kind(d[0]) for d in ours).most_common())
                yield f"  {method}: {kinds}; median E {np.median([d[2] for d in ours]):.3f} without retraining"


def _kind(weight):
    return KINDS.get(weight, "none" if weight == "none" else "input weight")


def differing_network(records):
    """The first network in which the methods delete the kinds of weights `DRAWN`, and it after each of them.

    A dict from "before" and the methods' names to networks; empty where there is none, among a few initial conditions.
    """
    hidden, output, *_ = CODINGS[DRAWN_CODING]
    starts = [start for record in where(records, coding=DRAWN_CODING) for start in record["starts"]]
    kept = next((start["networks"] for start in starts if "networks" in start), {})
    return {name.split()[0]: rebuild(MLP((2, 2, 1), hidden, output), each) for name, each in kept.items()}


def figures(records, folder):
    """Figs. 3-5 for a network in which the methods differ, and which kinds of weights they delete in all of them."""
    networks = differing_network(records)
    if networks:
        yield from _figs_3_to_5(networks, folder)
    yield save(_draw_kinds(records), folder / "hassibi1993_xor_kinds.png")


def _figs_3_to_5(networks, folder):
    X, T = xor(*CODINGS[DRAWN_CODING][2:])
    for name, each in networks.items():
        ax = plotting.draw_network(each)
        title = f"{name}: E = {network_error(each, X, T):.3f}"
        ax.set_title(f"XOR, {title}" if name == "before" else f"XOR after {title}")
        yield save(ax, folder / f"hassibi1993_fig3_{name}.png")
    net, *_ = networks.values()
    ax = plotting.show_hessian(hessian(net, X, T, "gauss-newton"), net.weight_names())
    ax.set_title("XOR: Hessian, (t - o) -> 0")
    yield save(ax, folder / "hassibi1993_fig4.png")
    moves = {name: pruned.weights for name, pruned in networks.items() if name != "before"}
    deleted = {name: int(np.flatnonzero(net.mask & ~networks[name].mask)[0]) for name in moves}
    for name in ("magnitude", "OBD"):
        ax = plotting.show_error_surface(net, X, T, deleted[name], deleted["OBS"], moves=moves)
        yield save(ax, folder / f"hassibi1993_fig5_{name}.png")


def _draw_kinds(records):
    """Shares of the kinds of weights deleted, a bar for each coding and method."""
    kinds = ("hidden bias", "output bias", "output weight", "input weight", "none")
    bars, shares = [], []
    for coding in CODINGS:
        deletions = _deletions(records, coding, "late")
        for method in RETRAINED:
            bars.append(f"{method.split()[0]}, {coding}")
            shares.append([100 * np.mean([_kind(d[method][0]) == kind for d in deletions]) for kind in kinds])
    return plotting.stacked_bars(bars, dict(zip(kinds, np.transpose(shares), strict=True)), "networks (%)")
