"""The statistical test of Finnoff et al. (1993), and the weight elimination that some of its methods use."""

import numpy as np
import oracles
import pytest

from classicnets import MLP, Cost, gradient, network_error, train_backpropagation
from classicnets.backprop import pattern_gradients
from classicnets.pruning.finnoff1993 import StatisticalTest

KINDS = [("squared", "linear"), ("squared", "logistic"), ("cross-entropy", "softmax")]


@pytest.mark.parametrize("error, output", KINDS)
def test_the_gradients_of_single_patterns(error, output):
    net, X, T = oracles.problem((3, 4, 2), output=output, error=error)
    single = [gradient(net, X[[p]], T[[p]], error) for p in range(len(X))]
    assert np.allclose(pattern_gradients(net, X, T, error), single, atol=1e-13)


@pytest.mark.parametrize("error, output", KINDS)
def test_the_test_variable_line_by_line(error, output):
    net, X, T = oracles.problem((3, 4, 2), output=output, error=error)
    test, eta = StatisticalTest(0.05), 0.05
    test.look(net, Cost(X, T, error))
    g = np.array([gradient(net, X[[p]], T[[p]], error) for p in range(len(X))])
    for q, value in enumerate(test.test_variable(net)):
        moved = sum(net.weights[q] - eta * g_p for g_p in g[:, q])
        spread = sum((g_p - g[:, q].mean()) ** 2 for g_p in g[:, q])
        if spread > 0:
            assert value == pytest.approx(np.log(abs(moved) / (eta * np.sqrt(spread))), rel=1e-10)


def test_for_a_deleted_weight_it_measures_the_pull_away_from_zero():
    net, X, T = MLP((2, 1), output="linear", seed=0), np.random.default_rng(0).normal(size=(50, 2)), None
    T = 2 * X[:, :1] + 0.01 * X[:, 1:]
    net.delete([0, 1])
    test = StatisticalTest(0.1)
    test.look(net, Cost(X, T))
    pull = test.test_variable(net)
    assert pull[0] > pull[1]  # the first input is needed


def test_a_weight_that_nothing_depends_on_goes_first():
    net, X, T = oracles.problem((3, 2, 1), deleted=0)
    net.weights = np.where(np.arange(net.n) == net.n - 2, 0.0, net.weights)  # unit 2 is not listened to
    test = StatisticalTest(0.1)
    oracles.change(net, slice(4, 8), 0.0)
    test.look(net, Cost(X, T))
    assert np.isneginf(test.test_variable(net)[4:8]).all() and np.argmin(test.saliency(net)) in range(4, 8)


def test_a_weight_on_which_all_patterns_agree_is_never_chosen():
    net, X, T = oracles.problem((3, 2, 1), deleted=0)
    oracles.change(net, net.n - 2, 0.0)  # unit 2 is not listened to: no pattern would move the weights into it
    test = StatisticalTest(0.1)
    test.look(net, Cost(X, T))
    for values in (test.test_variable(net), test.saliency(net)):
        assert np.isposinf(values[4:8]).all() and np.isfinite(np.delete(values, range(4, 8))).all()


@pytest.mark.parametrize("w0", [0.5, 2.0])
def test_weight_elimination_is_the_slope_of_its_penalty(w0):
    net, X, T = oracles.problem((3, 2, 1))
    before, rate, strength = net.copy(), 0.05, 0.3

    def penalty(w):
        return 0.5 * strength * np.sum(w**2 / (1 + (w / w0) ** 2))

    train_backpropagation(
        net, X, T, rate, batch=None, epochs=1, weight_decay=strength, elimination=w0, keep="last", seed=0
    )
    slope = gradient(before, X, T) + oracles.central_differences(penalty, before.weights)
    expected = np.where(before.mask, before.weights - rate * slope, 0)
    assert np.allclose(net.weights, expected, atol=1e-9)


def test_for_a_large_w0_weight_elimination_is_weight_decay():
    net, X, T = oracles.problem((3, 2, 1))
    twin = net.copy()
    train_backpropagation(net, X, T, epochs=5, weight_decay=0.1, elimination=1e9, keep="last", seed=0)
    train_backpropagation(twin, X, T, epochs=5, weight_decay=0.1, keep="last", seed=0)
    assert np.allclose(net.weights, twin.weights, rtol=1e-10)


def test_the_last_weights_can_be_kept_instead_of_the_best():
    net, X, T = oracles.problem((3, 2, 1))
    start = net.copy()
    curve = train_backpropagation(net, X, T, rate=50.0, epochs=3, keep="last", seed=0)
    assert curve.best == 0 and not np.array_equal(net.weights, start.weights)
    assert network_error(net, X, T) == curve.train_error[-1]
