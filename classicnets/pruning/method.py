"""What a pruning method is: how salient is each weight, and how do the others answer when one goes?"""

import functools
import inspect
from dataclasses import dataclass

import numpy as np

from .. import checks
from ..cost import Cost
from ..network import check_network

ASKED = ("look", "saliency", "group_saliency", "gain", "parts", "test_variable", "delete")


def _ask(cls):
    """Let all that a class answers first look at what it is asked with, so that no paper's module has to."""
    for name in ASKED:
        if name in vars(cls):
            setattr(cls, name, _asked(vars(cls)[name], name))


def _asked(function, name):
    names = tuple(inspect.signature(function).parameters)[1:]

    @functools.wraps(function)
    def checked(self, *arguments, **options):
        given = dict(zip(names, arguments, strict=False)) | options
        if given.keys() == set(names):  # else Python says it best
            arguments, options = _checked(self, name, *(given[name] for name in names)), {}
        if name == "look":
            self._looked = None  # until it has
        with np.errstate(over="ignore", invalid="ignore"):
            result = function(self, *arguments, **options)
        if name == "look":
            self._looked = arguments[0].n
        elif result is not None or name == "saliency":
            _check_answer(name, arguments[0], result)
        return result

    return checked


def _checked(method, name, net, second=None):
    """What a method is asked with; an error that names what does not fit."""
    check_network(net)
    if name == "look":
        checks.weight_decay(checks.instance("cost", second, Cost, "a Cost, such as Cost(X, T)").weight_decay, net.n)
        return net, second
    if type(method).look is not Method.look and vars(method).get("_looked") != net.n:
        raise ValueError(f"net: expected one that was looked at, look(net, cost), before; got {checks.shown(net)}")
    if name == "delete":
        return net, _there(net, second)
    return (net, _group(net, second)) if name == "group_saliency" else (net,)


def _check_answer(name, net, answer):
    """What a method says: a saliency a weight, and never NaN."""
    if name == "saliency" and np.shape(answer) != (net.n,):
        raise ValueError(f"saliency: expected {net.n} numbers, one a weight; got {checks.shown(answer)}")
    if np.isnan(answer).any():
        raise checks.Diverged("net: expected weights that can be compared; got some whose worth overflows")


def _there(net, q):
    if isinstance(q, int | np.integer) and not isinstance(q, bool) and 0 <= q < net.n and net.mask[q]:
        return q
    raise ValueError(f"q: expected the index of a weight that is there, 0 to {net.n - 1}; got {checks.shown(q)}")


def _group(net, group):
    indices = np.unique(checks.indices("group", group, net.n))
    if not len(indices) or not net.mask[indices].all():
        raise ValueError(f"group: expected indices of weights that are there; got {checks.shown(group)}")
    return indices


@dataclass
class Method:
    """A method is a small dataclass whose fields are its settings; what it has looked at it keeps in `_names`.

    The loop asks it to `look` at a network and its Cost before each step, then for a `step`. A method says at least how
    salient each weight is. What its saliencies predict it says in `predicts`: a change of the "cost" (the error with
    weight decay), of the "train_error" (without), or None. `prune` works on a copy made from the fields alone.
    """

    predicts = None

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        _ask(cls)

    def look(self, net, cost):
        """Take from a network and its Cost what the saliencies need."""

    def saliency(self, net):
        """How much each weight is worth (n,), infinite for one that is not to be chosen."""
        raise NotImplementedError

    def group_saliency(self, net, group):
        """How much several weights, indices (k,), are worth together: as much as one by one."""
        return float(self.saliency(net)[group].sum())

    def delete(self, net, q):
        """Set weight q to zero; the others do not answer."""
        net.delete(q)

    def delete_group(self, net, group):
        """Delete weights that go together, indices (k,) known to be of weights that are there: one after another."""
        for q in group:
            self.delete(net, q)

    def predicted(self, worth):
        """The change that deleting candidates, worth what `step` said, is predicted to make; NaN where none is."""
        return float(sum(worth)) if self.predicts else np.nan

    def step(self, net, candidates, number):
        """Delete up to `number` candidates, the least salient first: their weights, and what each candidate was worth.

        candidates, known to fit: n booleans, each weight by itself; or groups, indices (k,), that go together.
        """
        deleted, worth = [], []
        for _ in range(number):
            group, saliency = self._least(net, candidates)
            if not np.isfinite(saliency):
                break
            self.delete_group(net, group)
            deleted += group
            worth.append(saliency)
        return deleted, worth

    def _least(self, net, candidates):
        """The least salient candidate, as a list of weights, and its saliency."""
        if isinstance(candidates, np.ndarray):
            saliency = np.where(net.mask & candidates, self.saliency(net), np.inf)
            q = int(np.argmin(saliency))
            return [q], saliency[q]
        left = [group[net.mask[group]] for group in candidates]
        saliency = [self.group_saliency(net, group) if len(group) else np.inf for group in left]
        least = int(np.argmin(saliency))
        return left[least].tolist(), saliency[least]


_ask(Method)
