"""backprop.py: the gradient, the output derivatives."""

import numpy as np
import oracles
import pytest

from classicnets import gradient, network_error, output_derivatives
from classicnets.backprop import finite

SIZES = [(3, 2), (3, 4, 1), (3, 4, 2), (2, 3, 4, 2), (2, 3, 2, 3, 2)]
ALL = [
    (sizes, hidden, error, output)
    for sizes in SIZES
    for hidden in ("tanh", "logistic")
    for error, output in oracles.KINDS
    if not (output == "softmax" and sizes[-1] == 1)
]


@pytest.mark.parametrize("sizes, hidden, error, output", ALL)
def test_the_gradient_is_that_of_the_error(sizes, hidden, error, output):
    net, X, T = oracles.problem(sizes, hidden, output)
    ours = gradient(net, X, T, error, weight_decay=0.2)

    def value(w):
        return network_error(oracles.with_weights(net, w), X, T, error, weight_decay=0.2)

    assert oracles.relative_error(ours, oracles.central_differences(value, net.weights)) < 1e-8
    exact = oracles.complex_step(lambda w: oracles.error(net, X, T, error, 0.2, w), net.weights)
    assert oracles.relative_error(ours, exact) < 1e-12


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("output", ["tanh", "logistic", "linear", "softmax"])
def test_the_output_derivatives_are_those_of_forward(sizes, output):
    net, X, _ = oracles.problem(sizes, "tanh", output, patterns=5)
    ours = output_derivatives(net, X)
    assert ours.shape == (5, sizes[-1], net.n)
    if output == "softmax" and sizes[-1] == 1:
        assert not ours.any()  # the only output is 1 whatever the weights
        return
    differences = oracles.central_differences(lambda w: oracles.with_weights(net, w).forward(X), net.weights)
    assert oracles.relative_error(ours, differences.transpose(1, 2, 0)) < 1e-8
    exact = oracles.complex_step(lambda w: oracles.outputs(net, X, w), net.weights)
    assert oracles.relative_error(ours, exact.transpose(1, 2, 0)) < 1e-12


def test_the_gradient_of_the_error_is_the_residuals_times_the_output_derivatives():
    # Hassibi & Stork (1993), eq. 9: X is the derivative of the output, not of the error.
    net, X, T = oracles.problem((3, 4, 2))
    residuals = net.forward(X) - T
    expected = np.einsum("pl,plq->q", residuals, output_derivatives(net, X)) / len(X)
    assert np.allclose(gradient(net, X, T), expected, rtol=1e-12, atol=1e-15)


def test_the_gradient_counts_every_pattern_once():
    net, X, T = oracles.problem((3, 4, 2))
    single = [gradient(net, X[[p]], T[[p]]) for p in range(len(X))]
    assert np.allclose(gradient(net, X, T), np.mean(single, axis=0), rtol=1e-12, atol=1e-16)


def test_deleted_weights_have_a_gradient_too():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    net.delete([0, 20])
    assert gradient(net, X, T)[[0, 20]].all() and output_derivatives(net, X)[:, :, 0].any()


def test_derivatives_whose_sum_overflows_are_finite_themselves():
    huge = np.array([1.5e308, 1.5e308])
    with np.errstate(over="ignore"):
        assert finite(huge) is huge
