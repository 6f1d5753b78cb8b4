"""One pruning loop for every method, and one record of what it did: the path from the full network to a small one.

A pruning method is two answers. How salient is each weight: how much will the error rise if it goes? And how do the
other weights answer when it goes? The loop asks, deletes, retrains if told to, measures, and writes a step. What its
saliencies predict a method says in `predicts`: a change of the "cost" (the error with weight decay), of the
"train_error" (without), or None. A method that can also say what a deleted weight would gain, in `gain`, can revive
some: a path may then gain weights on its way down.
"""

from dataclasses import dataclass, field

import numpy as np

from .. import checks
from ..backprop import class_agreement
from ..error import check_patterns, error_for
from .orphans import remove_orphans


@dataclass(frozen=True)
class Step:
    """One step of a path: what was deleted, what that was predicted to cost and did cost, and the network after it.

    `deleted` are the indices of the weights, the chosen ones first, then orphans; `revived` those that came back, at
    zero, after the deletions. `predicted` is the sum of saliencies
    of the chosen ones, NaN for methods that predict no error; `actual` the change of what is predicted, or else of the
    cost, before any retraining. The cost is the error with weight decay; the errors are without. What was not measured
    is NaN. `weights` and `mask` (n,) rebuild the network.
    """

    deleted: tuple
    predicted: float
    actual: float
    n_active: int
    train_error: float
    train_accuracy: float
    validation_error: float
    validation_accuracy: float
    test_error: float
    test_accuracy: float
    weights: np.ndarray = field(repr=False)
    mask: np.ndarray = field(repr=False)
    revived: tuple = ()


class Path(list):
    """The steps of a pruning, the unpruned network first.

    `ended_by` says why there are no more: "size" (as small as it was to become), "stop" (a step that was refused),
    "divergence" (of a network, its derivatives or its Hessian), "saliency" (none finite). `rejected` is the last step
    where it was undone, by "stop" or "divergence", or None.
    """

    def __init__(self, net):
        super().__init__()
        self._net, self.rejected, self.ended_by = net.copy(), None, "size"

    def network(self, index=-1):
        """The network as it was after a step, -1 the last: a new copy."""
        net, step = self._net.copy(), self[index]
        net.mask = step.mask
        net.weights = step.weights
        return net

    def curve(self, name):
        """One quantity of all steps, such as "train_error" or "n_active", as an array (steps,)."""
        if name not in Step.__dataclass_fields__ or name in ("deleted", "revived", "weights", "mask"):
            raise ValueError(f"name: expected a number that a Step records; got {name!r}")
        return np.array([getattr(step, name) for step in self])

    def smallest(self, acceptable):
        """The index of the smallest network whose step is `acceptable` (a function of the step), or None."""
        indices = [i for i, step in enumerate(self) if acceptable(step)]
        return min(indices, key=lambda i: (self[i].n_active, -i)) if indices else None

    def best(self, quantity="validation_error"):
        """The index of the step where a quantity is least; of several the one with the fewest weights."""
        values = self.curve(quantity)
        return self.smallest(lambda step: getattr(step, quantity) == np.nanmin(values))


def prune(
    net, X, T, method, *, error="squared", weight_decay=0.0, at_once=1, revive=0, keep_biases=False,
    keep_orphans=False, down_to=0, retrain=None, stop=None, validation=None, test=None,
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

    ValueError for data that does not fit and where no weight is left to delete.
    """
    X, T, _ = check_patterns(net, X, T, error)
    weight_decay = checks.not_negative("weight_decay", weight_decay)
    others = [check_patterns(net, *pair, error)[:2] if pair is not None else None for pair in (validation, test)]
    sets = [(X, T), *others]
    at_once, down_to = checks.count("at_once", at_once), checks.count("down_to", down_to, 0)
    _check_revival(method, checks.count("revive", revive, 0), at_once, retrain)
    candidates = ~net.is_bias if keep_biases else np.ones(net.n, dtype=bool)
    if not (net.mask & candidates).any():
        raise ValueError("net: expected at least one weight left to delete; got one with everything already pruned")

    net = net.copy()
    path = Path(net)
    before, measured = _measure(net, sets, error, method, weight_decay)
    path.append(_step(net, (), np.nan, np.nan, measured))
    while net.n_active > down_to and (net.mask & candidates).any():
        try:
            method.look(net, X, T, error, weight_decay)
        except checks.Diverged:
            path.ended_by = "divergence"
            break
        absent = ~net.mask & candidates
        deleted, worth = _delete(net, method, candidates, min(at_once, net.n_active - down_to))
        if not deleted:
            path.ended_by = "saliency"
            break
        if not keep_orphans:
            deleted += remove_orphans(net)
        number = min(revive, len(deleted) - 1)
        revived = _revive(net, method, absent, number, max(worth), keep_orphans) if number else ()
        after, measured = _measure(net, sets, error, method, weight_decay)
        actual = after - before
        if retrain is not None:
            retrain(net, X, T)
            after, measured = _measure(net, sets, error, method, weight_decay)
        predicted = sum(worth) if method.predicts else np.nan
        step = _step(net, tuple(deleted), predicted, actual, measured, revived)
        if not np.isfinite(after) or (stop is not None and stop(step)):
            path.rejected, path.ended_by = step, "stop" if np.isfinite(after) else "divergence"
            break
        path.append(step)
        before = after
    return path


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
