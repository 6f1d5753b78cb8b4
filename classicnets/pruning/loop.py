"""One pruning loop for every method: the path from the full network to a small one.

A pruning method is two answers. How salient is each weight: how much will the error rise if it goes? And how do the
other weights answer when it goes? The loop asks, deletes, retrains if told to, measures, and writes a step. What its
saliencies predict a method says in `predicts`: a change of the "cost" (the error with weight decay), of the
"train_error" (without), or None. A method that can also say what a deleted weight would gain, in `gain`, can revive
some: a path may then gain weights on its way down.
"""

import hashlib
from pathlib import Path as File

import numpy as np

from .. import checks
from ..backprop import class_agreement
from ..error import check_patterns, error_for
from .orphans import remove_orphans
from .path import Path, Step


def prune(
    net, X, T, method, *, error="squared", weight_decay=0.0, at_once=1, revive=0, keep_biases=False,
    keep_orphans=False, down_to=0, retrain=None, stop=None, validation=None, test=None, each=None, checkpoint=None,
):  # fmt: skip
    """Prune a copy of `net` with `method`, one step after another, and return the `Path`; `net` stays as it is.

    method: one of the paper modules' classes, such as OptimalBrainSurgeon(alpha=1e-6).
    at_once: weights deleted in a step, from one look at the second derivatives.
    revive: up to so many weights come back in a step, always fewer than go, to be retrained: of those deleted in
    earlier steps the ones that would gain most, where that is more than any weight was worth that this step deletes.
    keep_biases: biases are never deleted. keep_orphans: nor are weights of hidden units that are cut off.
    down_to: end at this many weights. retrain: a function (net, X, T) called after each step's deletions.
    stop: a function of a Step; where it is true the step's deletions are undone and the path ends.
    validation, test: (X, T) pairs to measure on.
    each: a function of the Path so far, called after each step, to show progress.
    checkpoint: a file that the path is saved to after each step. Where it exists the pruning goes on from it: the
    same call again, after an interruption, loses at most one step (what it draws at random begins anew).

    Interrupting it (Ctrl-C) returns the path so far. ValueError for data that does not fit, a checkpoint of another
    network, and where no weight is left to delete.
    """
    X, T, _ = check_patterns(net, X, T, error)
    weight_decay = checks.not_negative("weight_decay", weight_decay)
    others = [check_patterns(net, *pair, error)[:2] if pair is not None else None for pair in (validation, test)]
    at_once, down_to = checks.count("at_once", at_once), checks.count("down_to", down_to, 0)
    _check_revival(method, checks.count("revive", revive, 0), at_once, retrain)
    candidates = ~net.is_bias if keep_biases else np.ones(net.n, dtype=bool)
    if not (net.mask & candidates).any():
        raise ValueError("net: expected at least one weight left to delete; got one with everything already pruned")

    def measure(net):
        return _measure(net, [(X, T), *others], error, method, weight_decay)

    options = error, weight_decay, at_once, revive, keep_biases, keep_orphans
    path = _begin(net, measure, checkpoint, _fingerprint(method, X, T, options))
    net = path.network()
    before = measure(net)[0]
    try:
        while net.n_active > down_to and (net.mask & candidates).any():
            method.look(net, X, T, error, weight_decay)
            number = min(at_once, net.n_active - down_to)
            deleted, revived, worth = _shrink(net, method, candidates, number, revive, keep_orphans)
            if not deleted:
                path.ended_by = "saliency"
                break
            actual = measure(net)[0] - before
            if retrain is not None:
                _retrain(retrain, net, X, T)
            before, measured = measure(net)
            step = _step(net, deleted, worth if method.predicts else np.nan, actual, measured, revived)
            if not np.isfinite(before) or (stop is not None and stop(step)):
                path.rejected, path.ended_by = step, "stop" if np.isfinite(before) else "divergence"
                break
            path.append(step)
            if checkpoint is not None:
                path.save(checkpoint)
            if each is not None:
                each(path)
    except checks.Diverged:
        path.ended_by = "divergence"
    except KeyboardInterrupt:
        path.ended_by = "interrupt"
    return path


def _fingerprint(method, X, T, options):
    """Of what decides how a path goes, apart from the network and from functions."""
    settings = {name: value for name, value in vars(method).items() if not name.startswith("_")}
    text = f"{type(method).__name__} {settings} {options}"
    return hashlib.sha256(text.encode() + X.tobytes() + T.tobytes()).hexdigest()


def _begin(net, measure, checkpoint, made_by):
    """The path with its first step, or as far as an interrupted pruning saved it."""
    if checkpoint is not None and File(checkpoint).exists():
        path = Path.load(checkpoint, net)
        if path.made_by != made_by:
            raise ValueError(f"checkpoint: expected one of the same method, data and options; got {checkpoint}")
        return path
    path = Path(net)
    path.made_by = made_by
    path.append(_step(net, (), np.nan, np.nan, measure(net)[1]))
    return path


def _shrink(net, method, candidates, number, revive, keep_orphans):
    """Delete up to `number` weights, then orphans, and revive some: (deleted, revived, the sum of saliencies)."""
    absent = ~net.mask & candidates
    deleted, worth = _delete(net, method, candidates, number)
    if deleted and not keep_orphans:
        deleted += remove_orphans(net)
    back = min(revive, len(deleted) - 1)
    revived = _revive(net, method, absent, back, max(worth), keep_orphans) if back > 0 else ()
    return tuple(deleted), revived, sum(worth)


def _retrain(retrain, net, X, T):
    """Retrain, and pass on an interruption, at which trainings merely stop."""
    curve = retrain(net, X, T)
    if getattr(curve, "stopped_by", None) == "interrupt":
        raise KeyboardInterrupt


def _check_revival(method, revive, at_once, retrain):
    if revive and not hasattr(method, "gain"):
        raise ValueError(f"revive: expected a method that knows what a weight would gain; got {type(method).__name__}")
    if revive and retrain is None:
        raise ValueError("retrain: expected a function, for weights that come back at zero; got None")
    if revive >= at_once:
        raise ValueError(f"revive: expected fewer than the {at_once} weights deleted at once; got {revive}")


def _delete(net, method, candidates, number):
    """Delete the `number` least salient candidates, one by one; their indices and their saliencies."""
    deleted, worth = [], []
    for _ in range(number):
        saliency = np.where(net.mask & candidates, method.saliency(net), np.inf)
        q = int(np.argmin(saliency))
        if not np.isfinite(saliency[q]):
            break
        method.delete(net, q)
        deleted.append(q)
        worth.append(saliency[q])
    return deleted, worth


def _revive(net, method, absent, number, worth, keep_orphans):
    """Bring back up to `number` of the weights that were absent, if they gain more than `worth`; their indices.

    None to a unit that this step has cut off, unless orphans are kept.
    """
    gain, revived = np.where(absent, method.gain(net), -np.inf), []
    for q in np.argsort(-gain, kind="stable"):
        if len(revived) == number or gain[q] <= max(worth, 0.0):
            break
        net.revive(q)
        if keep_orphans or q not in remove_orphans(net.copy()):
            revived.append(int(q))
        else:
            net.delete(q)
    return tuple(revived)


def _measure(net, sets, name, method, weight_decay):
    """What the method predicts changes of, and (error, accuracy) on every set, NaN for a missing one."""
    measured = []
    for pair in sets:
        if pair is None:
            measured += [np.nan, np.nan]
            continue
        X, T = pair
        O = net.outputs(X)[-len(T) :]
        measured += [float(error_for(net, name).value(T, O).mean()), class_agreement(net, T, O)]
    decay = 0.0 if method.predicts == "train_error" else weight_decay
    return measured[0] + 0.5 * decay * float(net.weights @ net.weights), measured


def _step(net, deleted, predicted, actual, measured, revived=()):
    state = net.n_active, *measured, net.weights.copy(), net.mask.copy(), revived
    return Step(deleted, float(predicted), float(actual), *state)
