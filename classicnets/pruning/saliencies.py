"""What a method said of every weight along a path: asked again, because a path keeps only what was decided."""

from dataclasses import replace

import numpy as np

from .. import checks
from ..cost import Cost
from .method import Method
from .path import Path


def saliencies(path, X, T, method, error="squared", weight_decay=0.0):
    """How much `method` says each weight is worth at each step of `path`: (steps, n), NaN of weights deleted.

    A weight that the method would not choose has an infinite one; where it cannot look, at a Hessian that is not that
    of a minimum or at a network that diverges, all of a row is NaN. With the method, patterns, error and weight decay
    of the pruning the least one of a row is that of the weight which the next step deletes first.

    ValueError for a path without a step, and for patterns that do not fit its network.
    """
    if not isinstance(path, Path) or not path:
        raise ValueError(f"path: expected a Path of at least one step; got {checks.shown(path)}")
    method = replace(checks.instance("method", method, Method, "a method such as OptimalBrainSurgeon()"))
    cost = Cost.fitting(path.network(0), X, T, error, weight_decay)
    return np.array([_asked(method, path.network(i), cost) for i in range(len(path))])


def _asked(method, net, cost):
    """Its saliencies (n,) of one network; nobody asks about one without weights."""
    try:
        if not net.n_active:
            raise checks.Diverged
        method.look(net, cost)
        return np.where(net.mask, method.saliency(net), np.nan)
    except checks.Diverged:
        return np.full(net.n, np.nan)
