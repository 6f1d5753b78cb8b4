"""Properties that hold for every network, drawn by hypothesis: shapes, masks, symmetry, what deleting leaves alone."""

import numpy as np
import oracles
from hypothesis import given, settings
from hypothesis import strategies as st

from classicnets import (
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    RandomChoice,
    accuracy,
    gradient,
    hessian,
    hessian_diagonal,
    hessian_vector_product,
    inverse_hessian,
    network_error,
    output_derivatives,
    prune,
    remove,
    remove_orphans,
    train_backpropagation,
    train_gauss_newton,
    train_quasi_newton,
)


@st.composite
def problems(draw, fewest_deleted=0.0, most_deleted=0.8):
    """(net, X, T, error): any sizes up to three hidden layers, any activations, any mask."""
    error, output = draw(st.sampled_from(oracles.KINDS))
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=5)))
    if output == "softmax" and sizes[-1] == 1:
        sizes = (*sizes[:-1], 2)
    hidden = draw(st.sampled_from(["tanh", "logistic", "linear"]))
    patterns, seed = draw(st.integers(1, 6)), draw(st.integers(0, 1000))
    deleted = draw(st.floats(fewest_deleted, most_deleted))
    net, X, T = oracles.problem(sizes, hidden, output, patterns=patterns, deleted=deleted, seed=seed)
    return net, X, T, error


@given(problems())
def test_everything_has_its_shape_and_is_finite(problem):
    net, X, T, error = problem
    P, n, n_out = len(X), net.n, net.sizes[-1]
    assert n == sum(units * (fan_in + 1) for fan_in, units in zip(net.sizes, net.sizes[1:], strict=False))
    for quantity, shape in [
        (net.forward(X), (P, n_out)),
        (net.is_bias, (n,)),
        (gradient(net, X, T, error), (n,)),
        (output_derivatives(net, X), (P, n_out, n)),
        (hessian(net, X, T, "exact", error), (n, n)),
        (hessian(net, X, T, "gauss-newton", error), (n, n)),
        (hessian_diagonal(net, X, T, "lecun1990", error), (n,)),
        (hessian_vector_product(net, X, T, np.ones(n), error), (n,)),
        (inverse_hessian(net, X, T, 1e-2, error=error), (n, n)),
    ]:
        assert quantity.shape == shape and np.isfinite(quantity).all()
    assert len(net.weight_names()) == len(set(net.weight_names())) == n
    assert net.is_bias.sum() == sum(net.sizes[1:])
    value = network_error(net, X, T, error)
    assert isinstance(value, float) and value >= 0
    if net.output not in ("linear", "relu") or n_out > 1:
        assert 0 <= accuracy(net, X, T) <= 1


@given(problems())
def test_the_hessian_is_symmetric_and_its_products_agree_with_it(problem):
    net, X, T, error = problem
    H = hessian(net, X, T, "exact", error)
    assert np.array_equal(H, H.T)
    v = np.cos(np.arange(net.n))
    # Either sum of up to n terms rounds at the size of the largest.
    assert np.allclose(H @ v, hessian_vector_product(net, X, T, v, error), rtol=0, atol=1e-12 * (1 + np.abs(H).sum()))
    assert np.allclose(np.diag(H), hessian_diagonal(net, X, T, "exact", error), rtol=0, atol=1e-12 * (1 + abs(H).max()))


@given(problems())
def test_gauss_newton_is_semidefinite_and_levenberg_marquardt_not_negative(problem):
    net, X, T, error = problem
    H = hessian(net, X, T, "gauss-newton", error)
    assert np.array_equal(H, H.T)
    assert np.linalg.eigvalsh(H).min() >= -1e-13 * (1 + np.abs(H).sum())
    assert hessian_diagonal(net, X, T, "levenberg-marquardt", error).min() >= 0


OVER_PATTERNS = (  # what is a mean over the patterns
    network_error,
    gradient,
    lambda net, X, T, error: hessian(net, X, T, "exact", error),
    lambda net, X, T, error: hessian_diagonal(net, X, T, "lecun1990", error),
)


@given(problems(), st.permutations(range(6)))
def test_the_order_of_the_patterns_does_not_matter(problem, order):
    net, X, T, error = problem
    order = [p for p in order if p < len(X)]
    for function in OVER_PATTERNS:
        one, other = np.asarray(function(net, X, T, error)), np.asarray(function(net, X[order], T[order], error))
        assert np.allclose(one, other, rtol=0, atol=1e-12 * (1 + np.abs(one).max()))


@given(problems())
def test_patterns_given_twice_change_nothing(problem):
    net, X, T, error = problem
    twice = np.concatenate([X, X]), np.concatenate([T, T])
    for function in OVER_PATTERNS:
        one, other = np.asarray(function(net, X, T, error)), np.asarray(function(net, *twice, error))
        assert np.allclose(one, other, rtol=0, atol=1e-12 * (1 + np.abs(one).max()))


@given(problems(), st.data())
def test_matrices_and_masks_stay_views_whatever_is_done(problem, data):
    net, X, T, error = problem
    for action in data.draw(st.lists(st.sampled_from(["assign", "delete", "train", "copy", "initialize"]), max_size=5)):
        if action == "assign":
            net.weights = np.sin(np.arange(net.n))
        elif action == "delete":
            net.delete(data.draw(st.integers(0, net.n - 1)))
        elif action == "train":
            train_gauss_newton(net, X, T, iterations=1, error=error)
        elif action == "copy":
            net = net.copy()
        else:
            net.initialize(seed=1)
        for matrices, whole in ((net.matrices, net.weights), (net.mask_matrices, net.mask)):
            assert [matrix.shape for matrix in matrices] == net.shapes
            assert all(np.shares_memory(matrix, whole) for matrix in matrices)
            assert np.array_equal(np.concatenate([matrix.ravel() for matrix in matrices]), whole)
        assert not net.weights[~net.mask].any() and net.n_active == np.count_nonzero(net.mask)


@given(problems(), st.lists(st.integers(0, 10_000), max_size=8))
def test_n_active_counts_what_was_not_deleted(problem, indices):
    net, *_ = problem
    gone = set(np.flatnonzero(~net.mask)) | {index % net.n for index in indices}
    for index in indices:
        net.delete(index % net.n)
    assert net.n_active == net.n - len(gone) and set(np.flatnonzero(~net.mask)) == gone
    assert not net.weights[list(gone)].any()


@given(problems(0.1, 0.6), st.sampled_from(["backpropagation", "gauss-newton", "quasi-newton"]))
def test_deleted_weights_stay_zero_through_training(problem, trainer):
    net, X, T, error = problem
    if not net.mask.any():
        return
    mask, before = net.mask.copy(), network_error(net, X, T, error, weight_decay=0.1)
    if trainer == "backpropagation":
        train_backpropagation(net, X, T, rate=0.01, momentum=0.5, epochs=3, seed=0, error=error, weight_decay=0.1)
    elif trainer == "gauss-newton":
        train_gauss_newton(net, X, T, iterations=3, error=error, weight_decay=0.1)
    else:
        train_quasi_newton(net, X, T, iterations=3, error=error, weight_decay=0.1)
    assert np.array_equal(net.mask, mask) and not net.weights[~mask].any()
    assert network_error(net, X, T, error, weight_decay=0.1) <= before


@settings(max_examples=40)
@given(
    problems(0, 0.3),
    st.sampled_from([Magnitude, RandomChoice, OptimalBrainDamage, lambda: OptimalBrainSurgeon(1e-2)]),
    st.integers(1, 4),
    st.booleans(),
    st.booleans(),
)
def test_a_pruning_only_ever_deletes(problem, method, at_once, keep_biases, keep_orphans):
    net, X, T, error = problem
    if not (net.mask & ~net.is_bias).any():
        return
    path = prune(net, X, T, method(), error=error, at_once=at_once, keep_biases=keep_biases, keep_orphans=keep_orphans)
    for before, step in zip(path, path[1:], strict=False):
        assert step.n_active < before.n_active and not (step.mask & ~before.mask).any()
        assert sorted(step.deleted) == np.flatnonzero(before.mask & ~step.mask).tolist()
        assert not step.weights[~step.mask].any() and np.isfinite(step.weights).all()
        assert step.n_active == np.count_nonzero(step.mask)
        if keep_orphans:
            assert len(step.deleted) <= at_once
            assert not (keep_biases and net.is_bias[list(step.deleted)].any())


@settings(max_examples=200)
@given(problems(0.2, 0.9))
def test_removing_orphans_never_changes_the_outputs_and_leaves_none(problem):
    net, X, _, _ = problem
    before, mask = net.forward(X), net.mask.copy()
    gone = remove_orphans(net)
    assert np.allclose(net.forward(X), before, rtol=1e-12, atol=1e-12)
    assert gone == np.flatnonzero(mask & ~net.mask).tolist() and not (net.mask & ~mask).any()
    assert not net.weights[~net.mask].any()
    assert remove_orphans(net) == []
    for mine, above in zip(net.mask_matrices, net.mask_matrices[1:], strict=False):
        for unit in range(len(mine)):
            if mine[unit].any():  # a unit that has weights feeds something
                assert above[:, unit].any()
            if not mine[unit, :-1].any():  # one that nothing feeds, only what has no bias to take its place
                assert not (above[:, unit] & above[:, -1]).any()


@given(problems(0, 0.5), st.data())
def test_removing_weights_from_an_inverse_is_inverting_anew(problem, data):
    net, X, T, error = problem
    if not net.mask.any():
        return
    B, left = inverse_hessian(net, X, T, 0.1, error=error), net.mask.copy()
    M = hessian(net, X, T, "gauss-newton", error) + 0.1 * np.eye(net.n)
    for q in data.draw(st.lists(st.sampled_from(np.flatnonzero(net.mask).tolist()), unique=True, max_size=4)):
        B, left[q] = remove(B, q), False
    some = np.ix_(left, left)
    tolerance = 100 * np.finfo(float).eps * np.linalg.norm(M, 2) / 0.1  # the condition of M, a few removals
    assert np.allclose(B[some] @ M[some], np.eye(left.sum()), rtol=0, atol=tolerance)
    assert not B[~left].any() and not B[:, ~left].any()
