"""Le Cun, Denker & Solla (1990), section 3: Optimal Brain Damage on the network of 1989 that reads digits.

Fig. 1: the weights go in the order of their saliencies, all from one look, without retraining: by OBD, by magnitude, at
random; and the error that the saliencies predict. Fig. 2: a hundred go, two passes of retraining follow, again and
again. Decibels are those of the error over that of the whole network; the figures print no scale but ticks.

Beside OBD as printed (eq. 5, a single sum over the connections of a weight) it is done with the true second derivative
of a shared weight, which is the double sum: of 2000 patterns, where the sweep is of all. The error is looked at after
each hundred deletions, so that "2000 left" is 1978, "1500" 1478, "1000" 978 and "500" 478.

Departures: the patterns come in a new random order each pass, where the paper's came in a constant one; rates are ours.
"""

import numpy as np

from classicnets import digit_recogniser, hessian_diagonal, network_error, train_diagonal_newton

from .drawing import plot_quartiles, save
from .lecun1990_nets import (
    ORIGINAL,
    PAPER,
    RETRAINING,
    SETTINGS,
    data,
    decibels,
    names,
    seen,
    trained,
)
from .records import digits as rounded
from .records import where
from .statistics import result

TITLE = "Optimal Brain Damage on the digits of 1989"
SEEDS, FULL, RECORDED = 1, 10, 10
STEP, LAST = 100, 2200  # the error without retraining is looked at after each 100 deletions
LEVELS = (500, *range(600, 2001, 100))  # and with retraining after these
TRUE = 2000  # patterns for the true second derivatives
PARTED = 0.5  # decibels between predicted and actual error
SMALL = 1.0  # decibels that are "almost the same"
ORDERS = ("OBD", "OBD, true diagonal", "magnitude", "random")
REMAINING = (2000, 1500, 1000, 500)


def tasks(seeds):
    """One for each seed and set of digits."""
    return [{"digits": name, "seed": seed} for seed in range(seeds) for name in reversed(names())]


def measure(digits, seed):
    """One network: trained, its weights deleted in four orders, and by OBD with retraining."""
    patterns = data(digits)
    net = trained(patterns, seed)
    record = {"digits": digits, "seed": seed, "whole": seen(net, patterns)}
    for name, worth, predicts in _saliencies(net, patterns, seed):
        record[name] = _deleted(net, patterns, worth, predicts)
    record["retrained"] = _retrained(net, patterns, seed)
    return record


def _saliencies(net, patterns, seed):
    """Of each order its name, what each weight is worth, and whether that predicts the error."""
    w = net.weights
    h = hessian_diagonal(net, patterns.X, patterns.T, "lecun1990")
    true = hessian_diagonal(net, patterns.X[:TRUE], patterns.T[:TRUE], "exact")
    yield "OBD", np.where(h >= 0, h * w**2 / 2, np.inf), True
    yield "OBD, true diagonal", np.where(true >= 0, true * w**2 / 2, np.inf), True
    yield "magnitude", np.abs(w), False
    yield "random", np.random.default_rng(seed).random(net.n), False


def _deleted(net, patterns, worth, predicts):
    """The actual error, in dB, each 100 deletions in the order of worth, and the predicted one."""
    order, before = np.argsort(worth, kind="stable"), network_error(net, patterns.X, patterns.T)
    numbers = range(0, LAST + 1, STEP)
    actual = [_error_without(net, patterns, order[:number]) for number in numbers]
    curves = {"actual": rounded(decibels(actual, before), 4)}
    if predicts:
        predicted = before + np.concatenate([[0.0], np.cumsum(worth[order])])[list(numbers)]
        curves["predicted"] = rounded(decibels(np.where(np.isfinite(predicted), predicted, 1e9), before), 4)
    return curves


def _error_without(net, patterns, deleted):
    smaller = net.copy()
    smaller.delete(deleted)
    return network_error(smaller, patterns.X, patterns.T)


def _retrained(net, patterns, seed):
    """What is seen at each level of fig. 2: before retraining (MSE) and after.

    Weights of units that are cut off have no saliency and go next, so that each level has the number of its name.
    """
    net, states = net.copy(), []
    for level in LEVELS:
        h = hessian_diagonal(net, patterns.X, patterns.T, "lecun1990")
        worth = np.where(net.mask & (h >= 0), h * net.weights**2 / 2, np.inf)
        net.delete(np.argsort(worth, kind="stable")[: net.n_active - (net.n - level)])
        before = seen(net, patterns)["train MSE"]
        train_diagonal_newton(net, patterns.X, patterns.T, RETRAINING, epochs=2, seed=seed + level, keep="last")
        states.append({"deleted": net.n - net.n_active, "before": before, **seen(net, patterns)})
    return states


def rows(records):
    """The counts; the errors; figs. 1 and 2, of each set of digits."""
    yield from _counts()
    for name in names():
        ours = where(records, digits=name)
        if ours:
            yield from _errors(name, ours)
            yield from _fig_1(name, ours)
            yield from _fig_2(name, ours)


def _counts():
    net = digit_recogniser()
    units = 28 * 28 + sum(net.sizes[1:]) + 1
    for quantity, value in (("parameters", net.n), ("connections", net.connections.sum()), ("units", units)):
        yield result(PAPER, "text", "shared-weight network", quantity, [value], "asserted in the network itself")


def _named(row, name):
    """A row of ours: of the zip codes as it is printed, of the bundled digits with their name."""
    return row if name == ORIGINAL else f"{row}, {name}"


def _errors(name, ours):
    for quantity in ("train errors %", "test errors %, handwritten", "train MSE", "test MSE"):
        values = [record["whole"][quantity.removesuffix(", handwritten")] for record in ours]
        yield result(PAPER, "text", _named("after 30 passes", name), quantity, values, SETTINGS, True)
        if "MSE" in quantity:
            halves = [value / 2 for value in values]
            yield result(PAPER, "text", _named("after 30 passes", name), f"half the {quantity}", halves, SETTINGS, True)


def _fig_1(name, ours):
    settings = f"{SETTINGS}; all from one look, no retraining"
    for diagonal in ORDERS[:2]:
        parts = [parted(record[diagonal]) for record in ours]
        row = _named(f"{diagonal}, not retrained", name)
        yield result(PAPER, "fig. 1", row, "deletions until predicted and actual error part", parts, settings)
        beyond = [
            record[diagonal]["actual"][2000 // STEP] - record[diagonal]["predicted"][2000 // STEP] for record in ours
        ]
        yield result(PAPER, "fig. 1", row, "actual - predicted error with 2000 deleted, dB", beyond, settings)
    for left in REMAINING:
        at = _index(left)
        for rival in ("magnitude", "OBD, true diagonal"):
            gain = [record[rival]["actual"][at] - record["OBD"]["actual"][at] for record in ours]
            yield result(PAPER, "fig. 1", _named(f"{left} left", name), f"{rival} - OBD, dB", gain, settings)
    last = [max(i for i, dB in enumerate(record["OBD"]["actual"]) if dB < 1) for record in ours]
    at_random = [record["random"]["actual"][i] for i, record in zip(last, ours, strict=True)]
    yield result(PAPER, "fig. 1", _named("at random", name), "dB where OBD is at 1", at_random, settings)


def _index(left):
    return round((2578 - left) / STEP)


def parted(curves):
    """How many weights are deleted when predicted and actual error first are half a decibel apart."""
    apart = np.abs(np.subtract(curves["actual"], curves["predicted"])) >= PARTED
    return int(STEP * np.argmax(apart)) if apart.any() else LAST


def _fig_2(name, ours):
    settings = f"{SETTINGS}; two passes of retraining at {RETRAINING:g} after each 100 deletions from 500 on"
    same = [nearly_unchanged(record, "train MSE") for record in ours]
    row = _named("OBD, retrained", name)
    yield result(PAPER, "fig. 2", row, "deletions with the error nearly unchanged", same, settings)
    alone = [nearly_unchanged(record, "before") for record in ours]
    yield result(PAPER, "fig. 2", row, "deletions until it is changed before retraining", alone, settings)
    for part in ("train", "test"):
        change = [float(_change(record, f"{part} MSE")[LEVELS.index(1500)]) for record in ours]
        yield result(PAPER, "fig. 2", row, f"{part} error with 1500 deleted, dB", change, settings, True)
    errors = [
        record["retrained"][LEVELS.index(1500)]["test errors %"] - record["whole"]["test errors %"] for record in ours
    ]
    yield result(PAPER, "fig. 2", row, "test errors with 1500 deleted, change in points", errors, settings, True)


def _change(record, quantity):
    """In dB, at each level."""
    before = record["whole"][quantity.replace("before", "train MSE")]
    return decibels([state[quantity] for state in record["retrained"]], before)


def nearly_unchanged(record, quantity):
    """The most weights deleted, at the levels of fig. 2, before the error is more than 1 dB higher."""
    above = _change(record, quantity) > SMALL
    return int((0, *LEVELS)[int(np.argmax(above)) if above.any() else len(LEVELS)])


def notes(records):
    """The errors of each network, and its test errors with 1500 weights deleted and retrained."""
    for record in records:
        whole = ", ".join(f"{name} {value:.4g}" for name, value in record["whole"].items())
        last = record["retrained"][LEVELS.index(1500)]
        text = f"{record['digits']}, seed {record['seed']}: {whole}"
        yield f"{text}; 1500 deleted, retrained: {last['test errors %']:.2f} % test errors"


def figures(records, folder):
    """Figs. 1a, 1b and 2a, 2b, of each set of digits."""
    numbers = np.arange(0, LAST + 1, STEP)
    for name in names():
        ours, tail = where(records, digits=name), name.replace(" ", "_")
        if not ours:
            continue
        options = {"xlabel": "parameters", "ylabel": "error, dB over that of all 2578"}
        curves = {order: np.array([record[order]["actual"] for record in ours]) for order in ORDERS[::2] + ORDERS[3:]}
        yield _drawn(2578 - numbers, curves, options, f"Fig. 1a, {name}", folder / f"lecun1990_fig1a_{tail}.png")
        both = {f"{kind}": np.array([record["OBD"][kind] for record in ours]) for kind in ("actual", "predicted")}
        yield _drawn(2578 - numbers, both, options, f"Fig. 1b, {name}", folder / f"lecun1990_fig1b_{tail}.png")
        for panel, part in (("a", "train"), ("b", "test")):
            after = np.array([_change(record, f"{part} MSE") for record in ours])
            curves = {"retrained": after}
            if part == "train":
                curves = {"before retraining": np.array([_change(record, "before") for record in ours]), **curves}
            title, file = f"Fig. 2{panel}, {name}, {part}", f"lecun1990_fig2{panel}_{tail}.png"
            yield _drawn(2578 - np.array(LEVELS), curves, options, title, folder / file)


def _drawn(x, curves, options, title, path):
    ax = plot_quartiles(x, curves, **options)
    ax.set_title(title)
    ax.set_ylim(-2, 16)
    return save(ax, path)
