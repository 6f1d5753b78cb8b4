"""Which weights may be deleted, each by itself or in groups; how many in a step, and how many are to be left."""

import numpy as np

from .. import checks


def weights_left(net, down_to):
    """The number of weights to end at, where a share of those that are there may be given."""
    down_to = checks.count_or_share("down_to", down_to)
    return down_to if isinstance(down_to, int) else int(np.ceil(down_to * net.n_active))


def number_at_once(net, candidates, at_once, down_to):
    """How many candidates go in the next step."""
    single = isinstance(candidates, np.ndarray)
    if isinstance(at_once, float):
        left = net.mask & candidates if single else [net.mask[group].any() for group in candidates]
        at_once = max(1, round(at_once * np.count_nonzero(left)))
    return min(at_once, net.n_active - down_to) if single else at_once


def candidates_of(net, groups, some, keep_biases):
    """Which weights may go at all (n booleans), and what is chosen from: these, or the groups without the others.

    ValueError where none is left.
    """
    may_go = among("candidates", some, net) & (~net.is_bias if keep_biases else True)
    candidates = may_go
    if groups is not None:
        if not isinstance(groups, list | tuple):
            raise ValueError(f"groups: expected a list of groups of weights; got {checks.shown(groups)}")
        groups = [_group(net, group) for group in groups]
        candidates = [group[may_go[group]] for group in groups]
    if not any_left(net, candidates):
        raise ValueError("net: expected at least one weight left to delete; got none of those that may go")
    return may_go, candidates


def among(argument, some, net):
    """Indices of weights, or n booleans, as n booleans; None: all."""
    if some is None:
        return np.ones(net.n, dtype=bool)
    return np.isin(np.arange(net.n), checks.indices(argument, some, net.n))


def _group(net, group):
    indices = np.unique(checks.indices("groups", group, net.n))
    if isinstance(group, int | np.integer) or not len(indices):
        raise ValueError(f"groups: expected several indices in each, as in [[0, 3], [4, 5]]; got {checks.shown(group)}")
    return indices


def any_left(net, candidates):
    """Whether there is a candidate that is not deleted."""
    if isinstance(candidates, np.ndarray):
        return (net.mask & candidates).any()
    return any(net.mask[group].any() for group in candidates)
