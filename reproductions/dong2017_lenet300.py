"""Dong, Chen & Pan (2017): layer-wise OBS on 784-300-100-10, LeNet-300-100, beside layer-wise OBD, magnitude, random.

With the authors' own weights and MNIST's test digits where the user has them (dong2017_nets.py), and with networks of
our own trained on bundled digits. The Hessians are of the bundled digits, where the paper had 60,000. Biases are
weights of their layer like any other, as in the authors' code. "L-OBS" is as they have it, with an inverse that is
never shrunk; "least squares" the same mask with the best weights left, what an inverse that shrinks comes to.
"""

import numpy as np

from .dong2017_nets import AUTHORS, OWN, SIZES, available
from .dong2017_pruned import BEST, FIRST, KEEP, METHODS, MOST, RATE, SECOND, SMALL, STAGES, measured
from .drawing import plot_quartiles, save
from .records import digits as rounded
from .records import where
from .statistics import Z, estimate, result, wilson

TITLE = "layer-wise OBS on LeNet-300-100"
SEEDS, FULL, RECORDED = 1, 6, 6
PAPER = "dong2017"
FIRST_SEED = 1000  # of our own networks; settings were chosen on seed 0
# What the printed shares of the layers come to: printed name, shares kept, connections of the layers.
LENET_300, LENET_5 = [784 * 300, 300 * 100, 100 * 10], [25 * 20, 500 * 50, 800 * 500, 500 * 10]
COUNTS = {
    ("table 1", "L-OBS"): (KEEP, LENET_300),
    ("table 1", "LeNet-5, L-OBS"): ((0.54, 0.43, 0.06, 0.25), LENET_5),
    ("table 3", "7/20/70 %"): (STAGES[0], LENET_300),
    ("table 3", "1/4/54 %"): (STAGES[1], LENET_300),
    ("table 1", "LeNet-5, L-OBS iterative"): ((0.2, 0.01, 0.009, 0.08), LENET_5),
}
UNCHANGED = 0.2  # points by which the error may rise
BACK = "iterations until the first accuracy is back"


def tasks(seeds):
    """The authors' network, where there is one, and one of our own for each seed."""
    own = [{"net": OWN, "seed": FIRST_SEED + seed} for seed in range(seeds)]
    return [{"net": AUTHORS, "seed": 0}] * available() + own


def measure(net, seed):
    """One network: pruned in all layers by each method, retrained; the authors' also layer by layer and in stages."""
    return measured(net, seed)


def rows(records):
    """The counts; the authors' network, by its patterns; networks of our own, by seeds."""
    for (item, row), (shares, connections) in COUNTS.items():
        kept = 100 * np.dot(shares, connections) / sum(connections)
        yield estimate(PAPER, item, row, "weights kept %", (kept,) * 3, 1, "by the printed shares of the layers")
    for record in where(records, net=AUTHORS):
        yield from _table_1(record)
        yield from _alone(record)
    ours = where(records, net=OWN)
    if ours:
        yield from _of_own(ours)


def _error(item, row, quantity, seen, P, settings):
    """A Result of a test error, its interval Wilson's over the test patterns."""
    error = seen["error %"]
    numbers = [100 * v for v in (error / 100, *wilson(error / 100, P))]
    return estimate(PAPER, item, row, quantity, numbers, P, settings)


AFTER = "error after pruning %"
SETTINGS = "the authors' weights; Hessians of 5000 bundled digits, alpha 1e-6; interval over 10,000 test digits"


def _table_1(record):
    """Errors of the authors' network after pruning and after retraining."""
    P, digits = record["patterns"], f"retrained on 5000 bundled digits, rate {RATE:g}, at most {MOST} batches of 50"
    yield _error("table 1", "whole", "test error %", record["whole"], P, SETTINGS)
    yield _error("table 1", "L-OBS as stored by the authors", AFTER, record["stored"], P, "20.1 % of weights kept")
    yield _error("table 1", "L-OBS, ours at these shares", AFTER, record["as stored"], P, SETTINGS)
    for name in METHODS:
        yield _error("table 1", name, AFTER, record[name], P, SETTINGS)
        yield _error("table 1", f"{name}'s mask, {BEST}", AFTER, record[f"{name}, {BEST}"], P, SETTINGS)
    for name, other in (("OBD", "L-OBS"), ("magnitude", "L-OBS"), ("OBD", "magnitude")):
        numbers = _difference(record[name], record[other], P)
        yield estimate(PAPER, "table 1", f"{name} - {other}", "error after pruning, points", numbers, P, SETTINGS)
    for name in ("L-OBS", "OBD", "magnitude"):
        yield from _after(name, record[name]["retrained"], P, digits)
    yield _error("table 1", "L-OBS iterative", AFTER, record["stages"][1], P, SETTINGS)
    yield from _after("L-OBS iterative", record["stages"][1]["retrained"], P, digits)


def _after(name, retrained, P, settings):
    """What retraining came to: iterations, without end where it was not back; and the test error."""
    iterations = retrained["iterations"]
    numbers = iterations, iterations, iterations if retrained["back"] else np.inf
    yield estimate(PAPER, "table 1", name, BACK, numbers, 1, settings)
    error = {"error %": retrained["test error %"]}
    yield _error("table 1", name, "error after retraining %", error, P, settings)


def _difference(one, other, P):
    """Points by which the error of one is above the other's, on the same patterns, and its 95 % interval."""
    a, b = (np.unpackbits(np.frombuffer(bytes.fromhex(seen["wrong"]), np.uint8))[:P] for seen in (one, other))
    each = 100.0 * (a.astype(float) - b)
    return _between(each.mean(), each.std() / np.sqrt(P))


def _between(value, deviation):
    """A value and the ends of its 95 % interval."""
    return value, value - Z * deviation, value + Z * deviation


def _alone(record):
    """The second layer alone, the first alone, and its sensitivities."""
    P = record["patterns"]
    for kept in SECOND:
        yield _error("table 2", f"second layer, {kept} % kept", "test error %", record[f"second {kept}"], P, SETTINGS)
        best = record[f"second {kept}, {BEST}"]
        yield _error("table 2", f"second layer, {kept} % kept, {BEST}", "test error %", best, P, SETTINGS)
    for name in (*METHODS, BEST):
        row = "first layer" if name == "L-OBS" else f"first layer, {name}"
        numbers = most_deleted(record[f"first, {name}"], P)
        yield estimate(PAPER, "fig. 2", row, f"deleted within {UNCHANGED:g} points %", numbers, P, SETTINGS)
        error = record[f"first, {name}"][FIRST.index(96)]
        yield _error("fig. 2", row, "test error % with 96 % deleted", error, P, SETTINGS)
    for row, key in (("first layer", "small %"), ("first layer, true rise", "small, true rise %")):
        numbers = (record[key],) * 3
        n = SIZES[1] * (SIZES[0] + 1)
        yield estimate(PAPER, "appendix", row, f"sensitivities below {SMALL:g} %", numbers, n, "all weights of it")
    yield estimate(
        PAPER, "appendix", "first layer", "more than 90 % below 1e-3", (record["small %"],) * 3, 235500, "the same"
    )


def most_deleted(curve, P):
    """The largest share deleted before the error is UNCHANGED points higher; and if that rise is at its ends."""
    rises = [_rise(seen["lost %"] / 100, seen["won %"] / 100, P) for seen in curve]
    above = np.array(rises)[:, [0, 2, 1]].T > UNCHANGED + 1e-9
    return [float((0, *FIRST)[int(np.argmax(each)) if each.any() else len(FIRST)]) for each in above]


def _rise(lost, won, P):
    """Points by which the error is above the whole network's, and its 95 % interval, from shares of patterns."""
    return _between(100 * (lost - won), 100 * np.sqrt((lost + won - (lost - won) ** 2) / P))


def _of_own(ours):
    """Signs of the same, and the iterations of retraining, on networks of our own."""
    settings = f"784-300-100-10 on 4000 bundled digits, tested on 1000; seeds from {FIRST_SEED} on"
    yield result(PAPER, "table 1", "whole, our own", "test error %", [r["whole"]["error %"] for r in ours], settings)
    errors = {name: [r[name]["error %"] for r in ours] for name in METHODS}
    for name in METHODS:
        yield result(PAPER, "table 1", f"{name}, our own", AFTER, errors[name], settings, True)
        best = [r[f"{name}, {BEST}"]["error %"] for r in ours]
        yield result(PAPER, "table 1", f"{name}'s mask, {BEST}, our own", AFTER, best, settings, True)
    for name in ("L-OBS", "shrinking"):
        seconds = [r[name]["seconds"] for r in ours]
        yield result(
            PAPER, "time", f"{name}, all layers", "processor seconds", seconds, "Hessians of 4000 digits included", True
        )
    done = {name: [r[name]["retrained"]["iterations"] for r in ours] for name in ("L-OBS", "OBD", "magnitude")}
    for name, counts in done.items():
        yield result(PAPER, "table 1", f"{name}, our own", BACK, counts, f"{settings}; at most {MOST}", True)
    for name in ("OBD", "magnitude"):
        points = np.subtract(errors[name], errors["L-OBS"])
        yield result(PAPER, "table 1", f"{name} - L-OBS, our own", "error after pruning, points", points, settings)


def notes(records):
    """The errors of each network after pruning."""
    if not where(records, net=AUTHORS):
        yield "the authors' weights: data not available (LENET_WEIGHTS, MNIST_FOLDER); what stands for them is our own"
    for record in records:
        errors = ", ".join(f"{name} {record[name]['error %']:.2f}" for name in METHODS)
        yield f"{record['net']}, seed {record['seed']}: whole {record['whole']['error %']:.2f} %; pruned {errors}"


def figures(records, folder):
    """Fig. 2: the error over the share deleted of the first layer of the authors' network."""
    for record in where(records, net=AUTHORS):
        names = (*METHODS, BEST)
        curves = {name: np.array([rounded([seen["error %"] for seen in record[f"first, {name}"]])]) for name in names}
        ax = plot_quartiles(np.array(FIRST), curves, xlabel="deleted of the first layer, %", ylabel="test error, %")
        ax.set_ylim(0, 20)
        ax.set_title("Fig. 2: the first layer alone")
        yield save(ax, folder / "dong2017_fig2.png")
