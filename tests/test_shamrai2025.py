"""shamrai2025: the bounds against random nets and states, a case that attains them, LAPACK's singular values, traps."""

import numpy as np
import pytest

from classicnets import MLP
from classicnets.pruning.shamrai2025 import (
    admissible,
    change_bound,
    forward_constants,
    norm_constants,
    spectral_norm,
    trajectory_bound,
)

RNG = np.random.default_rng
HIDDEN = ("relu", "tanh", "linear")


def policy(seed, sizes=(3, 6, 5, 2), hidden="relu"):
    return MLP(sizes, hidden, "linear", seed=seed).initialize(seed, spread=1.0)


def changed(net, layer, change):
    """The net with a matrix (units, fan-in) added to the weights of a layer."""
    twin, matrices = net.copy(), [np.array(matrix) for matrix in net.matrices]
    matrices[layer][:, :-1] += change
    twin.matrices = matrices
    return twin


def moved(net, other, X):
    return np.linalg.norm(net.forward(X) - other.forward(X), axis=1)


def norm(matrix):
    return np.linalg.svd(matrix, compute_uv=False)[0]


def change_of(rng, W):
    """A change of one of three kinds: small weights deleted, random ones deleted, all changed a little."""
    share, size = rng.uniform(), np.abs(W)
    gone = (size < np.quantile(size, share), rng.uniform(size=W.shape) < share)
    kind = rng.integers(3)
    return -W * gone[kind] if kind < 2 else rng.normal(size=W.shape) * rng.exponential()


@pytest.mark.parametrize("hidden", HIDDEN)
def test_ten_thousand_states_of_random_nets_and_none_beyond_the_bounds(hidden):
    rng, largest = RNG(0), 0.0
    for seed in range(170):
        net, X, layer = policy(seed, hidden=hidden), rng.normal(size=(20, 3)) * rng.exponential(), seed % 3
        W = np.asarray(net.matrices[layer])[:, :-1]
        change = change_of(rng, W)
        other = changed(net, layer, change)
        actual, a = moved(net, other, X), forward_constants(net, X, layer) * norm(change)
        assert (actual <= a * (1 + 1e-12) + 1e-13).all()
        assert (a <= norm_constants(net, X, layer) * norm(change) * (1 + 1e-12)).all()
        np.testing.assert_allclose(change_bound(net, other, X), a, rtol=1e-12, atol=1e-13)  # (c) of one layer is (a)
        largest = max(largest, (actual / np.maximum(a, 1e-300)).max())
    assert 0.3 < largest <= 1 + 1e-12  # and it is no bound of another size


@pytest.mark.parametrize("hidden", [*HIDDEN, "logistic"])
def test_several_layers_and_biases_too(hidden):
    rng = RNG(1)
    for seed in range(60):
        net, X = policy(seed, hidden=hidden), rng.normal(size=(50, 3))
        other = net.copy()
        other.delete(np.flatnonzero(rng.uniform(size=net.n) < rng.uniform()))
        assert (moved(net, other, X) <= change_bound(net, other, X) * (1 + 1e-12) + 1e-13).all()


def test_constants_by_hand_with_singular_values_of_lapack_and_the_power_iteration():
    net, X = policy(3), RNG(3).normal(size=(9, 3))
    W, b = zip(*[(np.array(m)[:, :-1], np.array(m)[:, -1]) for m in net.matrices], strict=True)
    h = np.maximum(X @ W[0].T + b[0], 0)
    np.testing.assert_allclose(forward_constants(net, X, 1), norm(W[2]) * np.linalg.norm(h, axis=1), rtol=1e-13)
    np.testing.assert_allclose(
        forward_constants(net, X, 0), norm(W[2]) * norm(W[1]) * np.linalg.norm(X, axis=1), rtol=1e-13
    )
    eta = norm(W[1]) * (norm(W[0]) * np.linalg.norm(X, axis=1) + np.linalg.norm(b[0])) + np.linalg.norm(b[1])
    np.testing.assert_allclose(norm_constants(net, X, 2), eta, rtol=1e-13)
    v = np.ones(5)
    for _ in range(500):
        v = W[2].T @ (W[2] @ v)
        v /= np.linalg.norm(v)
    np.testing.assert_allclose(forward_constants(net, X, 1), np.linalg.norm(W[2] @ v) * np.linalg.norm(h, axis=1))


def attaining(seed=0):
    """A linear net of two layers and a change of rank one along the state, answered by the largest direction above."""
    rng = RNG(seed)
    net, x = policy(seed, (3, 4, 2), "linear"), rng.normal(size=3)
    above = np.linalg.svd(np.asarray(net.matrices[1])[:, :-1])[2][0]
    return net, changed(net, 0, np.outer(above, x)), x[None], np.linalg.norm(x)


def test_a_change_of_rank_one_along_the_state_attains_it():
    net, other, X, size = attaining()
    for bound in (forward_constants(net, X, 0) * size, norm_constants(net, X, 0) * size, change_bound(net, other, X)):
        assert moved(net, other, X) / bound == pytest.approx(1, abs=1e-12)
    one = MLP((3, 2), output="linear", seed=0)
    change = np.outer([1.0, 2.0], X[0])
    bound = forward_constants(one, X, 0) * norm(change)
    assert moved(one, changed(one, 0, change), X) / bound == pytest.approx(1, abs=1e-12)


def test_the_norm_is_spectral_and_not_frobenius():
    """Trap: Frobenius's norm is above it, so that less may be pruned than could be; of eye(4) twice as much."""
    net = policy(0, (4, 4, 4), "linear")
    net.matrices = [np.column_stack([np.eye(4), np.zeros(4)]), np.column_stack([3 * np.eye(4), np.zeros(4)])]
    X = np.array([[1.0, 0, 0, 0]])
    assert forward_constants(net, X, 0) == pytest.approx(3) == norm_constants(net, X, 0)  # and not 6
    assert change_bound(net, changed(net, 0, -np.eye(4)), X) == pytest.approx(3)  # and not 12
    assert moved(net, changed(net, 0, -np.eye(4)), X) == pytest.approx(3)


def test_of_several_layers_the_norms_above_are_those_after_the_change():
    """Trap: with the norms before, and even deleting a weight may raise one, it would be no bound: 1 for what is 2."""
    net, other, X = policy(0, (1, 1, 1), "linear"), policy(0, (1, 1, 1), "linear"), np.ones((1, 1))
    net.matrices, other.matrices = [[[0.0, 0]], [[1.0, 0]]], [[[1.0, 0]], [[2.0, 0]]]
    assert moved(net, other, X) == 2 and change_bound(net, other, X) == pytest.approx(2, rel=1e-12)
    assert spectral_norm([[1, 1], [1, 0]]) == pytest.approx((1 + 5**0.5) / 2)
    assert spectral_norm([[1, 1], [1, 0]]) > spectral_norm([[1, 1], [1, -1]]) == pytest.approx(2**0.5)


def test_form_b_needs_units_that_are_zero_at_zero():
    """Trap: of logistic units (b) would say that nothing moves where the state and the biases are zero."""
    net = policy(0, (2, 3, 1), "logistic")
    matrices = [np.array(matrix) for matrix in net.matrices]
    matrices[0][:, -1] = 0
    net.matrices = matrices
    X, other = np.zeros((1, 2)), changed(net, 1, np.ones((1, 3)))
    assert moved(net, other, X) == pytest.approx(1.5)
    assert moved(net, other, X) <= forward_constants(net, X, 1) * np.sqrt(3) * (1 + 1e-12)
    with pytest.raises(ValueError, match=r"^net: expected hidden units with f\(0\) = 0, relu, tanh, linear; got logis"):
        norm_constants(net, X, 1)


def test_what_is_admitted_moves_no_output_by_more():
    net, other, X, _ = attaining()
    largest = admissible(forward_constants(net, X, 0), 0.5)
    change = np.asarray(other.matrices[0]) - net.matrices[0]
    change = change[:, :-1] / norm(change[:, :-1])
    assert moved(net, changed(net, 0, largest * change), X) == pytest.approx(0.5, rel=1e-12)
    assert admissible([0.0], 1) == np.inf and admissible([1.0, 4.0], 1) == 0.25


def test_two_closed_loops_are_no_further_apart_than_the_series():
    """Of linear loops; where contraction and gain are along one direction they are as far apart."""
    A, b = np.array([[0.9, 0.2], [0.0, 0.8]]), np.array([0.0, 1.0])
    s = other = np.array([1.0, -1.0])
    bound = trajectory_bound(norm(A), 1.0, 0.01, 30)
    for t in range(31):
        assert np.linalg.norm(other - s) <= bound[t] + 1e-15
        s, other = A @ s, A @ other + 0.01 * np.sin(t) * b
    np.testing.assert_allclose(trajectory_bound(0.5, 2.0, 0.1, 60)[[0, 1, 2, 60]], [0, 0.2, 0.3, 0.4], rtol=1e-12)


@pytest.mark.parametrize(
    "call, complaint",
    [
        (lambda net, X: forward_constants(X, X, 0), "^net: expected an MLP"),
        (lambda net, X: forward_constants(net, X, 3), "^layer: expected one of the network's, 0 to 2"),
        (lambda net, X: forward_constants(MLP((3, 2)), X, 0), "^net: expected linear outputs; got logistic"),
        (lambda net, X: forward_constants(policy(0, hidden="scaled tanh"), X, 0), "^net: expected hidden units that"),
        (
            lambda net, X: change_bound(net, policy(0, hidden="tanh"), X),
            "^changed: expected a network like MLP 3-6-5-2, relu",
        ),
        (lambda net, X: change_bound(net, net, X[:, :2]), r"^X: expected shape \(P, 3\)"),
        (lambda net, X: admissible([-1.0], 1), "^constants: expected some, of at least 0"),
        (lambda net, X: admissible([1.0], 0), "^deviation: expected a finite number above 0"),
        (lambda net, X: trajectory_bound(1e300, 1, 1, 9), "^contraction: expected one for which the bound is finite"),
    ],
)
def test_bad_input(call, complaint):
    with pytest.raises((ValueError, TypeError), match=complaint):
        call(policy(0), np.ones((1, 3)))
