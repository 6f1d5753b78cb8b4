"""Backpropagation over nonzeros alone, and over all inputs, against the generic form by `gradient`: the same."""

import numpy as np
import oracles
import pytest

from classicnets import Cost, passes
from classicnets.kernels.sparse_backprop import MANY_STEPS

GENERIC = passes.go_through.dispatch(object)
SETTINGS = [(0.0, 0.0), (0.0, 0.1), (0.8, 0.0), (0.8, 0.1)]  # momentum, weight decay


def few_nonzeros(patterns, inputs, seed=0):
    """A tenth of the inputs not zero and not only ones; one pattern and one input are all zero."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(patterns, inputs)) * (rng.random((patterns, inputs)) < 0.1)
    X[0], X[:, 1] = 0.0, 0.0
    return X


def trained(go_through, net, cost, momentum, rates=0.3, epochs=3, w0=np.inf, batch=1, velocity=0.0):
    """Weights and velocity after some epochs, in two calls."""
    net, velocity, P = net.copy(), np.full(net.n, velocity), len(cost.X)
    orders = np.random.default_rng(3).permuted(np.tile(np.arange(P), (epochs, 1)), axis=1)
    for some in (orders[:1], orders[1:]):
        go_through(net, cost, some, batch, np.zeros(net.n) + rates, momentum, velocity, w0)
    return net.weights, velocity


def problem(sizes, output="logistic", error="squared", decay=0.0, sparse=True, patterns=30):
    net, X, T = oracles.problem(sizes, "tanh", output, patterns=patterns, deleted=0.2)
    return net, Cost.fitting(net, few_nonzeros(patterns, sizes[0]) if sparse else X, T, error, decay)


@pytest.fixture
def dense_is_refused(monkeypatch):
    def refuse(*arguments):
        raise AssertionError("all inputs were gone through")

    monkeypatch.setattr(passes, "train_epochs", refuse)


@pytest.mark.parametrize("momentum, decay", SETTINGS)
@pytest.mark.parametrize("sizes", [(13, 2), (13, 5, 2), (13, 3, 6, 2)])
def test_training_over_nonzeros_ends_at_the_same_weights(sizes, momentum, decay, dense_is_refused):
    net, cost = problem(sizes, decay=decay)
    ours, generic = (trained(form, net, cost, momentum) for form in (passes.go_through, GENERIC))
    assert np.allclose(ours, generic, rtol=1e-12, atol=1e-14)
    assert not ours[0][~net.mask].any() and not ours[1][~net.mask].any() and not net.mask.all()
    assert (abs(ours[0] - net.weights)[net.mask] > 1e-4).mean() > 0.5


@pytest.mark.parametrize("error, output", oracles.KINDS)
def test_so_it_does_with_every_error(error, output, dense_is_refused):
    net, cost = problem((13, 5, 3), output, error, 0.05)
    ours, generic = (trained(form, net, cost, 0.5) for form in (passes.go_through, GENERIC))
    assert np.allclose(ours, generic, rtol=1e-12, atol=1e-14)


def test_what_waits_for_longer_than_the_powers_reach_is_as_it_would_be(dense_is_refused):
    net, cost = problem((13, 2, 1), decay=1e-3, patterns=MANY_STEPS + 10)
    cost.X[1:, 0], cost.X[0, 0] = 0.0, 1.0
    ours, generic = (trained(form, net, cost, 0.9, rates=0.01, epochs=2) for form in (passes.go_through, GENERIC))
    assert np.allclose(ours, generic, rtol=1e-11, atol=1e-14)


def test_biases_may_have_a_decay_of_their_own(dense_is_refused):
    net = problem((13, 5, 2))[0]
    net, cost = problem((13, 5, 2), decay=np.where(net.is_bias, 0.0, 0.1))
    ours, generic = (trained(form, net, cost, 0.5) for form in (passes.go_through, GENERIC))
    assert np.allclose(ours, generic, rtol=1e-12, atol=1e-14)


def test_what_does_not_lead_away_from_inputs_may_have_rates_of_its_own(dense_is_refused):
    net, cost = problem((13, 5, 2), decay=0.1)
    rates = np.linspace(0.1, 0.4, net.n)
    net.views(rates)[0][:, :-1] = 0.3
    ours, generic = (trained(form, net, cost, 0.5, rates=rates) for form in (passes.go_through, GENERIC))
    assert np.allclose(ours, generic, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("sparse", [True, False])
def test_a_velocity_that_deleted_weights_had_before_is_lost(sparse):
    net, cost = problem((13, 5, 2), decay=0.1, sparse=sparse)
    ours, generic = (trained(form, net, cost, 0.5, velocity=0.1) for form in (passes.go_through, GENERIC))
    assert np.allclose(ours, generic, rtol=1e-12, atol=1e-14)
    assert not ours[0][~net.mask].any() and not ours[1][~net.mask].any()


@pytest.mark.parametrize("reason", ["decay", "rates", "batch", "elimination", "many nonzeros"])
def test_what_nonzeros_alone_cannot_do_goes_through_all_inputs(reason, monkeypatch):
    decay = np.linspace(0, 0.1, 82) if reason == "decay" else 0.1
    net, cost = problem((13, 5, 2), decay=decay, sparse=reason != "many nonzeros")
    options = {"w0": 0.5 if reason == "elimination" else np.inf, "batch": 4 if reason == "batch" else 1}
    options["rates"] = np.linspace(0.2, 0.4, net.n) if reason == "rates" else 0.3
    monkeypatch.setattr(passes, "train_sparse_epochs", None)
    ours, generic = (trained(form, net, cost, 0.5, **options) for form in (passes.go_through, GENERIC))
    assert np.allclose(ours, generic, rtol=1e-12, atol=1e-14)


def test_a_network_that_diverges_is_no_number_over_nonzeros_either():
    net, cost = problem((13, 5, 2), output="linear")
    with np.errstate(over="ignore", invalid="ignore"):
        weights, _ = trained(passes.go_through, net, cost, 0.9, rates=1e3, epochs=40)
    assert not np.isfinite(weights).all()


def test_a_cost_knows_its_nonzeros():
    X = np.array([[0.0, 0, 0, 2, 0, 0], [0.0] * 6, [0, -1, 0, 0, 0, 0.0]])
    begin, inputs, values = Cost(X, np.zeros((3, 1))).nonzeros
    assert (begin.tolist(), inputs.tolist(), values.tolist()) == ([0, 1, 1, 2], [3, 1], [2.0, -1.0])
    assert Cost(np.ones((3, 6)), np.zeros((3, 1))).nonzeros is None
