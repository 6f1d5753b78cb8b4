"""What a pruning method is: how salient is each weight, and how do the others answer when one goes?"""

import functools
from dataclasses import dataclass

import numpy as np

from .. import checks
from ..cost import Cost
from ..network import Network


def _asked(function, name):
    """A part of a method that first looks at what it is asked with, so that no paper's module has to."""

    @functools.wraps(function)
    def checked(self, net, *arguments, **options):
        checks.instance("net", net, Network, "a network, such as MLP((2, 2, 1))")
        given = arguments[0] if arguments else options.get("cost", options.get("q"))
        if name == "look":
            checks.instance("cost", given, Cost, "a Cost, such as Cost(X, T)")
        elif type(self).look is not Method.look and vars(self).get("_looked") != net.n:
            raise ValueError(f"net: expected one that was looked at, look(net, cost), before; got {checks.shown(net)}")
        if name == "delete" and given is not None and not _is_there(net, given):
            wanted = f"the index of a weight that is there, 0 to {net.n - 1}"
            raise ValueError(f"q: expected {wanted}; got {checks.shown(given)}")
        if name == "look":
            self._looked = None  # until it has
        result = function(self, net, *arguments, **options)
        if name == "look":
            self._looked = net.n
        if name == "saliency" and (np.shape(result) != (net.n,) or np.isnan(result).any()):
            wanted = f"{net.n} numbers, infinite for weights that are not to be chosen, none of them NaN"
            raise ValueError(f"saliency: expected {wanted}; got {checks.shown(result)} from {type(self).__name__}")
        return result

    return checked


def _is_there(net, q):
    return isinstance(q, int | np.integer) and not isinstance(q, bool) and 0 <= q < net.n and net.mask[q]


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
        for name in ("look", "saliency", "group_saliency", "gain", "parts", "test_variable", "delete"):
            if name in vars(cls):
                setattr(cls, name, _asked(vars(cls)[name], name))

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

    def predicted(self, worth):
        """The change that deleting candidates worth so much, a list, is predicted to make; NaN where none is."""
        return float(sum(worth)) if self.predicts else np.nan

    def step(self, net, candidates, number):
        """Delete up to `number` candidates, the least salient first: their weights, and what each candidate was worth.

        candidates: n booleans, each weight by itself; or a list of groups, indices (k,), that go together.
        """
        deleted, worth = [], []
        for _ in range(number):
            group, saliency = self._least(net, candidates)
            if not np.isfinite(saliency):
                break
            for q in group:
                self.delete(net, q)
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
