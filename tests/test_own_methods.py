"""A method of one's own: what prune says where it is not yet one."""

from dataclasses import dataclass

import numpy as np
import oracles
import pytest

from classicnets import Cost, EigenspaceSurgeon, OptimalBrainSurgeon, prune
from classicnets.checks import Indefinite
from classicnets.pruning import Method


class Loose(Method):
    """Its setting is no field: a copy made from the fields would not have it."""

    def __init__(self, power=1):
        self.power = power

    def saliency(self, net):
        return np.abs(net.weights) ** self.power


@dataclass
class Answer(Method):
    """Says the same whatever it is asked."""

    values: object = 0.0

    def saliency(self, net):
        return self.values


def test_settings_that_a_copy_would_lose_are_refused():
    net, X, T = oracles.problem((3, 4, 2))
    with pytest.raises(TypeError, match="^method: expected settings that are fields of a dataclass; got power beside"):
        prune(net, X, T, Loose(3))


@pytest.mark.parametrize("values", [0.0, [1, 2, 3], np.zeros((26, 1)), None])
def test_saliencies_are_a_number_a_weight(values):
    net, X, T = oracles.problem((3, 4, 2))
    with pytest.raises(ValueError, match="^saliency: expected 26 numbers, one a weight; got "):
        prune(net, X, T, Answer(values))


@pytest.mark.parametrize("values", [np.full(26, np.nan), np.array([np.nan] + [1.0] * 25)])
def test_saliencies_that_are_nan_end_the_path_as_what_overflows_does(values):
    net, X, T = oracles.problem((3, 4, 2))
    assert prune(net, X, T, Answer(values)).ended_by == "divergence"


def test_infinite_saliencies_end_the_path():
    net, X, T = oracles.problem((3, 4, 2))
    assert prune(net, X, T, Answer(np.full(26, np.inf))).ended_by == "saliency"


def test_a_look_that_failed_leaves_nothing_to_be_asked():
    net, X, T = oracles.problem((3, 4, 2), output="linear", deleted=0)
    method = OptimalBrainSurgeon(1e-6, "exact", saddles=True)
    method.look(net, Cost(X, T))
    method.saddles = False
    with pytest.raises(Indefinite):
        method.look(net, Cost(X, T))
    with pytest.raises(ValueError, match="^net: expected one that was looked at"):
        method.saliency(net)


def test_a_group_larger_than_the_noise_space_cannot_go_within_it():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    path = prune(net, X, T, EigenspaceSurgeon(3, 1e-4), groups=net.hidden_units())
    assert len(path) == 1 and path.ended_by == "saliency"
    groups = [[0, 1, 2, 3, 4], [5, 6, 7], [8]]
    path = prune(net, X, T, EigenspaceSurgeon(3, 1e-4), groups=groups, keep_orphans=True)
    assert len(path) == 3 and all(np.isfinite(step.predicted) for step in path[1:])
    assert path[-1].n_active == net.n - 4
