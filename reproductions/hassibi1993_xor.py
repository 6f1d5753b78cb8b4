"""Hassibi & Stork (1993), section 5 and figs. 3-5: which one weight of an XOR network does each method delete?

The paper's claim: from every initial condition OBS deletes a weight that XOR can do without, and solves it without
retraining; magnitude and Optimal Brain Damage delete others, and retraining cannot repair that. Open in the paper: the
activation functions, the coding of inputs and targets, alpha, how long the training went on. Here several of each.

The claim is a joint one: where another method is right from every initial condition too, it fails as it does where OBS
is not. Its figures show one network, in which the methods delete three kinds of weights; how often that is so is a row.
"""

from collections import Counter

import numpy as np

from classicnets import (
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    hessian,
    network_error,
    plotting,
    prune,
)

from .drawing import save
from .records import keep, rebuild, where
from .statistics import estimate, result, share
from .xor_nets import ALPHA, CODINGS, NAMES, TOLERANCES, all_trained, kind_of, network, off_diagonal, patterns
from .xor_rows import beyond_chance, lower_quartile

TITLE = "the weight that each method deletes from an XOR network"
SEEDS, FULL, RECORDED = 1000, 2000, 1000
PAPER, ITEM = "hassibi1993", "XOR"
PORTION = 40  # initial conditions a task
JOINT = "solved after retraining %, 0 if by another in every start too"
ALPHAS = (1e-8, 1e-6, 1e-4)
METHODS = {
    "magnitude": Magnitude(),
    "OBD": OptimalBrainDamage(),
    **{f"OBS {alpha:g}": OptimalBrainSurgeon(alpha) for alpha in ALPHAS},
}
RETRAINED = ("magnitude", "OBD", f"OBS {ALPHA:g}")
# The network drawn is one in which the methods delete these kinds, as in figs. 3-5.
DRAWN = {"magnitude": "output bias", "OBD": "input weight", f"OBS {ALPHA:g}": "hidden bias"}
DRAWN_CODING, DRAWN_STAGE = "logistic, +-1", "early"


def tasks(seeds):
    """One task a coding and portion of initial conditions, which are trained together."""
    portions = [{"first": first, "last": min(first + PORTION, seeds)} for first in range(0, seeds, PORTION)]
    return [{"coding": coding, **portion} for coding in CODINGS for portion in portions]


def measure(coding, first, last):
    """What each method does to the networks of these initial conditions, trained early and late."""
    (X, T), nets = patterns(coding), {seed: network(coding, seed) for seed in range(first, last)}
    starts = {seed: [] for seed in nets}
    for stage, tolerance in TOLERANCES.items():
        learned = dict(zip(nets, all_trained(list(nets.values()), X, T, tolerance), strict=True))
        nets = {seed: net for seed, net in nets.items() if learned[seed]}
        stages = dict(zip(nets, _of_stage(coding, stage, list(nets.values())), strict=True))
        for seed in learned:
            starts[seed].append(stages.get(seed, {"stage": stage, "trained": False}))
    return {"coding": coding, "starts": [stage for each in starts.values() for stage in each]}


def _of_stage(coding, stage, nets):
    """What each method does to each of the trained networks: a list of dicts."""
    X, T = patterns(coding)
    pruned = [
        {name: prune(net, X, T, method, down_to=net.n - 1, keep_orphans=True) for name, method in METHODS.items()}
        for net in nets
    ]
    repaired, made = _repaired([paths[name] for paths in pruned for name in RETRAINED], X, T, stage), []
    for net, paths in zip(nets, pruned, strict=True):
        deleted = {
            name: _deletion(path, X, T, next(repaired) if name in RETRAINED else None) for name, path in paths.items()
        }
        made.append({"stage": stage, "trained": True, "deleted": deleted, "off diagonal": off_diagonal(net, X, T)})
        if pictured(deleted) and (coding, stage) == (DRAWN_CODING, DRAWN_STAGE):
            made[-1]["networks"] = {"before": keep(net), **{name: keep(paths[name].network()) for name in DRAWN}}
    return made


def _repaired(paths, X, T, stage):
    """Of each path whether retraining solves XOR again, None where it is not tried: early in training."""
    nets = [path.network() for path in paths]
    return iter(all_trained(nets, X, T, TOLERANCES["early"]) if stage == "late" else [None] * len(nets))


def pictured(deleted):
    """Whether the methods delete the kinds of weights that figs. 3-5 show."""
    return all(as_shown(deleted))


def as_shown(deleted):
    """Of each method whether it deletes the kind of weight that figs. 3-5 show."""
    return [kind_of(deleted[name][0]) == kind for name, kind in DRAWN.items()]


def _deletion(path, X, T, repaired):
    """The weight deleted, whether XOR is still solved, the error, and whether retraining solved it (or None)."""
    if len(path) == 1:  # no weight of positive curvature: the method has nothing to say
        return ["none", False, network_error(path.network(), X, T), False]
    return [NAMES[path[1].deleted[0]], path[1].train_accuracy == 1.0, path[1].train_error, repaired]


def rows(records):
    """For each coding, late in training: the joint claim, the picture of figs. 3-5, H of fig. 4, and their parts."""
    return [row for coding in CODINGS for row in _of_coding(coding, starts_of(records, coding, "late"))]


def _of_coding(coding, starts):
    hidden, output, *_ = CODINGS[coding]
    settings = f"{hidden} hidden, {output} output, trained to E = {TOLERANCES['late']:g}; OBS alpha {ALPHA:g}"
    deleted = {name.split()[0]: [start["deleted"][name] for start in starts] for name in RETRAINED}
    right = {name: [100.0 * each[3] for each in ours] for name, ours in deleted.items()}
    yield share(PAPER, ITEM, f"only OBS ({coding})", JOINT, alone_in_the_right(right), settings)
    shown, off = [as_shown(start["deleted"]) for start in starts], [start["off diagonal"] for start in starts]
    row = PAPER, "figs. 3-5", f"the net shown ({coding})"
    yield share(*row, "starts that show it %", [100.0 * all(each) for each in shown], settings)
    yield estimate(*row, "starts that show it, % more than by chance", beyond_chance(shown), len(starts), settings)
    row, what = (PAPER, "fig. 4", f"H ({coding})"), "squared entries off the diagonal %"
    yield estimate(*row, f"{what}, of three in four", lower_quartile(off), len(starts), settings)
    yield result(*row, what, off, settings)
    for name, ours in deleted.items():
        biases = [100.0 * (kind_of(each[0]) == "hidden bias") for each in ours]
        yield share(PAPER, ITEM, f"{name} ({coding})", "solved after retraining %", right[name], settings)
        yield share(PAPER, ITEM, f"{name} ({coding})", "deletes a hidden bias %", biases, settings)
    at_once = [100.0 * each[1] for each in deleted["OBS"]]
    yield share(PAPER, ITEM, f"OBS ({coding})", "solved at once %", at_once, settings)


def alone_in_the_right(right):
    """For each start 100 where OBS is right, by whether each method is; but 0 for all if another is right in all."""
    others = [each for name, each in right.items() if name != "OBS"]
    return [0.0] * len(right["OBS"]) if any(min(each) == 100 for each in others) else right["OBS"]


def starts_of(records, coding, stage):
    """All initial conditions of a coding whose training came that far."""
    starts = [start for record in where(records, coding=coding) for start in record["starts"]]
    return where(starts, stage=stage, trained=True)


def _deletions(records, coding, stage):
    """What the methods deleted from all these."""
    return [start["deleted"] for start in starts_of(records, coding, stage)]


def notes(records):
    """Which kinds of weights each method deletes, early and late in training, and how large E is then."""
    for coding in CODINGS:
        for stage in TOLERANCES:
            deletions = _deletions(records, coding, stage)
            yield f"{coding}, {stage}: {len(deletions)} networks"
            for method in METHODS:
                ours = [d[method] for d in deletions]
                kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(kind_of(d[0]) for d in ours).most_common())
                yield f"  {method}: {kinds}; median E {np.median([d[2] for d in ours]):.3f} without retraining"


def differing_network(records):
    """The first network in which the methods delete the kinds of weights `DRAWN`, and it after each of them.

    A dict from "before" and the methods' names to networks; empty where there is none, among a few initial conditions.
    """
    starts = [start for record in where(records, coding=DRAWN_CODING) for start in record["starts"]]
    kept = next((start["networks"] for start in starts if "networks" in start), {})
    return {name.split()[0]: rebuild(network(DRAWN_CODING), each) for name, each in kept.items()}


def figures(records, folder):
    """Figs. 3-5 for a network in which the methods differ, and which kinds of weights they delete in all of them."""
    networks = differing_network(records)
    if networks:
        yield from _figs_3_to_5(networks, folder)
    yield save(_draw_kinds(records), folder / "hassibi1993_xor_kinds.png")


def _figs_3_to_5(networks, folder):
    X, T = patterns(DRAWN_CODING)
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
            shares.append([100 * np.mean([kind_of(d[method][0]) == kind for d in deletions]) for kind in kinds])
    return plotting.stacked_bars(bars, dict(zip(kinds, np.transpose(shares), strict=True)), "networks (%)")
