"""What nobody has done: Optimal Brain Surgeon on the digit network of 1989, from its whole Hessian of 2578 x 2578.

Against it Optimal Brain Damage, with eq. 5 and with the true second derivatives of shared weights (Gauss-Newton), and
deletion by magnitude: 200 weights go from each look at the second derivatives, and nothing is retrained. The start
alpha of the Surgeon's inverse decides how far the other weights may move.
"""

import numpy as np

from classicnets import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, digit_recogniser, plotting, prune

from .drawing import by_weights, plot_quartiles, save
from .lecun1990_nets import PAPER, SETTINGS, data, decibels, names, trained
from .records import digits as rounded
from .records import where
from .statistics import result

TITLE = "the Surgeon on the digits of 1989"
SEEDS, FULL, RECORDED = 1, 3, 3
FIRST_SEED = 20  # not those of the other study, and not the one on which settings were looked at
PATTERNS, AT_ONCE, DOWN_TO = 2000, 200, 378
LEFT = (1978, 1578, 1178, 778, 378)
DRAWN, DRAWN_AT = "OBS 1e-2", 1178  # whose kernels are drawn, and with how many weights left
H1 = 104  # weights, the first ones
METHODS = {
    "OBS 1e-2": lambda: OptimalBrainSurgeon(1e-2),
    "OBS 1e-3": lambda: OptimalBrainSurgeon(1e-3),
    "OBS 1e-4": lambda: OptimalBrainSurgeon(1e-4),
    "OBD": OptimalBrainDamage,
    "OBD, true diagonal": lambda: OptimalBrainDamage("gauss-newton"),
    "magnitude": Magnitude,
}


def tasks(seeds):
    """One for each seed and set of digits."""
    return [{"digits": name, "seed": FIRST_SEED + seed} for name in reversed(names()) for seed in range(seeds)]


def measure(digits, seed):
    """One network, pruned by each method: the errors at each number of weights."""
    patterns = data(digits)
    net, (X, T) = trained(patterns, seed), (patterns.X[:PATTERNS], patterns.T[:PATTERNS])
    record = {"digits": digits, "seed": seed, "whole": _kernels(net)}
    for name, method in METHODS.items():
        options = {"at_once": AT_ONCE, "down_to": DOWN_TO, "keep_orphans": True}
        path = prune(net, X, T, method(), test=(patterns.X_test, patterns.T_test), **options)
        record[name] = {
            "n_active": [step.n_active for step in path],
            "train": rounded(decibels(path.curve("train_error"), path[0].train_error), 4),
            "test": rounded(decibels(path.curve("test_error"), path[0].test_error), 4),
            "test errors %": rounded(100 * (1 - np.array(path.curve("test_accuracy"))), 4),
            "predicted": rounded(np.nan_to_num([step.predicted or 0.0 for step in path]), 4),
        }
        if name == DRAWN:
            record["pruned"] = _kernels(path.network(path.smallest(lambda step: step.n_active >= DRAWN_AT)))
    return record


def _kernels(net):
    """The weights of H1, and how many there are in all."""
    return {"weights": rounded(net.weights[:H1]), "mask": net.mask[:H1].tolist(), "n_active": net.n_active}


def rows(records):
    """The error of each method at some numbers of weights, of each set of digits: ours alone."""
    training = SETTINGS.split(";")[0]
    settings = f"{training}; {PATTERNS} patterns, {AT_ONCE} deletions a look, not retrained; seeds from {FIRST_SEED}"
    for name in names():
        ours = where(records, digits=name)
        for method in METHODS if ours else ():
            for quantity in ("train", "test"):
                at = np.array(by_weights([record[method] for record in ours], quantity, np.array(LEFT)))
                for left, values in zip(LEFT, at.T, strict=True):
                    row, what = f"{method}, {left} left, {name}", f"{quantity} error, dB"
                    yield result(PAPER, "the Surgeon", row, what, values, settings, True)


def notes(records):
    """The test errors of each method on the way."""
    for record in records:
        for method in METHODS:
            curve = record[method]
            errors = ", ".join(f"{n}: {e:.1f}" for n, e in zip(curve["n_active"], curve["test errors %"], strict=True))
            yield f"{record['digits']}, seed {record['seed']}, {method}: test errors % at {errors}"


def figures(records, folder):
    """Of each set of digits the training error of each method over the number of weights, and the kernels of H1."""
    for name in names():
        ours, tail, numbers = (
            where(records, digits=name),
            name.replace(" ", "_"),
            np.arange(2578, DOWN_TO - 1, -AT_ONCE),
        )
        if not ours:
            continue
        curves = {m: np.array(by_weights([record[m] for record in ours], "train", numbers)) for m in METHODS}
        ax = plot_quartiles(numbers, curves, xlabel="weights", ylabel="error, dB over that of all 2578")
        ax.set_title(f"Not retrained, {name}")
        ax.set_ylim(-1, 16)
        yield save(ax, folder / f"lecun1990_surgeon_{tail}.png")
        yield save(_drawn_kernels(ours[0], name), folder / f"lecun1990_surgeon_kernels_{tail}.png")


def _drawn_kernels(record, name):
    nets = []
    for kept in (record["whole"], record["pruned"]):
        net = digit_recogniser(0)
        net.weights = np.append(kept["weights"], net.weights[H1:])
        net.delete(np.flatnonzero(~np.array(kept["mask"])))
        nets.append(net)
    ax = plotting.show_kernels(nets[1], 0, before=nets[0])
    ax.set_title(f"{DRAWN}, {record['pruned']['n_active']} weights left, {name}")
    return ax
