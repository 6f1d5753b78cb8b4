"""The recipe of Le Cun, Denker & Solla (1990), section 2.2, in stages, and the two variants that they name.

`prune` deletes and freezes. What is decreased, or adapts again, is there until the end: it is no path of fewer and
fewer weights, so the three forms are here, side by side, with the same trainings.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from .. import checks
from ..cost import Cost
from .lecun1990 import OptimalBrainDamage


def recipe(net, X, T, method, numbers, retrain, *, factor=None, error="squared", weight_decay=0.0):
    """A list of networks: for each of `numbers`, the one with so many weights deleted, if the recipe ends there.

    In each stage one look by `method`, an OptimalBrainDamage, says which weights are the least salient, so many as the
    stage's number, and `retrain`, a function (net, X, T), is called: once a stage, whatever the form.
    factor: None deletes them: zero from then on, and frozen. A number multiplies them, and they adapt with the others:
    one half is "decreasing" them, zero is "to adapt again after they have been set to 0", one leaves them alone. In the
    stage that is the last the least salient are deleted and frozen, whatever the factor.

    `net` stays as it is; orphans are kept. ValueError for what does not fit, for numbers that do not rise, and where
    more weights are to go than have a curvature that is not negative.
    """
    cost, net = Cost.fitting(net, X, T, error, weight_decay), net.copy()
    method = replace(checks.instance("method", method, OptimalBrainDamage, "one such as OptimalBrainDamage()"))
    checks.instance("retrain", retrain, Callable, "a function")
    numbers, factor, networks = _check_numbers(net, numbers), _check_factor(factor), []
    for number in numbers:
        low = _least_salient(net, cost, method, number)
        smaller = net.copy()
        smaller.delete(low)
        retrain(smaller, cost.X, cost.T)
        networks.append(smaller)
        if factor is None:
            net = smaller
        elif number < numbers[-1]:
            net.weights = np.where(low, factor * net.weights, net.weights)
            retrain(net, cost.X, cost.T)
    return networks


def _least_salient(net, cost, method, number):
    """The weights that go first, n booleans: those that are deleted, then by their saliency."""
    method.look(net, cost)
    saliency = np.where(net.mask, method.saliency(net), -np.inf)
    least = np.argsort(saliency, kind="stable")[:number]
    if saliency[least[-1]] == np.inf:
        most = np.count_nonzero(saliency < np.inf)
        raise ValueError(f"numbers: expected at most {most}, the others have negative curvature; got {number}")
    return np.isin(np.arange(net.n), least)


def _check_numbers(net, numbers):
    numbers, gone = checks.counts("numbers", numbers, example="(10, 20, 30)"), net.n - net.n_active
    if not numbers or any(a >= b for a, b in pairwise((gone, *numbers, net.n + 1))):
        wanted = f"numbers that rise, each above {gone} and at most {net.n}"
        raise ValueError(f"numbers: expected {wanted}; got {checks.shown(numbers)}")
    return numbers


def _check_factor(factor):
    if factor is not None and checks.not_negative("factor", factor) > 1:
        raise ValueError(f"factor: expected None, or a number from 0 to 1; got {checks.shown(factor)}")
    return factor
