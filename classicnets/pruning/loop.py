"""The pruning loop: from the full network to a small one, whatever the method.

`pruning` is the loop itself, a generator of what was deleted; `prune` measures, records, saves and stops around it.
A method (method.py) that can also say what a deleted weight would gain, in `gain`, can revive some: a path may then
gain weights on its way down.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .. import checks, interruption
from ..cost import Cost
from ..error import check_pair
from ..network import check_network
from .candidates import any_left, candidates_of, number_at_once, weights_left
from .method import Method
from .orphans import remove_cut_off
from .recording import begin, fingerprint, measured


class Change(NamedTuple):
    """What a step of the loop did: weights deleted and revived, the change predicted (perhaps NaN) and the actual."""

    deleted: tuple
    revived: tuple
    predicted: float
    actual: float


def pruning(net, cost, method, candidates, *, orphans, at_once=1, revive=0, down_to=0, retrain=None):
    """Prune `net` in place, yielding a Change after each step, until there is nothing left to delete.

    net, cost, method: known to fit. candidates: n booleans, or groups that go together. orphans: which weights may go
    where their units are cut off, n booleans. The others as in `prune`.
    """
    judged = replace(cost, weight_decay=0.0) if method.predicts == "train_error" else cost
    before = judged.value(net)
    while net.n_active > down_to and any_left(net, candidates):
        absent = ~net.mask
        method.look(net, cost)
        deleted, worth = method.step(net, candidates, number_at_once(net, candidates, at_once, down_to))
        if not deleted:
            return
        deleted = deleted + remove_cut_off(net, orphans)
        back = min(revive, len(deleted) - 1)
        revived = _revive(net, method, absent & candidates, back, max(worth), orphans) if back > 0 else ()
        after = judged.value(net)
        actual, before = after - before, after
        if retrain is not None:
            _retrain(retrain, net, cost)
            before = judged.value(net)
        yield Change(tuple(deleted), revived, method.predicted(worth), actual)


def prune(
    net, X, T, method, *, error="squared", weight_decay=0.0, at_once=1, revive=0, groups=None, candidates=None,
    keep_biases=False, keep_orphans=False, down_to=0, retrain=None, stop=None, validation=None, test=None, each=None,
    checkpoint=None,
):  # fmt: skip
    """Prune a copy of `net` with `method`, one step after another, and return the `Path`; `net` stays as it is.

    weight_decay: a number, or one for each weight (n,).
    method: an object of one of the paper modules' classes, such as OptimalBrainSurgeon(alpha=1e-6).
    at_once: weights, or groups, deleted in a step, from one look at the second derivatives; or a share of those that
    are left, as in 0.05, and at least one.
    revive: up to so many weights come back in a step, always fewer than go, to be retrained: of those deleted in
    earlier steps the ones that would gain most, where that is more than any weight was worth that this step deletes.
    groups: sequences of indices of weights that go together, such as net.hidden_units() or net.input_units(); None:
    each by itself.
    candidates: the weights that may be deleted, n booleans or indices; None: all. The others are there to the end, even
    where their units are cut off; a weight that is in no group is not chosen, but goes as an orphan.
    keep_biases: the biases are no candidates. keep_orphans: weights of hidden units that are cut off go only if chosen.
    down_to: end at this many weights, or at a share of those that are there now, as in 0.1; at fewer where orphans, or
    a group, take more along.
    retrain: a function (net, X, T) called after each step's deletions; the error and the weight decay of its training
    are its own to say.
    stop: a function of a Step; where it is true the step's deletions are undone and the path ends.
    validation, test: (X, T) pairs to measure on.
    each: a function of the Path so far, called after each step, to show progress.
    checkpoint: a file (.npz) that the path is saved to after each step. Where it exists the pruning goes on from it:
    the same call again, after an interruption, loses at most one step (what it draws at random begins anew).

    Interrupting it (Ctrl-C) returns the path so far. ValueError for data that does not fit, a checkpoint of another
    network, method or data, where no weight is left to delete, and where `retrain` brings deleted weights back.
    """
    cost = Cost.fitting(net, X, T, error, weight_decay)
    method = replace(_check_method(method))  # its own: what it looks at is no other pruning's
    sets = {"train": (cost.X, cost.T)}
    sets |= {name: check_pair(name, net, pair, error) for name, pair in (("validation", validation), ("test", test))}
    may_go, candidates = candidates_of(net, groups, candidates, checks.flag("keep_biases", keep_biases))
    options = {
        "at_once": checks.count_or_share("at_once", at_once, least=1), "revive": checks.count("revive", revive, 0),
        "orphans": may_go & (not checks.flag("keep_orphans", keep_orphans)),
        "retrain": checks.function("retrain", retrain), "down_to": weights_left(check_network(net), down_to),
    }  # fmt: skip
    checks.function("stop", stop), checks.function("each", each)
    _check_revival(method, revive, at_once, retrain, groups)
    path = begin(net, sets, cost, checkpoint, fingerprint(method, cost, sets, candidates, options))
    net = path.network()
    try:
        for change in pruning(net, cost, method, candidates, **options):
            step = measured(net, sets, cost, *change)
            finite = np.isfinite(step.train_error)
            if not finite or (stop is not None and stop(step)):
                path.rejected, path.ended_by = step, "stop" if finite else "divergence"
                break
            path.append(step)
            if checkpoint is not None:
                path.save(checkpoint)
            if each is not None:
                each(path)
        else:
            path.ended_by = "saliency" if net.n_active > options["down_to"] and any_left(net, candidates) else "size"
    except checks.Indefinite:
        path.ended_by = "indefinite"
    except checks.Diverged:
        path.ended_by = "divergence"
    except KeyboardInterrupt:
        path.ended_by = "interrupt"
        if interruption.is_passed_on():
            raise
    if checkpoint is not None:
        path.save(checkpoint)
    return path


def _check_method(method):
    checks.instance("method", method, Method, "a method such as OptimalBrainSurgeon()")
    if method.predicts not in (None, "cost", "train_error"):
        raise ValueError(f"method: expected predicts to be None, 'cost' or 'train_error'; got {method.predicts!r}")
    lost = [name for name in vars(method) if not name.startswith("_") and name not in method.__dataclass_fields__]
    if lost:
        raise TypeError(f"method: expected settings that are fields of a dataclass; got {', '.join(lost)} beside them")
    return method


def _check_revival(method, revive, at_once, retrain, groups):
    if revive and not hasattr(method, "gain"):
        raise ValueError(f"revive: expected a method that knows what a weight would gain; got {type(method).__name__}")
    if revive and retrain is None:
        raise ValueError("retrain: expected a function, for weights that come back at zero; got None")
    if revive and isinstance(at_once, float):
        raise ValueError(f"at_once: expected a whole number where weights are revived; got {at_once}")
    if revive and revive >= at_once:
        raise ValueError(f"revive: expected fewer than the {at_once} weights deleted at once; got {revive}")
    if revive and groups is not None:
        raise ValueError("groups: expected None where single weights are revived; got groups")


def _retrain(retrain, net, cost):
    """Retrain, an interruption passed on; ValueError where it brings deleted weights back, or the path never ends."""
    mask = net.mask.copy()
    with interruption.passed_on():
        retrain(net, cost.X, cost.T)
    back = np.count_nonzero(net.mask & ~mask)
    if back:
        raise ValueError(f"retrain: expected deleted weights to stay deleted; got {back} of them back")


def _revive(net, method, absent, number, worth, orphans):
    """Bring back up to `number` of the weights that were absent, if they gain more than `worth`; their indices.

    None to a unit that this step has cut off, unless orphans are kept.
    """
    gain, revived = np.where(absent, method.gain(net), -np.inf), []
    for q in np.argsort(-gain, kind="stable"):
        if len(revived) == number or gain[q] <= max(worth, 0.0):
            break
        net.revive(q)
        if q not in remove_cut_off(net.copy(), orphans):
            revived.append(int(q))
        else:
            net.delete(q)
    return tuple(revived)
