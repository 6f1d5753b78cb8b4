"""Of Dong et al. (2017) what is measured of a network: its layers pruned to printed shares, and retrained.

Retraining is by batches of 50 of the digits that were looked at; the first accuracy is back when no more of these are
wrong than before pruning. The paper does not print the size of its batches.
"""

from time import process_time

import numpy as np

from classicnets import (
    Cost,
    LayerwiseDamage,
    LayerwiseSurgeon,
    Magnitude,
    RandomChoice,
    least_squares,
    prune_layers,
    train_backpropagation,
)

from .dong2017_nets import AUTHORS, TRAINING, pruned, trained

KEEP = (0.067, 0.2, 0.65)
STORED = 0.2006, 0.2033, 0.21  # the shares of weights, biases apart, in the authors' file
STAGES = (0.07, 0.2, 0.7), (0.01, 0.04, 0.54)
METHODS = {
    "L-OBS": lambda seed: LayerwiseSurgeon(shrinking=False),
    "OBD": lambda seed: LayerwiseDamage(),
    "magnitude": lambda seed: Magnitude(),
    "random": RandomChoice,
}
BEST = "least squares"  # of the mask of each method
SECOND = (7.4, 3.8, 3.4)  # % kept of the second layer alone
FIRST = (10, 20, 30, 40, 60, 80, 90, 92, 94, 96, 98)  # % deleted of the first layer alone
SMALL = 1e-3
RATE, MOST, EVERY = 0.01, 600, 30  # of retraining: iterations at most, and after how many it is looked at


def measured(net, seed):
    """One network: pruned in all layers by each method, retrained; the authors' also layer by layer and in stages."""
    t = trained(net, seed)
    right = _right(t, t.net)
    record = {"net": net, "seed": seed, "patterns": len(right), "whole": _seen(t, t.net, right)}
    for name, make in METHODS.items():
        record[name], smaller = _pruned(t, make(seed), KEEP, right)
        record[f"{name}, {BEST}"] = _seen(t, least_squares(t.net, t.X, smaller.mask), right)
        record[name]["wrong"] = _packed(~_right(t, smaller))
        if name != "random":
            record[name]["retrained"] = _retrained(t, smaller, seed)
    record["shrinking"] = _pruned(t, LayerwiseSurgeon(), KEEP, right)[0]
    if net == AUTHORS:
        record |= _of_authors(t, right)
    return record


def _of_authors(t, right):
    """What is measured of the authors' network alone."""
    surgeon = LayerwiseSurgeon(shrinking=False)
    surgeon.look(t.net, Cost(t.X, t.T))
    worth = surgeon.saliency(t.net)[: t.net.matrices[0].size]
    found = {"stored": _seen(t, pruned(), right), "small %": 100 * float((worth < SMALL).mean())}
    found["as stored"] = _pruned(t, METHODS["L-OBS"](0), STORED, right)[0]
    found["small, true rise %"] = 100 * float((2 * worth < SMALL).mean())
    for kept in SECOND:
        found[f"second {kept}"], smaller = _pruned(t, METHODS["L-OBS"](0), (1, kept / 100, 1), right)
        found[f"second {kept}, {BEST}"] = _seen(t, least_squares(t.net, t.X, smaller.mask), right)
    for name, make in METHODS.items():
        smaller = [prune_layers(t.net, t.X, make(0), (1 - share / 100, 1, 1)) for share in FIRST]
        found[f"first, {name}"] = [_seen(t, net, right) for net in smaller]
        if name == "L-OBS":
            found[f"first, {BEST}"] = [_seen(t, least_squares(t.net, t.X, net.mask), right) for net in smaller]
    return found | {"stages": _stages(t, right)}


def _stages(t, right):
    """The iterative version: pruned, retrained, pruned further, retrained."""
    net, seen = t.net, []
    for seed, keep in enumerate(STAGES):
        net = prune_layers(net, t.X, METHODS["L-OBS"](0), keep)
        seen.append(_seen(t, net, right) | {"retrained": _retrained(t, net, seed)})
    return seen


def _pruned(t, method, keep, right):
    """What is seen of the network pruned to these shares, with the seconds it took; and the network."""
    begin = process_time()
    smaller = prune_layers(t.net, t.X, method, keep)
    return {"seconds": round(process_time() - begin, 3), **_seen(t, smaller, right)}, smaller


def _right(t, net):
    """Which test patterns a network has right (P,)."""
    return net.outputs(t.X_test).argmax(axis=1) == t.labels_test


def _seen(t, net, right):
    """Weights left, test error in %, and the shares of patterns that are newly wrong or newly right, in %."""
    now = _right(t, net)
    error, lost, won = (100 * float(part.mean()) for part in (~now, right & ~now, now & ~right))
    return {"weights": net.n_active, "error %": error, "lost %": lost, "won %": won}


def _packed(wrong):
    """Which patterns are wrong, short enough for a record: their bits as a text of hexadecimal digits."""
    return np.packbits(wrong).tobytes().hex()


def _retrained(t, net, seed):
    """Retrain `net` in place until no more of its digits are wrong than before pruning, MOST iterations at most."""
    labels, batch = t.T.argmax(axis=1), TRAINING["batch"]
    wanted = np.count_nonzero(t.net.outputs(t.X).argmax(axis=1) != labels)
    rng, order, done = np.random.default_rng(seed), np.empty(0, dtype=int), 0
    while (wrong := np.count_nonzero(net.outputs(t.X).argmax(axis=1) != labels)) > wanted and done < MOST:
        while len(order) < EVERY * batch:
            order = np.append(order, rng.permutation(len(t.X)))
        some, order = np.split(order, [EVERY * batch])
        train_backpropagation(net, t.X[some], t.T[some], RATE, epochs=1, shuffle=False, **TRAINING)
        done += EVERY
    back = bool(wrong <= wanted)
    return {"iterations": done, "back": back, "test error %": 100 * float((~_right(t, net)).mean())}
