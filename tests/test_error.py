"""error.py: values by hand, derivatives against differences, at the outputs and at the output units."""

import numpy as np
import oracles
import pytest

from classicnets import MLP, gradient, hessian, network_error
from classicnets.activation import ACTIVATIONS, activation
from classicnets.error import at_output_units, error_for, gauss_newton_at_output_units

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
    f, a = ACTIVATIONS[name], np.linspace(-4, 4, 41)
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
def test_first_and_second_derivatives_with_respect_to_the_outputs(name, output):
    net, _, o, t = output_problem(output)
    e = error_for(net, name)
    for l in range(3):
        step = STEP * np.eye(3)[l]
        first = (e.value(t, o + step) - e.value(t, o - step)) / (2 * STEP)
        second = (e.first(t, o + step) - e.first(t, o - step)) / (2 * STEP)
        # 1e-10 of rounding, and truncation STEP^2 e''' / 6 where e''' is at most about 2 / o^3 < 1e4: 1e-8.
        assert np.allclose(e.first(t, o)[:, l], first, rtol=1e-7, atol=1e-8)
        assert np.allclose(e.second(t, o)[:, l], second[:, l], rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name, output", oracles.KINDS)
def test_fisher_is_the_second_derivative_where_outputs_equal_targets(name, output):
    net, _, o, t = output_problem(output)
    e = error_for(net, name)
    assert np.allclose(e.fisher(t, o), e.second(o, o), rtol=1e-14)
    if name == "cross-entropy" and output == "logistic":  # a_k of Hassibi et al. (1994), section 2
        assert np.allclose(e.fisher(t, o), 1 / (o * (1 - o)), rtol=1e-14)


@pytest.mark.parametrize("name, output", oracles.KINDS)
def test_derivatives_seen_from_the_output_units(name, output):
    net, a, o, t = output_problem(output)
    e, f = error_for(net, name), activation(output, "output").value
    first, second = at_output_units(net, e, t, o)
    for l in range(3):
        up, down = a + STEP * np.eye(3)[l], a - STEP * np.eye(3)[l]
        by_value = (e.value(t, f(up)) - e.value(t, f(down))) / (2 * STEP)
        by_first = (at_output_units(net, e, t, f(up))[0] - at_output_units(net, e, t, f(down))[0]) / (2 * STEP)
        assert np.allclose(first[:, l], by_value, atol=1e-8)
        assert np.allclose(second[:, :, l], by_first, atol=1e-8)


@pytest.mark.parametrize("name, output", oracles.KINDS)
def test_without_the_residuals_the_curvature_is_slopes_times_fisher_times_slopes(name, output):
    # Hassibi & Stork (1993), eq. 13: drop (t - o); what is left is do/da^T diag(a_k) do/da.
    net, a, o, t = output_problem(output)
    f, e = activation(output, "output").value, error_for(net, name)
    slopes = np.stack(
        [(f(a + STEP * np.eye(3)[l]) - f(a - STEP * np.eye(3)[l])) / (2 * STEP) for l in range(3)], axis=2
    )
    expected = np.einsum("pli,pl,plj->pij", slopes, e.fisher(t, o), slopes)
    assert np.allclose(gauss_newton_at_output_units(net, e, t, o), expected, atol=1e-8)
    assert np.allclose(at_output_units(net, e, o, o)[1], gauss_newton_at_output_units(net, e, t, o), rtol=1e-14)


@pytest.mark.parametrize("output", ["logistic", "softmax"])
def test_cross_entropy_of_a_saturated_wrong_output_stays_finite(output):
    net = MLP((1, 2), output=output)
    net.weights = [1e4, 0.0, -1e4, 0.0]
    X, T = np.ones((1, 1)), np.array([[0.0, 1.0]])
    wrong = 1 if output == "softmax" else 2  # softmax: the right class has no probability; logistic: both units wrong
    # The logarithm is taken no closer to 0 than half a unit in the last place of 1: 53 bits.
    assert network_error(net, X, T, "cross-entropy") == pytest.approx(wrong * 53 * np.log(2), rel=1e-12)
    assert np.allclose(gradient(net, X, T, "cross-entropy"), [1, 1, -1, -1])
    assert np.isfinite(hessian(net, X, T, error="cross-entropy")).all()
