"""Dropout: the thinned network's gradient against its error by loops, and training with it against a twin."""

import numpy as np
import oracles
import pytest

from classicnets import SharedNetwork, checks, dense, gradient, network_error, train_backpropagation, wired
from classicnets.dropout import factors, thinned_gradient
from classicnets.error import error_for

SIZES = (3, 4, 5, 2)


def thinned_outputs(net, x, thinning, weights):
    """The outputs for one pattern, unit by unit, each hidden unit times its factor; complex weights welcome."""
    weights, z = iter(weights), list(x)
    for layer, units in enumerate(net.sizes[1:], 1):
        a = [sum(next(weights) * z_j for z_j in [*z, 1.0]) for _ in range(units)]
        if layer < len(net.sizes) - 1:
            z = [oracles.VALUE[net.hidden](a_i) * factor for a_i, factor in zip(a, thinning[layer - 1], strict=True)]
        elif net.output == "softmax":
            z = [np.exp(a_i) / sum(map(np.exp, a)) for a_i in a]
        else:
            z = [oracles.VALUE[net.output](a_i) for a_i in a]
    return z


def thinned_error(net, X, T, thinning, name, weights):
    """(1/P) sum of e(t, o) over the thinned networks of the patterns."""
    total = 0.0
    for p, (x, t) in enumerate(zip(X, T, strict=True)):
        o = thinned_outputs(net, x, [layer[p] for layer in thinning], weights)
        for t_l, o_l in zip(t, o, strict=True):
            total += (t_l - o_l) ** 2 / 2 if name == "squared" else -t_l * np.log(o_l)
            if name == "cross-entropy" and net.output == "logistic":
                total -= (1 - t_l) * np.log(1 - o_l)
    return total / len(X)


@pytest.mark.parametrize("error, output", oracles.KINDS)
@pytest.mark.parametrize("hidden", ["tanh", "logistic", "relu"])
def test_the_gradient_is_that_of_the_thinned_networks(hidden, error, output):
    net, X, T = oracles.problem(SIZES, hidden, output, patterns=5)
    thinning = [factors(np.random.default_rng(layer), 5, units, 0.4) for layer, units in enumerate(SIZES[1:-1])]
    assert any((factor == 0).any() for factor in thinning)
    expected = oracles.complex_step(lambda w: thinned_error(net, X, T, thinning, error, w), net.weights)
    found = thinned_gradient(net, X, T, error_for(net, error), thinning)
    np.testing.assert_allclose(found, expected, atol=1e-13)
    assert np.abs(found - gradient(net, X, T, error)).max() > 1e-3  # that of the whole network is another


def test_units_are_dropped_by_their_share_and_the_others_make_up_for_them():
    drawn = factors(np.random.default_rng(0), 1000, 50, 0.2)
    assert set(np.unique(drawn)) == {0.0, 1.25}
    assert drawn.mean() == pytest.approx(1, abs=0.01) and (drawn == 0).mean() == pytest.approx(0.2, abs=0.01)
    assert 5 < (drawn == 0).sum(axis=1).std() * 2 < 6.5  # unit by unit: binomial, sqrt(50 x .2 x .8) = 2.8


def test_training_is_the_twins_with_other_units_dropped_for_each_pattern_and_epoch():
    net, X, T = oracles.problem(SIZES, "relu", "softmax", "cross-entropy", patterns=7)
    rng, velocity, twin = np.random.default_rng(3), np.zeros(net.n), net.weights.copy()
    for _ in range(3):
        order = rng.permuted(np.arange(7)[None], axis=1)[0]
        for some in (order[:4], order[4:]):
            thinning = [(rng.random((len(some), units)) >= 0.3) / 0.7 for units in (4, 5)]
            slope = oracles.complex_step(
                lambda w, some=some, t=thinning: thinned_error(net, X[some], T[some], t, "cross-entropy", w), twin
            )
            velocity = np.where(net.mask, 0.5 * velocity - 0.1 * (slope + 0.01 * twin), 0)
            twin = twin + velocity
    curve = train_backpropagation(
        net, X, T, rate=0.1, momentum=0.5, batch=4, epochs=3, seed=3, error="cross-entropy", weight_decay=0.01,
        dropout=0.3, keep="last",
    )  # fmt: skip
    np.testing.assert_allclose(net.weights, twin, atol=1e-12)
    whole = network_error(net, X, T, "cross-entropy", 0.01)
    assert curve.train_error[-1] == pytest.approx(whole, rel=1e-14)  # no unit is missing when it is looked at


def test_without_dropout_not_a_bit_changes_and_nothing_is_drawn():
    net, X, T = oracles.problem(SIZES, patterns=9)
    twin, none, rng = net.copy(), net.copy(), np.random.default_rng(1)
    train_backpropagation(net, X, T, epochs=4, every=2, seed=1, batch=2)
    train_backpropagation(twin, X, T, epochs=4, every=2, seed=rng, batch=2, dropout=0)
    assert np.array_equal(net.weights, twin.weights)
    expected = np.random.default_rng(1)
    expected.permuted(np.tile(np.arange(9), (4, 1)), axis=1)
    assert rng.random() == expected.random()
    train_backpropagation(none, X, T, epochs=4, every=4, seed=1, batch=2, dropout=1e-300)
    np.testing.assert_allclose(none.weights, net.weights, atol=1e-13)


def test_neither_inputs_nor_outputs_are_dropped():
    net, X, T = oracles.problem((3, 2), patterns=9)
    twin = net.copy()
    for each, dropout in ((net, 0.0), (twin, 0.9)):
        train_backpropagation(each, X, T, epochs=4, seed=1, dropout=dropout)
    np.testing.assert_allclose(net.weights, twin.weights, atol=1e-13)


def test_what_is_deleted_stays_so_and_seeds_decide():
    net, X, T = oracles.problem(SIZES, patterns=9, deleted=0.3)
    nets = [net.copy() for _ in range(3)]
    for each, seed in zip(nets, (0, 0, 1), strict=True):
        train_backpropagation(each, X, T, epochs=4, seed=seed, dropout=0.5)
        assert not each.weights[~net.mask].any()
    assert np.array_equal(nets[0].weights, nets[1].weights) and not np.array_equal(nets[0].weights, nets[2].weights)


def test_a_training_that_diverges_ends_and_keeps_finite_weights():
    net, X, T = oracles.problem(SIZES, "relu", "linear")
    curve = train_backpropagation(net, 1e3 * X, T, rate=1e3, epochs=50, seed=0, dropout=0.5)
    assert curve.stopped_by == "divergence" and np.isfinite(net.weights).all()


def test_other_shares_and_other_networks_are_refused():
    net, X, T = oracles.problem((3, 4, 2))
    for dropout in (1, 1.5, -0.1, "half", None, np.nan):
        with pytest.raises(ValueError, match="^dropout: expected "):
            train_backpropagation(net, X, T, dropout=dropout)
    shared = SharedNetwork(**wired([dense(3, 2)]))
    with pytest.raises(TypeError, match="^net: expected an MLP, where hidden units are dropped"):
        train_backpropagation(shared, X, T, dropout=0.1)
    train_backpropagation(shared, X, T, dropout=0.0, epochs=1)


def test_with_elimination_large_weights_decay_less_with_dropout_too():
    net, X, T = oracles.problem(SIZES, patterns=9)
    nets = [net.copy() for _ in range(3)]
    for each, dropout, elimination in zip(nets, (0, 1e-300, 1e-300), (0.2, 0.2, None), strict=True):
        options = {"dropout": dropout, "elimination": elimination, "weight_decay": 0.1, "batch": 2, "seed": 1}
        train_backpropagation(each, X, T, epochs=4, every=4, **options)
    np.testing.assert_allclose(nets[1].weights, nets[0].weights, atol=1e-13)
    assert np.abs(nets[2].weights - nets[0].weights).max() > 1e-3


def test_a_thinned_gradient_that_overflows_is_refused():
    net, X, T = oracles.problem(SIZES, "relu", "linear", patterns=5)
    thinning = [np.full((5, units), 1e200) for units in SIZES[1:-1]]
    with pytest.raises(checks.Diverged), np.errstate(over="ignore", invalid="ignore"):
        thinned_gradient(net, X, T, error_for(net, "squared"), thinning)
