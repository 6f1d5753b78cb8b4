"""loop.py: weights that come back on a path, which ones, when, and what the record says."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.linalg import hadamard

from classicnets import (
    EBD,
    EBS,
    ESP,
    MLP,
    Magnitude,
    OptimalBrainDamage,
    gradient,
    network_error,
    prune,
    remove_orphans,
    train_backpropagation,
    train_gauss_newton,
)
from classicnets.pruning import Method

methods = pytest.mark.parametrize("method", [ESP, EBD, EBS])
TRUE = np.array([3.0, 1.0, 0.5, 2.0, 0.2])  # of the linear problem, the bias last


def linear_problem(deleted=()):
    """A linear network whose H is the identity, and the weights it should have: (net, X, T)."""
    X = hadamard(8)[:, 1:5].astype(float)
    net = MLP((4, 1), output="linear")
    net.weights = TRUE
    net.delete(list(deleted))
    return net, X, X @ TRUE[:4, None] + TRUE[4]


@dataclass
class Scripted(Method):
    """Says what it is told: the saliencies, and what the weights would gain."""

    saliencies: list
    gains: list

    def saliency(self, net):
        return np.array(self.saliencies, dtype=float)

    def gain(self, net):
        return np.array(self.gains, dtype=float)


class Recorded:
    """Trains, remembering every network as it came, and gives up after so many."""

    def __init__(self, train=lambda net, X, T: None, most=100):
        self.train, self.most, self.seen = train, most, []

    def __call__(self, net, X, T):
        self.seen.append(net.copy())
        assert len(self.seen) <= self.most, "a path without end"
        self.train(net, X, T)


def scripted(saliency, gain, deleted, net=None, **options):
    """The first step of a path of five weights, these deleted before."""
    if net is None:
        net = linear_problem(deleted)[0]
    X, T = linear_problem()[1:]
    return prune(net, X, T, Scripted(saliency, gain), retrain=lambda *_: None, stop=lambda _: True, **options).rejected


# -- which weights come back ----------------------------------------------------------------------------------------


@methods
def test_a_deleted_weight_that_matters_comes_back_at_zero_and_is_retrained_and_the_record_says_so(method):
    net, X, T = linear_problem(deleted=[0])
    retrain = Recorded(train_gauss_newton)
    path = prune(net, X, T, method(), at_once=2, revive=1, retrain=retrain)
    assert [step.revived for step in path[:2]] == [(), (0,)] and set(path[1].deleted) == {2, 4}
    came = retrain.seen[0]
    assert came.mask.tolist() == [True, True, False, True, False] and came.weights[0] == 0
    assert path[1].mask.tolist() == came.mask.tolist() and path[1].n_active == 3
    assert path[1].weights == pytest.approx([3, 1, 0, 2, 0], abs=1e-6)
    assert path[1].actual == pytest.approx(network_error(came, X, T) - network_error(net, X, T), abs=1e-12)
    assert path[1].actual == pytest.approx((0.5**2 + 0.2**2) / 2, rel=1e-3)  # nothing is gained before retraining
    assert path[1].train_error < network_error(net, X, T) / 10
    assert not net.mask[0] and net.n_active == 4


def test_what_a_saliency_of_early_training_got_wrong_is_put_right():
    net, X, T = linear_problem()
    net.weights = [0.01, *TRUE[1:]]  # not there yet: deleting it costs least now, and it matters most
    path = prune(net, X, T, ESP(), at_once=2, revive=1, retrain=train_gauss_newton, down_to=1)
    assert 0 in path[1].deleted and path[2].revived == (0,) and path[-1].mask[0]


@pytest.mark.parametrize("revive, revived", [(0, ()), (1, (3,)), (2, (3, 0)), (3, (3, 0, 1))])
def test_no_more_than_so_many_come_back_those_of_the_largest_gain_first(revive, revived):
    net = MLP((8, 1), output="linear", seed=0)
    net.delete([0, 1, 2, 3])
    X, gain = np.random.default_rng(0).normal(size=(9, 8)), [6, 5, 4, 9, 0, 0, 0, 0, 0]
    method = Scripted([0, 0, 0, 0, 1, 1, 1, 1, 1], gain)
    step = prune(net, X, X[:, :1], method, at_once=4, revive=revive, retrain=lambda *_: None)[1]
    assert step.revived == revived and step.deleted == (4, 5, 6, 7)
    assert step.n_active == 1 + revive and step.mask[list(revived)].all()


@pytest.mark.parametrize("gain, comes_back", [(0.5, False), (1.5, False), (2.0, False), (2.001, True), (np.inf, True)])
def test_a_weight_comes_back_only_if_it_gains_more_than_any_was_worth_that_is_deleted(gain, comes_back):
    step = scripted([0, 1, 2, 3, 4], [gain, 0, 0, 0, 0], deleted=[0], at_once=2, revive=1)
    assert step.deleted == (1, 2) and step.revived == ((0,) if comes_back else ())


def test_no_weight_comes_back_in_the_step_that_deletes_it_nor_one_that_is_there():
    assert scripted([9, 1, 2, 3, 4], [5, 99, 99, 99, 99], deleted=[0], at_once=2, revive=1).revived == (0,)
    assert scripted([9, 1, 2, 3, 4], [0, 99, 99, 99, 99], deleted=[0], at_once=2, revive=1).revived == ()


def test_a_bias_does_not_come_back_where_biases_are_not_pruned():
    arguments = {"saliency": [1, 1, 1, 1, 9], "gain": [0, 0, 0, 0, 99], "deleted": [4], "at_once": 2, "revive": 1}
    assert scripted(**arguments).revived == (4,) and scripted(**arguments, keep_biases=True).revived == ()


def test_the_weights_of_a_unit_that_this_step_cuts_off_do_not_come_back():
    net = MLP((4, 2, 1), output="linear", seed=0)
    net.delete(3)
    saliency, gain = np.full(net.n, 5.0), np.zeros(net.n)
    saliency[[10, 9]] = 1, 2  # the only way out of the first unit; an input's bias
    gain[[0, 1, 2, 4]] = 99  # its other weights, which go with it
    step = scripted(saliency, gain, (), net, at_once=2, revive=1)
    assert step.deleted == (10, 9, 0, 1, 2, 4) and step.revived == ()


@pytest.mark.parametrize("cut, gone", [([10], [0, 1, 2, 4, 10]), ([0, 1, 2, 10], [0, 1, 2, 4, 10])])
def test_a_weight_that_was_deleted_before_does_not_come_back_to_a_unit_that_is_cut_off(cut, gone):
    net = MLP((4, 2, 1), output="linear", seed=0)
    net.delete(3)
    saliency, gain = np.full(net.n, 5.0), np.zeros(net.n)
    saliency[cut], gain[3] = 1, 99  # by the look before the unit was cut off
    step = scripted(saliency, gain, (), net, at_once=max(2, len(cut)), revive=1)
    assert set(gone) <= set(step.deleted) and step.revived == ()
    net.mask, net.weights = step.mask, step.weights
    assert remove_orphans(net) == []


def test_a_weight_that_gains_nothing_stays_deleted_even_if_deleting_others_is_a_gain():
    net, X, T = linear_problem(deleted=[0])
    net.weights = -TRUE
    X[:, 0] = 0  # an input that is never there
    step = prune(net, X, T, ESP(), at_once=2, revive=1, retrain=train_gauss_newton)[1]
    assert step.predicted < 0 and step.revived == ()


# -- the path -------------------------------------------------------------------------------------------------------


def net_and_parts(seed, hidden="tanh"):
    """A network stopped early, and patterns to train on, validate and test with."""
    rng = np.random.default_rng(seed)
    parts = [(X, np.sin(X.sum(axis=1, keepdims=True))) for X in rng.normal(size=(3, 25, 3))]
    net = MLP((3, 4, 1), hidden, "linear", seed=seed)
    train_backpropagation(net, *parts[0], 0.1, epochs=20, seed=seed)
    return net, *parts


def train(net, X, T):
    train_backpropagation(net, X, T, 0.1, epochs=5, seed=0)


@methods
@pytest.mark.parametrize("seed", [1, 3, 11])
def test_every_network_of_a_path_that_gains_weights_can_be_rebuilt_the_best_one_too(method, seed):
    net, (X, T), validation, test = net_and_parts(seed)
    retrain, options = Recorded(train), {"at_once": 4, "revive": 2, "validation": validation, "test": test}
    path = prune(net, X, T, method(), retrain=retrain, keep_orphans=True, **options)
    assert any(step.revived for step in path)
    for i, step in enumerate(path):
        rebuilt = path.network(i)
        assert np.array_equal(rebuilt.weights, step.weights) and np.array_equal(rebuilt.mask, step.mask)
        assert rebuilt.n_active == step.n_active and not step.weights[~step.mask].any()
        assert step.train_error == pytest.approx(network_error(rebuilt, X, T), rel=1e-12)
        assert step.validation_error == pytest.approx(network_error(rebuilt, *validation), rel=1e-12)
        if i:
            earlier, came = path[i - 1], retrain.seen[i - 1]
            assert set(step.deleted) == set(np.flatnonzero(earlier.mask & ~step.mask))
            assert set(step.revived) == set(np.flatnonzero(~earlier.mask & step.mask))
            assert not came.weights[list(step.revived)].any() and np.array_equal(came.mask, step.mask)
            change = network_error(came, X, T) - network_error(path.network(i - 1), X, T)
            assert step.actual == pytest.approx(change, rel=1e-9, abs=1e-13)
            assert gradient(path.network(i - 1), X, T)[list(step.revived)].all()
    best, errors = path.best(), path.curve("validation_error")
    assert errors[best] == errors.min() < errors[-1] and best < len(path) - 1  # later ones are worse, and it is kept
    assert network_error(path.network(best), *validation) == pytest.approx(errors.min(), rel=1e-12)


def test_a_step_that_is_refused_takes_its_revival_with_it():
    net, X, T = linear_problem(deleted=[0])
    path = prune(net, X, T, EBD(), at_once=2, revive=1, retrain=train_gauss_newton, stop=lambda step: step.revived)
    assert path.ended_by == "stop" and path.rejected.revived == (0,) and len(path) == 1
    assert np.array_equal(path.network().mask, net.mask) and np.array_equal(path.network().weights, net.weights)


@methods
@pytest.mark.parametrize("at_once, revive", [(2, 1), (4, 1), (4, 3)])
def test_while_so_many_are_left_each_step_loses_at_least_the_difference(method, at_once, revive):
    for seed in range(4):
        net, (X, T), *_ = net_and_parts(seed)
        path = prune(net, X, T, method(), at_once=at_once, revive=revive, retrain=Recorded(train), down_to=at_once)
        sizes = path.curve("n_active")
        assert all(len(step.revived) <= revive for step in path)
        full = sizes[:-1] - at_once >= at_once  # steps that may delete all of at_once
        assert full.any() and (sizes[:-1] - sizes[1:] >= at_once - revive)[full].all()


@methods
def test_two_weights_that_help_each_other_do_not_take_turns_for_ever(method):
    a, b = hadamard(8)[:, 1:3].T
    X = np.column_stack([a, 0.6 * b - 0.8 * a])  # each alone explains little
    net = MLP((2, 1), output="linear", seed=0)
    net.delete([1, 2])
    T = X.sum(axis=1, keepdims=True)
    train_gauss_newton(net, X, T)
    path = prune(net, X, T, method(), at_once=2, revive=1, retrain=Recorded(train_gauss_newton, most=5))
    assert path[-1].n_active == 0 and path.ended_by == "size"


@methods
@pytest.mark.parametrize("down_to", [0, 3])
def test_paths_with_revival_end_as_small_as_they_were_to_become(method, down_to):
    for seed in range(6):
        for hidden in ("tanh", "logistic"):
            net, (X, T), *_ = net_and_parts(seed, hidden)
            retrain = Recorded(train, most=net.n)
            path = prune(net, X, T, method(), at_once=4, revive=3, retrain=retrain, down_to=down_to)
            assert path[-1].n_active <= down_to and path.ended_by == "size"
            assert (np.diff(path.curve("n_active")) < 0).all()


# -- bad input ------------------------------------------------------------------------------------------------------

BAD = [
    ({"at_once": 2, "revive": 2}, "revive: expected fewer than the 2 weights deleted at once; got 2"),
    ({"revive": 1}, "revive: expected fewer than the 1 weights deleted at once; got 1"),
    ({"at_once": 2, "revive": 5}, "revive: expected fewer than the 2 weights deleted at once; got 5"),
    ({"at_once": 3, "revive": -1}, "revive: expected a whole number of at least 0; got -1"),
    ({"at_once": 3, "revive": 1.0}, "revive: expected a whole number of at least 0; got 1.0"),
    ({"at_once": 2, "revive": 1, "retrain": None}, "retrain: expected a function, for weights that come back at zero;"),
    *(
        ({"at_once": 2, "revive": 1, "method": method()}, f"revive: expected a method that .*; got {method.__name__}$")
        for method in (Magnitude, OptimalBrainDamage)
    ),
]


@pytest.mark.parametrize("options, message", BAD)
def test_what_cannot_revive_is_refused(options, message):
    net, X, T = linear_problem()
    with pytest.raises(ValueError, match=f"^{message}"):
        prune(net, X, T, **{"method": ESP(), "retrain": train_gauss_newton, **options})


def test_without_revival_nothing_comes_back_and_what_came_back_is_no_curve():
    net, X, T = linear_problem(deleted=[0])
    path = prune(net, X, T, ESP(), at_once=2)
    assert all(step.revived == () for step in path) and not any(step.mask[0] for step in path)
    with pytest.raises(ValueError, match="^name: expected a number that a Step records; got 'revived'"):
        path.curve("revived")


def test_a_network_revives_at_zero_what_was_deleted_and_leaves_the_rest():
    net = linear_problem(deleted=[0, 2])[0]
    net.revive([0, 1])
    assert net.mask.tolist() == [True, True, False, True, True] and net.weights.tolist() == [0, 1, 0, 2, 0.2]
