"""error.py: values by hand, derivatives against differences, at the outputs and at the output units."""

import numpy as np
import oracles
import pytest

from classicnets import MLP, gradient, hessian, hessian_diagonal, network_error, output_derivatives, train_quasi_newton
from classicnets.activation import ACTIVATIONS, activation
from classicnets.backprop import pattern_gradients
from classicnets.error import error_for, pattern_errors

STEP = 1e-6


def output_problem(output, seed=0, patterns=6, units=3):
    """An output layer alone: its pre-activations a, outputs o and targets t."""
    net = MLP((1, units), output=output)
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(patterns, units))
    t = rng.uniform(size=(patterns, units))
    if output == "softmax":
        t /= t.sum(axis=1, keepdims=True)
    return net, a, activation(output, "output").value(a), t


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_first_and_second_derivatives_of_the_activations(name):
    f, a = ACTIVATIONS[name], np.linspace(-4, 4, 40)  # not 0, where a rectified unit has no slope
    z = f.value(a)
    # Central differences: truncation 1e-12, rounding 2e-10 of f, 1e-16 / 1e-6.
    assert np.allclose(f.first(z), (f.value(a + STEP) - f.value(a - STEP)) / (2 * STEP), atol=1e-9)
    slopes = [f.first(f.value(a + sign * STEP)) for sign in (1, -1)]
    assert np.allclose(f.second(z), (slopes[0] - slopes[1]) / (2 * STEP), atol=1e-9)
    assert f.low <= z.min() and z.max() <= f.high


def test_squared_error_has_a_half_and_is_a_mean_over_patterns_not_over_outputs():
    net = MLP((1, 2), output="linear")
    net.weights = [0.0, 1.0, 0.0, 2.0]  # o = (1, 2) for every pattern
    X, T = np.zeros((2, 1)), np.array([[1.0, 2.0], [4.0, -2.0]])
    assert network_error(net, X, T) == (0 + (9 + 16) / 2) / 2
    assert network_error(net, X, T, weight_decay=0.1) == pytest.approx(6.25 + 0.05 * (1 + 4), rel=1e-15)


def test_cross_entropies_by_hand():
    X = np.zeros((1, 1))
    net = MLP((1, 2), output="logistic")
    net.weights = [0.0, 0.0, 0.0, np.log(3)]  # o = (1/2, 3/4)
    assert network_error(net, X, [[1, 0]], "cross-entropy") == pytest.approx(np.log(2) + np.log(4), rel=1e-14)
    net = MLP((1, 2), output="softmax")
    net.weights = [0.0, 0.0, 0.0, np.log(3)]  # o = (1/4, 3/4)
    expected = -(0.5 * np.log(1 / 4) + 0.5 * np.log(3 / 4))
    assert network_error(net, X, [[0.5, 0.5]], "cross-entropy") == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("name, output", oracles.KINDS)
def test_the_error_is_the_loop_over_patterns_and_outputs(name, output):
    net, X, T = oracles.problem((3, 4, 2), "logistic", output)
    expected = oracles.error(net, X, T, name, weight_decay=0.3)
    assert network_error(net, X, T, name, weight_decay=0.3) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("name, output", oracles.KINDS)
def test_derivatives_seen_from_the_output_units(name, output):
    net, a, o, t = output_problem(output)
    e, f = error_for(net, name), activation(output, "output")
    first, second = e.delta(t, o, f), e.curvature(t, o, f)
    for l in range(3):
        up, down = a + STEP * np.eye(3)[l], a - STEP * np.eye(3)[l]
        by_value = (e.value(t, f.value(up), up) - e.value(t, f.value(down), down)) / (2 * STEP)
        by_first = (e.delta(t, f.value(up), f) - e.delta(t, f.value(down), f)) / (2 * STEP)
        assert np.allclose(first[:, l], by_value, atol=1e-8)
        assert np.allclose(second[:, :, l], by_first, atol=1e-8)


@pytest.mark.parametrize("name, output", oracles.KINDS)
def test_without_the_residuals_the_curvature_is_slopes_times_fisher_times_slopes(name, output):
    # Hassibi & Stork (1993), eq. 13: drop (t - o); what is left is do/da^T diag(a_k) do/da.
    net, a, o, t = output_problem(output)
    f, e = activation(output, "output"), error_for(net, name)
    steps = STEP * np.eye(3)
    slopes = np.stack([(f.value(a + step) - f.value(a - step)) / (2 * STEP) for step in steps], axis=2)
    expected = np.einsum("pli,pl,plj->pij", slopes, oracles.fisher(name, output, o), slopes)
    root = e.root(o, f)
    assert np.allclose(root.swapaxes(1, 2) @ root, expected, atol=1e-8)
    assert np.allclose(root.swapaxes(1, 2) @ root, e.curvature(o, o, f), rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("output", ["logistic", "softmax"])
def test_cross_entropy_is_exact_however_far_the_outputs_are_saturated(output):
    net = MLP((1, 2), output=output)
    X, T = np.ones((1, 1)), np.array([[0.0, 1.0]])
    for a in (1.0, 20.0, 50.0, 400.0, 1e4):
        net.weights = [a, 0.0, -a, 0.0]  # softmax: e = log(1 + exp(2a)); logistic: both units wrong, each that of a
        wrong = np.logaddexp(0, 2 * a) if output == "softmax" else 2 * np.logaddexp(0, a)
        assert network_error(net, X, T, "cross-entropy") == pytest.approx(wrong, rel=1e-14)
        assert network_error(net, X, 1 - T, "cross-entropy") == pytest.approx(wrong - 2 * a, rel=1e-9, abs=1e-11)
    assert np.allclose(gradient(net, X, T, "cross-entropy"), [1, 1, -1, -1])
    assert np.isfinite(hessian(net, X, T, error="cross-entropy")).all()


@pytest.mark.parametrize("output", ["logistic", "softmax"])
@pytest.mark.parametrize("sizes", [(2, 3), (2, 4, 3)])
def test_saturated_or_not_every_derivative_agrees_with_differences_of_the_error(output, sizes):
    net, X, T = oracles.problem(sizes, output=output, deleted=0)
    for scale in (1, 20, 60):  # outputs within 1e-26 of 0 and 1: no 1e-16 of clipping could hide
        net.weights = scale * net.weights / np.abs(net.weights).max()
        up_down = [oracles.with_weights(net, net.weights + s * 1e-5 * np.eye(net.n)[0]) for s in (1, -1)]
        values = [network_error(twin, X, T, "cross-entropy") for twin in up_down]
        slopes = [gradient(twin, X, T, "cross-entropy") for twin in up_down]
        g, single = gradient(net, X, T, "cross-entropy"), pattern_gradients(net, X, T, "cross-entropy")
        assert g[0] == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-6, abs=1e-8)
        assert np.allclose(single.mean(axis=0), g, rtol=1e-12, atol=1e-15)
        H = hessian(net, X, T, error="cross-entropy")
        assert np.allclose(H[0], (slopes[0] - slopes[1]) / 2e-5, rtol=1e-5, atol=1e-6)


def test_a_training_leaves_a_saturated_wrong_start():
    net = MLP((1, 1))
    net.weights = [100.0, 0.0]
    curve = train_quasi_newton(net, [[1.0], [-1.0]], [[0.0], [1.0]], error="cross-entropy")
    assert curve.train_error[0] == pytest.approx(100) and curve.train_error[curve.best] < 1e-6


def test_errors_beyond_all_bounds_are_infinite_and_never_nan():
    net = MLP((1, 2, 1), output="linear", seed=0)
    net.weights = np.array([1.0, 0.0, -1.0, 0.0, 1e308, -1e308, 0.0]) * 1.5
    X = np.full((2, 1), 30.0)
    net.weights = [1e308, 0, -1e308, 0, 1.7e308, 1.7e308, 1e308]  # tanh is 1 and -1: the outputs cancel
    assert network_error(net, X, np.zeros((2, 1))) == np.inf  # 1e308 squared
    wild = MLP((1, 2, 1), hidden="linear", output="linear")
    wild.weights = [1e308, 0, 1e308, 0, 1.0, -1.0, 0.0]
    errors = pattern_errors(wild, X, np.zeros((2, 1)), error_for(wild, "squared"))
    assert (errors == np.inf).all()  # inf - inf
    for derivative in (gradient, hessian, hessian_diagonal, lambda *a: output_derivatives(*a[:2]), wild_forward):
        with pytest.raises(ValueError, match="^net: expected "):
            derivative(wild, X, np.zeros((2, 1)))


def wild_forward(net, X, T):
    return net.forward(X)
