"""What the Surgeon does to the network of 1989, on the bundled digits: how alpha, the step and the retraining matter.

Each key takes some four minutes of a core for its seeds; half a minute of that is the training of each network.
"""

from functools import cache

import numpy as np

from classicnets import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, hessian_diagonal, train_diagonal_newton

from ..digit_paths import SEEN, curves, leap, least, parts, walk
from ..digit_remains import flips, kernels, shares, whole_maps
from ..digit_steps import anatomy, saturated
from ..drawing import by_weights
from ..exploring import Exploration
from ..lecun1990_nets import BUNDLED, PAPER, RETRAINING, data, trained
from ..ledger import EXPLORATION
from ..statistics import result

KEYS = {
    "alpha": Exploration("Which alpha is best, how large is it in H, and do patterns that H has not seen find it?", 3),
    "alpha at each look": Exploration("Is it better to choose alpha anew at each look?", 2),
    "bad step": Exploration("What is it that makes a step cost far more than it was predicted to?", 3),
    "leap": Exploration("Does a step that is refused where actual and predicted part do better?", 2),
    "per hessian": Exploration("How many deletions does one Hessian serve?", 2),
    "left": Exploration("What is left of layers and connections, and which digits change class?", 3),
    "groups": Exploration("How many whole kernels and maps go within a decibel?", 2),
    "retrained": Exploration("Is the Surgeon still ahead where a pass of training follows each step?", 2),
}
FIRST_SEED = 20  # as of the study
SETTINGS = f"bundled digits, 30 passes; {SEEN} patterns for H, 200 deletions a look, not retrained"
ALPHAS, GOOD, MANY = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5), 1e-2, 350
BAD, SMALL_STEP, UNTIL = 1e-4, 100, 1578  # of the path with a bad step
PATTERNS = (500, 2000)
PARTED = 0.02  # of the error before: a tenth of a decibel
FEW = 500  # patterns of H where there are many looks
NUMBERS = (100, 200, 400, 1400)
METHODS = {"OBS": lambda: OptimalBrainSurgeon(GOOD), "OBD": OptimalBrainDamage, "magnitude": Magnitude}


def tasks(key, seeds):
    """One task a network."""
    return [{"seed": FIRST_SEED + seed} for seed in range(seeds)]


def measure(key, seed):
    """What one network gives."""
    return PARTS[key][0](_network(seed), data(BUNDLED), seed)


def numbers(key, records):
    """Medians over the networks."""
    return [
        result(PAPER, EXPLORATION, key, name, values, settings, True)
        for name, values, settings in PARTS[key][1](records)
    ]


@cache
def _network(seed):
    """The trained network, which the keys of one process share."""
    return trained(data(BUNDLED), seed)


def _all(records, *names):
    for name in names:
        records = [record[name] for record in records]
    return np.array(records)


def _at(records, name, left, quantity="train"):
    """The dB of each record's curves at a number of weights."""
    return np.array(by_weights(_curves(records, name), quantity, np.array([left])))[:, 0]


def _curves(records, name):
    return [record[name] for record in records]


def _levels(records, names, levels, settings=SETTINGS, quantities=("train",)):
    for name in names:
        for left in levels:
            for quantity in quantities:
                yield f"{quantity} dB, {name}, {left} left", _at(records, name, left, quantity), settings


# -- alpha ------------------------------------------------------------------------------------------------------------


def _alphas(net, patterns, _):
    paths = {_named(alpha): walk(net, patterns, OptimalBrainSurgeon(alpha), MANY, 1178) for alpha in ALPHAS}
    seen, small = (patterns.X[:SEEN], patterns.T[:SEEN], "gauss-newton"), paths[_named(GOOD)].network()
    means = {
        "mean H_qq, whole": float(hessian_diagonal(net, *seen).mean()),
        "mean H_qq, 1178 left": float(hessian_diagonal(small, *seen)[small.mask].mean()),
    }
    return means | {name: curves(path) for name, path in paths.items()}


def _named(alpha):
    return f"alpha {alpha:g}"


def _alphas_rows(records):
    names, settings = [_named(alpha) for alpha in ALPHAS], SETTINGS.replace("200", f"{MANY}")
    yield from _levels(records, names, (1878, 1528, 1178), settings)
    yield from _levels(records, names, (1178,), settings, ("seen", "unseen", "test"))
    test = np.array([_at(records, name, 1178, "test") for name in names])
    best = np.array(ALPHAS)[test.argmin(axis=0)]
    yield "best alpha at 1178 left", best, settings
    for when in ("whole", "1178 left"):
        means = _all(records, f"mean H_qq, {when}")
        yield f"mean H_qq, {when}", means, settings
        yield f"best alpha / mean H_qq, {when}", best / means, settings
    for quantity in ("unseen", "seen"):
        for left in (1878, 1528, 1178):
            chosen = np.array([_at(records, name, left, quantity) for name in names]).argmin(axis=0)
            lost = test[chosen, np.arange(len(chosen))] - test.min(axis=0)
            yield f"alpha of least {quantity} error at {left} left", np.array(ALPHAS)[chosen], settings
            yield f"test dB at 1178 left above the best, by {quantity} error at {left} left", lost, settings


def _each_look(net, patterns, _):
    steps, kept = least(net, patterns, ALPHAS[:3], MANY, 1178)
    return {"chosen": curves(steps), "kept": kept, "fixed": curves(walk(net, patterns, METHODS["OBS"](), MANY, 1178))}


def _each_look_rows(records):
    settings = SETTINGS.replace("200", f"{MANY}") + f"; fixed: {GOOD:g}"
    yield from _levels(records, ("chosen", "fixed"), (1528, 1178), settings, ("train", "test"))
    for look, kept in enumerate(_all(records, "kept").T, 1):
        yield f"alpha chosen at look {look}", kept, settings


# -- a step that fails ------------------------------------------------------------------------------------------------


def _bad_step(net, patterns, _):
    path = walk(net, patterns, OptimalBrainSurgeon(BAD), SMALL_STEP, UNTIL)
    number = int(np.nanargmax(path.curve("actual") - path.curve("predicted")))
    before, after, step = path.network(number - 1), path.network(number), path[number]
    move, (X, T) = after.weights - before.weights, (patterns.X[:SEEN], patterns.T[:SEEN])
    record = {"left": step.n_active, "predicted": step.predicted, **anatomy(before, move, X, T)}
    record["error before"] = step.train_error - step.actual
    record["length / |w|"] = float(np.linalg.norm(move) / np.linalg.norm(before.weights))
    record["saturated %, before"], record["saturated %, after"] = saturated(before, X), saturated(after, X)
    goal = step.n_active
    for seen in PATTERNS:
        again = walk(before, patterns, OptimalBrainSurgeon(BAD), SMALL_STEP, goal, seen)
        record |= _rises(again, f"{seen} patterns in H")
    for alpha in (BAD, 10 * BAD, 100 * BAD):
        again = walk(before, patterns, OptimalBrainSurgeon(alpha), SMALL_STEP, goal)
        record |= _rises(again, _named(alpha))
    return record


def _rises(path, how):
    """What a step was predicted to cost, and costs on the test patterns."""
    rise = float(path[-1].test_error - path[0].test_error)
    return {f"predicted, {how}": path[-1].predicted, f"actual on test patterns, {how}": rise}


def _bad_step_rows(records):
    settings = f"the worst step of a path at alpha {BAD:g} with a look each {SMALL_STEP} deletions, to {UNTIL} left"
    for name in records[0]:
        yield name, _all(records, name), settings
    actual, predicted = _all(records, "actual"), _all(records, "predicted")
    for name in ("(t - o) terms", "beyond"):
        yield f"{name}, % of actual - predicted", 100 * _all(records, name) / (actual - predicted), settings
    yield "curved outputs / actual", _all(records, "curved outputs") / actual, settings


def _leap(net, patterns, _):
    ways = {"plain": (200, None), "fewer": (200, "fewer"), "alpha": (200, "alpha")}
    record = {}
    for name, (at_once, answer) in ways.items():
        record[name], record[f"looks, {name}"] = _leapt(net, patterns, at_once, answer)
    at_once = -(-1400 // record["looks, fewer"])
    record["as many looks"], record["looks, as many looks"] = _leapt(net, patterns, at_once, None)
    return record


def _leapt(net, patterns, at_once, answer):
    steps, looks = leap(net, patterns, 1e-3, at_once, 1178, parts(PARTED), answer, FEW)
    return curves(steps, FEW), looks


def _leap_rows(records):
    settings = SETTINGS.replace(f"{SEEN}", f"{FEW}").replace("200 deletions", "up to 200 deletions") + "; alpha 1e-3"
    for name in ("plain", "fewer", "alpha", "as many looks"):
        yield f"looks, {name}", _all(records, f"looks, {name}"), settings
        yield from _levels(records, (name,), (1578, 1178), settings, ("train", "test"))


def _a_look(net, patterns, _):
    return {f"{number}": curves(_stopping_over(net, patterns, number), FEW) for number in NUMBERS}


def _stopping_over(net, patterns, number):
    """The steps to 1578 and on to 1178 left; of all at once, that at 1578 is of a pruning of its own."""
    if number == NUMBERS[-1]:
        ways = [walk(net, patterns, METHODS["OBS"](), 2578 - left, left, FEW) for left in (1578, 1178)]
        return [ways[0][0], ways[0][-1], ways[1][-1]]
    path = walk(net, patterns, METHODS["OBS"](), number, 1578, FEW)
    return [*path, *walk(path.network(), patterns, METHODS["OBS"](), number, 1178, FEW)[1:]]


def _a_look_rows(records):
    settings = SETTINGS.replace(f"{SEEN}", f"{FEW}").replace("200 deletions a look, ", "") + f"; alpha {GOOD:g}"
    for number in NUMBERS:
        for left in (1578, 1178):
            yield f"train dB at {left} left, {number} deletions a look", _at(records, f"{number}", left), settings


# -- what is left -----------------------------------------------------------------------------------------------------


def _left(net, patterns, _):
    record = {}
    for name in ("OBS", "OBD"):
        path = walk(net, patterns, METHODS[name](), 200, 778)
        middle, small = [step.n_active for step in path].index(1178), path.network()
        record[name] = {
            "shares": shares(small.mask),
            "kernels": sum(bool(small.mask[kernel].any()) for kernel in kernels(2)),
            "of a kernel": float(np.mean([small.mask[kernel].sum() for kernel in kernels(2)])),
            "flips": flips(net, path.network(middle), patterns.X_test, patterns.labels_test),
            "errors": 100 * (1 - path[middle].test_accuracy),
            "errors, whole": 100 * (1 - path[0].test_accuracy),
        }
    return record


def _left_rows(records):
    for name in ("OBS", "OBD"):
        for layer in records[0][name]["shares"]:
            yield f"% of the weights of {layer} left, {name}, 778 left", _all(records, name, "shares", layer), SETTINGS
        yield f"kernels of H3 left of 20, {name}, 778 left", _all(records, name, "kernels"), SETTINGS
        yield f"weights left of a kernel of H3, {name}, 778 left", _all(records, name, "of a kernel"), SETTINGS
        flipped = _all(records, name, "flips")
        for digit in range(10):
            yield f"test patterns of {digit} that change class, %, {name}, 1178 left", flipped[:, digit], SETTINGS
        yield f"test patterns that change class, %, {name}, 1178 left", flipped.mean(axis=1), SETTINGS
        yield f"test errors %, {name}, 1178 left", _all(records, name, "errors"), SETTINGS
    yield "test errors %, whole", _all(records, "OBS", "errors, whole"), SETTINGS


def _groups(net, patterns, _):
    kinds = {"kernels": kernels(0) + kernels(2), "maps": whole_maps(0) + whole_maps(2)}
    return {
        f"{kind}, {name}": _within(net, patterns, groups, name) for kind, groups in kinds.items() for name in METHODS
    }


def _within(net, patterns, groups, name):
    """How many groups go before the error is one or three decibels higher, and what the first of them costs."""
    above = 10**0.3 * walk(net, patterns, METHODS[name](), 1, net.n)[0].train_error
    path = walk(net, patterns, METHODS[name](), 1, 0, groups=groups, stop=lambda step: step.train_error > above)
    dB = np.array(curves([*path, path.rejected])["train"])
    gone = {f"within {most} dB": int(np.argmax(dB > most)) - 1 for most in (1, 3)}
    return gone | {"train dB of the first": float(dB[1])}


def _groups_rows(records):
    settings = SETTINGS.replace("200 deletions", "one group")
    for name in records[0]:
        for quantity in records[0][name]:
            yield f"{name}: {quantity}", _all(records, name, quantity), settings


def _retrained(net, patterns, seed):
    def retrain(net, X, T):
        train_diagonal_newton(net, patterns.X, patterns.T, RETRAINING, epochs=1, seed=seed, keep="last")

    methods = {name: METHODS[name]() for name in ("OBS", "OBD")}
    return {name: curves(walk(net, patterns, each, 200, 378, retrain=retrain)) for name, each in methods.items()}


def _retrained_rows(records):
    settings = SETTINGS.replace("not retrained", f"a pass of retraining at {RETRAINING:g} after each")
    yield from _levels(records, records[0], (1178, 778, 378), settings, ("train", "test"))


PARTS = {
    "alpha": (_alphas, _alphas_rows),
    "alpha at each look": (_each_look, _each_look_rows),
    "bad step": (_bad_step, _bad_step_rows),
    "leap": (_leap, _leap_rows),
    "per hessian": (_a_look, _a_look_rows),
    "left": (_left, _left_rows),
    "groups": (_groups, _groups_rows),
    "retrained": (_retrained, _retrained_rows),
}
