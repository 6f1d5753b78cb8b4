"""One layer at a time: Psi against the definition and against the Hessian of a network that is one layer."""

import numpy as np
import pytest

from classicnets import MLP, checks, hessian
from classicnets.layerwise import layer_hessian, layer_inputs, layer_inverse

X = np.random.default_rng(0).normal(size=(40, 3))
NET = MLP((3, 4, 5, 2), hidden="relu", seed=0)


@pytest.mark.parametrize("layer", range(3))
def test_psi_is_the_mean_of_outer_products_of_what_a_layer_gets(layer):
    """Of the units below as they are computed by hand, with a one for the bias."""
    z = X
    for matrix in NET.matrices[:layer]:
        z = np.maximum(np.column_stack([z, np.ones(40)]) @ matrix.T, 0)
    z = np.column_stack([z, np.ones(40)])
    np.testing.assert_allclose(layer_inputs(NET, X, layer), z, atol=1e-14)
    psi = sum(np.outer(row, row) for row in z) / 40
    np.testing.assert_allclose(layer_hessian(NET, X, layer), psi, atol=1e-13)
    inverse = layer_inverse(NET, X, layer, 0.1)
    np.testing.assert_allclose(inverse @ (psi + 0.1 * np.eye(len(psi))), np.eye(len(psi)), atol=1e-12)


def test_psi_is_each_units_block_of_the_hessian_of_a_linear_layer():
    """On the house's scale: 1/(2P) of the squared error has the second derivatives Psi, without a factor of 2."""
    net = MLP((3, 2), output="linear", seed=1)
    H, psi = hessian(net, X, net.outputs(X)), layer_hessian(net, X, 0)
    np.testing.assert_allclose(H, np.kron(np.eye(2), psi), atol=1e-13)


def test_other_layers_and_other_networks_are_refused():
    """The argument is named."""
    with pytest.raises(ValueError, match="^layer: expected one of the network's, 0 to 2; got 3"):
        layer_hessian(NET, X, 3)
    with pytest.raises(TypeError, match="^net: expected an MLP"):
        layer_hessian(X, X, 0)
    with pytest.raises(ValueError, match="^X: expected patterns whose squares are finite"):
        layer_hessian(NET, 1e200 * X, 0)
    with pytest.raises(ValueError, match="^alpha: expected enough to be seen"):
        layer_inverse(MLP((3, 2)), np.repeat(X[:1], 9, axis=0) * 1e3, 0, 1e-20)


def test_a_ridge_that_is_lost_or_overflows_is_refused():
    """Beside 1e16 one of 100 is still seen, by its first two digits: no inverse comes of that."""
    X, net = np.full((9, 3), 1e8), MLP((3, 2))
    for alpha, message in ((100.0, "enough to be seen"), (1e308, "Psi . alpha I has a finite trace")):
        with pytest.raises(checks.Diverged, match=f"^alpha: expected .*{message}"):
            layer_inverse(net, X, 0, alpha)
    assert layer_inverse(net, X, 0, 1e4).max() < 1e-4
