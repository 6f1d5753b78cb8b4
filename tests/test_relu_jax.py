"""Rectified units against another library's derivatives; skipped where JAX is not installed (it is in an extra)."""

import numpy as np
import pytest

from classicnets import MLP, gradient, hessian

jax = pytest.importorskip("jax")


@pytest.mark.parametrize("error", ["squared", "cross-entropy"])
@pytest.mark.parametrize("sizes", [(3, 4, 2), (3, 5, 4, 2)])
def test_derivatives_of_rectified_units_are_those_of_jax(sizes, error):
    """Gradient and Hessian, where no pre-activation is 0; with logistic outputs, and softmax ones."""
    jax.config.update("jax_enable_x64", True)
    rng, P = np.random.default_rng(0), 30
    net = MLP(sizes, "relu", "softmax" if error == "cross-entropy" else "logistic", seed=1)
    X, T = rng.normal(size=(P, 3)), np.eye(2)[rng.integers(0, 2, P)]

    def value(w):
        z, (*hidden, last) = X, [w[indices] for indices in net.views(np.arange(net.n))]
        for matrix in hidden:
            z = jax.nn.relu(z @ matrix[:, :-1].T + matrix[:, -1])
        a = z @ last[:, :-1].T + last[:, -1]
        if error == "squared":
            return jax.numpy.square(T - jax.nn.sigmoid(a)).sum() / (2 * P)
        return -(T * jax.nn.log_softmax(a)).sum() / P

    assert np.abs(gradient(net, X, T, error=error) - jax.grad(value)(net.weights)).max() < 1e-12
    assert np.abs(hessian(net, X, T, error=error) - jax.hessian(value)(net.weights)).max() < 1e-12
