"""hassibi1993.py: alpha as it is, relative to each weight's own H_qq, and relative to their mean."""

import numpy as np
import oracles
import pytest
from sklearn.datasets import load_wine

from classicnets import (
    MLP,
    Cost,
    OptimalBrainSurgeon,
    hessian,
    monks,
    one_hot,
    prune,
    standardize,
    train_backpropagation,
)


def start(scale, H, alpha):
    h = np.diag(H)
    return alpha * {"absolute": np.ones(len(H)), "own": h, "mean": np.full(len(H), h.mean())}[scale]


@pytest.mark.parametrize("scale", ["absolute", "own", "mean"])
@pytest.mark.parametrize("kind", ["gauss-newton", "exact"])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_alpha_is_added_to_the_hessian_on_its_scale(scale, kind, decay):
    net, X, T = oracles.problem((3, 4, 2), deleted=0.2)
    T = net.forward(X) if kind == "exact" else T  # a minimum
    net.weights = net.weights if kind == "gauss-newton" or not decay else 1e-3 * net.weights
    T = net.forward(X) if kind == "exact" else T
    method, alive = OptimalBrainSurgeon(1e-2, kind, scale=scale), net.mask
    method.look(net, Cost(X, T, weight_decay=decay))
    H = hessian(net, X, T, kind, weight_decay=decay)[np.ix_(alive, alive)]
    own = hessian(net, X, T, "gauss-newton", weight_decay=decay)[np.ix_(alive, alive)]
    B = np.linalg.inv(H + np.diag(start(scale, own, 1e-2)))
    expected = net.weights[alive] ** 2 / (2 * np.diag(B))
    assert oracles.relative_error(method.saliency(net)[alive], expected) < 1e-9


def wine():
    data = load_wine()
    X, T = standardize(data.data, data.data), one_hot(data.target)
    net = MLP((13, 4, 3), output="softmax", seed=0)
    train_backpropagation(net, X, T, rate=0.1, epochs=40, seed=0, error="cross-entropy")
    return net, X, T, "cross-entropy"


def monk():
    data = monks(1)
    net = MLP((17, 3, 1), seed=0)
    train_backpropagation(net, data.X, data.T, rate=0.5, epochs=60, seed=0)
    return net, data.X, data.T, "squared"


def order(net, X, T, error, scale, alpha=1e-3):
    """What is deleted, in this order."""
    path = prune(net, X, T, OptimalBrainSurgeon(alpha, scale=scale), error=error)
    return [step.deleted for step in path]


def in_other_units(net, X, seed=0):
    """The same network for inputs that are each multiplied by a factor between 1e-3 and 1e3."""
    factors = 10 ** np.random.default_rng(seed).uniform(-3, 3, X.shape[1])
    twin, first = net.copy(), np.array(net.matrices[0])
    first[:, :-1] /= factors
    twin.matrices = [first, *net.matrices[1:]]
    return twin, X * factors


@pytest.mark.parametrize("problem", [monk, wine])
def test_relative_to_its_own_curvature_a_path_is_the_same_in_any_units_of_the_inputs(problem):
    net, X, T, error = problem()
    twin, inputs = in_other_units(net, X)
    assert oracles.relative_error(twin.forward(inputs), net.forward(X)) < 1e-12
    assert order(net, X, T, error, "own") == order(twin, inputs, T, error, "own")
    for scale in ("absolute", "mean"):
        assert order(net, X, T, error, scale) != order(twin, inputs, T, error, scale)


@pytest.mark.parametrize("scale, same", [("absolute", False), ("own", True), ("mean", True)])
def test_relative_to_the_mean_a_path_is_the_same_for_any_scale_of_the_error(scale, same):
    net, X, T = oracles.problem((3, 4, 2), output="linear", deleted=0)
    net.delete(net.is_bias)  # so that patterns of zeros only make the others count less
    saliencies = []
    for zeros in (0, 9 * len(X)):
        method = OptimalBrainSurgeon(1e-3, scale=scale)
        method.look(net, Cost(*(np.vstack([part, np.zeros((zeros, part.shape[1]))]) for part in (X, T))))
        saliencies.append(method.saliency(net)[net.mask] * (1 + zeros / len(X)))
    assert (oracles.relative_error(*saliencies) < 1e-9) == same


@pytest.mark.parametrize("size, bias", [(1, 0), (1e4, 0), (1, -50)])  # -50: the curvature of all others is 1e-43
def test_what_no_output_depends_on_goes_first(size, bias):
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    X[:, 0] = 0.0  # the weights of the first input have no curvature
    matrices = [np.array(matrix) for matrix in net.matrices]
    matrices[0][:, 0] *= size
    matrices[1][:, -1] += bias
    net.matrices = matrices
    path = prune(net, X, T, OptimalBrainSurgeon(1e-3, scale="own"), keep_orphans=True)
    first = {q for step in path[1:5] for q in step.deleted}
    assert first == set(net.views(np.arange(net.n))[0][:, 0])


@pytest.mark.parametrize("scale", ["absolute", "own", "mean"])
def test_what_is_flat_in_all_directions_is_pruned_to_the_end(scale):
    net, X, T = oracles.problem((3, 4, 2), "relu", "relu", deleted=0)
    net.weights = np.where(net.is_bias, -9.0, np.minimum(net.weights, 0))  # units that are all silent: H = 0
    path = prune(net, X, T, OptimalBrainSurgeon(1e-3, scale=scale))
    assert not path[-1].n_active and path.ended_by == "size"


def test_scales_that_there_are_not():
    with pytest.raises(ValueError, match="^scale: expected one of absolute, own, mean; got "):
        OptimalBrainSurgeon(scale="trace")
