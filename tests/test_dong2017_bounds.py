"""Layer-wise OBS: lemma 3.1 and theorem 3.2 over ten thousand random networks, and the bound of eq. 7 that is false."""

from itertools import pairwise, product

import numpy as np
import pytest

from classicnets import MLP, Cost, LayerwiseSurgeon, layer_errors, output_bound, prune_layers
from classicnets.activation import activation

FUNCTIONS = list(product(("relu", "tanh", "logistic", "linear"), ("relu", "linear", "tanh", "softmax")))
TRIALS = 625  # of each pair of functions: 10,000 in all


def random_weights(rng, sizes):
    """Matrices of so many random networks, and of the same with weights moved and deleted: two lists, a layer each."""
    scale, move, share = (
        rng.choice(of, size=(TRIALS, 1, 1)) for of in ((0.3, 1.0, 3.0), (0.0, 0.1, 1.0), (0.2, 0.5, 0.9))
    )
    whole = [scale * rng.normal(size=(TRIALS, b, a + 1)) for a, b in pairwise(sizes)]
    pruned = [(W + move * rng.normal(size=W.shape)) * (rng.random(W.shape) < share) for W in whole]
    return whole, pruned


def through(matrices, X, functions):
    """What each layer of all networks gets, a one last, and what the last puts out."""
    z, seen = X, []
    for W, f in zip(matrices, functions, strict=True):
        seen.append(np.concatenate([z, np.ones((*z.shape[:-1], 1))], axis=-1))
        z = f(seen[-1] @ W.swapaxes(1, 2))
    return seen, z


def size(z):
    """|z|_F / sqrt(P) of each network's (trials, P, units)."""
    return np.sqrt((z**2).sum(axis=(1, 2)) / z.shape[1])


@pytest.mark.parametrize("hidden, output", FUNCTIONS)
def test_lemma_31_and_theorem_32_hold_in_every_trial(hidden, output):
    """The sums as they are printed, for 625 networks at once; some of them beside what the library says."""
    rng = np.random.default_rng(2017 + FUNCTIONS.index((hidden, output)))
    sizes = rng.integers(2, 5, size=rng.integers(3, 6)).tolist()
    functions = [activation(f, "output").value for f in [hidden] * (len(sizes) - 2) + [output]]
    X, (whole, pruned) = rng.normal(size=(TRIALS, 6, sizes[0])), random_weights(rng, sizes)
    (seen, O), (_, O_pruned) = through(whole, X, functions), through(pruned, X, functions)
    roots, rounding = [], 1 + 1e-12
    for z, W, V, f in zip(seen, whole, pruned, functions, strict=True):
        before, after = z @ W.swapaxes(1, 2), z @ V.swapaxes(1, 2)
        roots.append(size(after - before))  # sqrt of the printed E, eq. 3
        assert (size(f(after) - f(before)) <= rounding * roots[-1] + 1e-12).all(), "lemma 3.1"
    distance, bounds = size(O_pruned - O), {}
    for name, kind in (("frobenius", "fro"), ("spectral", 2)):
        norms = [np.linalg.norm(V[:, :, :-1], kind, axis=(1, 2)) for V in pruned]
        terms = [np.prod(norms[k + 1 :], axis=0) * root for k, root in enumerate(roots)]
        bounds[name] = np.sum(terms, axis=0)
    assert (distance <= rounding * bounds["spectral"] + 1e-12).all(), "theorem 3.2"
    assert (bounds["spectral"] <= rounding * bounds["frobenius"]).all()
    assert np.median(distance) > 0.05 and bounds["spectral"].mean() < bounds["frobenius"].mean()
    net, smaller = (MLP(sizes, hidden, output) for _ in range(2))
    for trial in range(0, TRIALS, 125):
        net.matrices, smaller.matrices = [W[trial] for W in whole], [V[trial] for V in pruned]
        for name, bound in bounds.items():
            assert output_bound(net, smaller, X[trial], name) == pytest.approx(bound[trial], rel=1e-9)
        E = np.array([root[trial] for root in roots]) ** 2 / 2
        np.testing.assert_allclose(layer_errors(net, smaller, X[trial]), E, rtol=1e-9, atol=1e-300)


def test_the_bound_is_attained_where_all_is_linear_and_of_one_weight():
    net = MLP((1, 1, 1), hidden="linear", output="linear", seed=0)
    net.weights = [2.0, 0.0, 3.0, 0.0]
    smaller = net.copy()
    smaller.weights = [2.5, 0.0, 3.5, 0.0]
    X = np.array([[1.0], [-1.0]])
    distance = 2.5 * 3.5 - 2.0 * 3.0
    for norm in ("frobenius", "spectral"):
        assert output_bound(net, smaller, X, norm) == pytest.approx(distance, rel=1e-12)


def test_a_function_steeper_than_1_is_allowed_for():
    """The scaled hyperbolic tangent has a slope of 1.14 at 0: lemma 3.1 is false of it as it stands."""
    net = MLP((1, 1), output="scaled tanh", seed=0)
    net.weights = [0.0, 0.0]
    smaller, X = net.copy(), np.array([[1.0]])
    smaller.weights = [1e-3, 0.0]
    distance, root = abs(smaller.outputs(X) - net.outputs(X)).item(), np.sqrt(2 * layer_errors(net, smaller, X)[0])
    assert distance > 1.14 * root
    assert distance <= output_bound(net, smaller, X) < 1.001 * distance


def test_the_printed_bound_on_a_single_deletion_is_false_by_the_root_of_2():
    """Eq. 7, sqrt(E) <= |theta| / sqrt(2 [Psi^-1]_qq), with E as in eq. 3, without a half, and H = Psi as in eq. 9."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 6))
    net = MLP((6, 5, 2), hidden="relu", output="linear", seed=3)
    method = LayerwiseSurgeon(1e-10)
    method.look(net, Cost(X, net.outputs(X)))
    L = method.saliency(net)  # theta^2 / (2 [Psi^-1]_qq): the square of the printed bound
    for q in range(30):
        smaller = net.copy()
        method.delete(smaller, q)
        E = 2 * layer_errors(net, smaller, X)[0]
        assert np.sqrt(E) / np.sqrt(L[q]) == pytest.approx(np.sqrt(2), rel=1e-6)


def test_the_networks_must_be_of_the_same_layers():
    net, X = MLP((2, 2, 1)), np.eye(2)
    for other, error in ((MLP((2, 3, 1)), ValueError), (MLP((2, 2, 1), hidden="relu"), ValueError), (X, TypeError)):
        with pytest.raises(error, match="^smaller: expected"):
            layer_errors(net, other, X)
    with pytest.raises(ValueError, match="^norm: expected one of frobenius, spectral"):
        output_bound(net, net, X, "nuclear")


def test_it_bounds_a_network_pruned_layer_by_layer():
    X = np.random.default_rng(1).normal(size=(200, 8))
    net = MLP((8, 10, 6, 3), hidden="relu", output="linear", seed=5)
    smaller = prune_layers(net, X, LayerwiseSurgeon(), (0.6, 0.6, 0.8))
    distance = np.sqrt(((smaller.outputs(X) - net.outputs(X)) ** 2).sum() / len(X))
    assert 0 < distance <= output_bound(net, smaller, X) < output_bound(net, smaller, X, "frobenius")


def test_the_steeper_function_is_that_of_its_own_layer():
    """Of linear outputs the change of their weights counts as it is, however steep the units below them."""
    net = MLP((1, 1, 1), "scaled tanh", "linear", seed=0)
    net.weights = [1.0, 0.0, 2.0, 0.0]
    smaller, X = net.copy(), np.array([[0.5], [-0.5]])
    smaller.weights = [1.0, 0.0, 0.0, 0.0]
    distance = np.sqrt(((smaller.outputs(X) - net.outputs(X)) ** 2).sum() / 2)
    assert output_bound(net, smaller, X) == pytest.approx(distance, rel=1e-12)
