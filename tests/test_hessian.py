"""hessian.py, blocks.py and plan.py: second derivatives against differences, naive twins and one another."""

from importlib import import_module
from threading import Thread

import numpy as np
import oracles
import pytest

from classicnets import (
    blocks,
    gradient,
    hessian,
    hessian_by_units,
    hessian_diagonal,
    hessian_vector_product,
    output_derivatives,
    threads,
)
from classicnets.kernels.forward import TILE

SIZES = [(3, 2), (3, 4, 1), (3, 4, 2), (2, 3, 4, 2), (2, 3, 2, 3, 2)]
ALL = [
    (sizes, hidden, error, output)
    for sizes in SIZES
    for hidden in ("tanh", "logistic")
    for error, output in oracles.KINDS
    if not (output == "softmax" and sizes[-1] == 1)
]
DEEP = (2, 3, 2, 3, 2)
plans = import_module("classicnets.plan")  # which has a function of that name


def by_differences(net, X, T, error="squared", weight_decay=0.0):
    """The Hessian by central differences of the gradient."""

    def slope(w):
        return gradient(oracles.with_weights(net, w), X, T, error, weight_decay)

    return oracles.central_differences(slope, net.weights)


@pytest.fixture(params=["fewest lines", "most lines"])
def route(request, monkeypatch):
    """Both ways to sum up what is between two layers: each job takes one with the first, the other with the second."""

    def fewest(own, count, J, K):
        return count * J < (J * (J + 1) // 2 if own else J * K)

    plans.plan.cache_clear()
    turned_round = request.param == "most lines"
    monkeypatch.setattr(plans, "pays_to_scale", lambda *job: fewest(*job) != turned_round)
    yield
    plans.plan.cache_clear()


@pytest.mark.parametrize("sizes, hidden, error, output", ALL)
def test_the_exact_hessian_is_the_derivative_of_the_gradient(sizes, hidden, error, output, route):
    net, X, T = oracles.problem(sizes, hidden, output)
    H = hessian(net, X, T, error=error, weight_decay=0.2)
    assert np.array_equal(H, H.T)
    assert oracles.relative_error(H, by_differences(net, X, T, error, 0.2)) < 1e-6


@pytest.mark.parametrize("sizes, hidden, error, output", ALL)
def test_the_hessian_times_a_vector_without_the_hessian(sizes, hidden, error, output, route):
    net, X, T = oracles.problem(sizes, hidden, output)
    v = np.random.default_rng(1).normal(size=net.n)
    product = hessian_vector_product(net, X, T, v, error, weight_decay=0.2)
    assert oracles.relative_error(product, hessian(net, X, T, "exact", error, 0.2) @ v) < 1e-10
    assert oracles.relative_error(product, by_differences(net, X, T, error, 0.2) @ v) < 1e-6


@pytest.mark.parametrize("sizes, hidden, error, output", ALL)
def test_gauss_newton_is_the_sum_of_outer_products_of_output_derivatives(sizes, hidden, error, output, route):
    # Hassibi & Stork (1993), eq. 14; other errors by their a_k: Hassibi et al. (1994), section 2.
    net, X, T = oracles.problem(sizes, hidden, output)
    H = hessian(net, X, T, "gauss-newton", error, weight_decay=0.2)
    expected = 0.2 * np.eye(net.n)
    a = oracles.fisher(error, output, net.forward(X))
    for X_k, a_k in zip(output_derivatives(net, X), a, strict=True):
        for X_kl, a_kl in zip(X_k, a_k, strict=True):
            expected += a_kl * np.outer(X_kl, X_kl) / len(X)
    assert oracles.relative_error(H, expected) < 1e-12
    assert np.array_equal(H, H.T)
    # Never negative: eigenvalues of a semidefinite matrix come out within rounding of its norm.
    assert np.linalg.eigvalsh(H).min() > 0.2 - 1e-13 * np.abs(H).sum()


@pytest.mark.parametrize("sizes, hidden, error, output", ALL)
def test_gauss_newton_is_exact_where_the_targets_equal_the_outputs(sizes, hidden, error, output, route):
    net, X, T = oracles.problem(sizes, hidden, output)
    exact, gauss_newton = hessian(net, X, T, error=error), hessian(net, X, T, "gauss-newton", error)
    without_targets = len(sizes) == 2 and (error == "cross-entropy" or output in ("linear", "relu"))
    if exact.any() and not without_targets:  # zero where all outputs are rectified
        assert oracles.relative_error(gauss_newton, exact) > 1e-2
    O = net.forward(X)
    exact, gauss_newton = hessian(net, X, O, error=error), hessian(net, X, O, "gauss-newton", error)
    assert np.abs(gauss_newton - exact).max() <= 1e-12 * np.abs(exact).max()


def test_hidden_units_may_be_linear(route):
    net, X, T = oracles.problem(DEEP, "linear", "logistic")
    assert oracles.relative_error(hessian(net, X, T), by_differences(net, X, T)) < 1e-6


def test_the_hessian_is_over_deleted_weights_too(route):
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    net.delete([0, 20])
    H = hessian(net, X, T)
    assert H[0].any() and H[20, 0] != 0 and H.shape == (net.n, net.n)


@pytest.mark.parametrize("error, output", oracles.KINDS)
@pytest.mark.parametrize("kind", ["exact", "gauss-newton"])
def test_every_pattern_counts_once_and_leaks_nothing_into_the_next(kind, error, output, route):
    # A well-known simulator does not reset the second derivatives of hidden units between patterns.
    net, X, T = oracles.problem((2, 3, 4, 2), "tanh", output)
    single = [hessian(net, X[[p]], T[[p]], kind, error) for p in range(len(X))]
    assert oracles.relative_error(hessian(net, X, T, kind, error), np.mean(single, axis=0)) < 1e-13
    if kind == "exact":
        for which in ("exact", "lecun1990", "levenberg-marquardt"):
            single = [hessian_diagonal(net, X[[p]], T[[p]], which, error) for p in range(len(X))]
            whole = hessian_diagonal(net, X, T, which, error)
            assert oracles.relative_error(whole, np.mean(single, axis=0)) < 1e-13


def test_saturated_units_have_no_curvature_and_no_warning(route, recwarn):
    for hidden in ("tanh", "logistic"):
        net, X, T = oracles.problem((3, 4, 2), hidden, deleted=0)
        oracles.change(net, slice(16), 1e4 * net.weights[:16])
        H = hessian(net, X, T)
        assert np.isfinite(H).all() and oracles.relative_error(H, H.T) == 0
        assert np.abs(H[:16, :16]).max() < 1e-100 < np.abs(H[16:, 16:]).max()
    assert not recwarn.list


# -- tiles, panels, portions, threads ---------------------------------------------------------------------------------

LARGER = [(3, 2), (17, 3, 1), (9, 7, 2), (2, 34, 1), (4, 5, 6, 3), (2, 3, 2, 5, 1), (66, 3, 2), (70, 2)]


@pytest.mark.parametrize("patterns", [1, 7, 129, 513])  # tiles and vectors that are not full, two tiles, rows of a page
@pytest.mark.parametrize("sizes", LARGER)
def test_the_hessian_is_that_by_units(sizes, patterns, route):
    net, X, T = oracles.problem(sizes, patterns=patterns)
    H = hessian(net, X, T)
    assert np.array_equal(H, H.T)
    assert oracles.relative_error(H, hessian_by_units(net, X, T)) < 1e-13
    if sizes[-1] > 1:
        net, X, T = oracles.problem(sizes, output="softmax", patterns=patterns)
        H = hessian(net, X, T, error="cross-entropy")
        # Both lose digits of o - o^2 where an output is nearly 1.
        assert oracles.relative_error(H, hessian_by_units(net, X, T, "cross-entropy")) < 1e-12


def test_of_deep_networks_with_many_units_fewer_patterns_are_taken_at_a_time():
    net, X, T = oracles.problem((1, 124, 2, 1), patterns=150)
    assert TILE > 2_000_000 // sum(net.sizes[1:]) ** 2  # what the kernel then takes
    assert oracles.relative_error(hessian(net, X, T), hessian_by_units(net, X, T)) < 1e-13


@pytest.mark.parametrize("kind", ["exact", "gauss-newton"])
@pytest.mark.parametrize(
    "patterns", [8, 9, 39]
)  # portions of 8: one full, one full and a single pattern, the last short
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), DEEP])
def test_portions_of_patterns_add_up(sizes, patterns, kind, route, monkeypatch):
    net, X, T = oracles.problem(sizes, patterns=patterns)
    expected = hessian(net, X, T, kind)
    monkeypatch.setattr(blocks, "PORTION", 8)
    monkeypatch.setattr(blocks, "FEWEST_PATTERNS", 1)
    assert oracles.relative_error(hessian(net, X, T, kind), expected) < 1e-13


def spoil_scratch():
    """What is kept from one call to the next, in case a call takes the results of the one before for its own."""
    for *_, memory in blocks.scratch.kept.values():
        memory[:] = np.nan


@pytest.mark.parametrize("sizes", LARGER)
def test_the_same_to_the_last_digit_however_the_work_is_divided(sizes, route, monkeypatch):
    net, X, T = oracles.problem(sizes, patterns=300)
    monkeypatch.setattr(blocks, "PORTION", 200)
    expected, shared = hessian(net, X, T), []

    def in_parts(task, count, work):
        shared.append(count)
        for part in reversed(range(count)):
            task(part, part + 1)

    monkeypatch.setattr(threads, "share", in_parts)
    spoil_scratch()
    assert np.array_equal(hessian(net, X, T), expected)
    assert len(shared) == 5 and shared[0] == 2  # two portions of two tasks each, and what is placed


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), DEEP])
def test_memory_that_nothing_was_written_to_is_not_calculated_with(sizes, route, monkeypatch):
    net, X, T = oracles.problem(sizes, patterns=13)
    expected = hessian(net, X, T)
    spoil_scratch()
    assert np.array_equal(hessian(net, X, T), expected)


def test_layers_far_apart_are_coupled_through_all_paths_between_them(route):
    net, X, T = oracles.problem((2, 3, 2, 3, 2), deleted=0)
    exact, reference = hessian(net, X, T), by_differences(net, X, T)
    first, last = slice(0, 9), slice(net.n - 8, net.n)
    assert oracles.relative_error(exact[last, first], reference[last, first]) < 1e-6


def test_memory_kept_from_an_earlier_network_leaves_no_trace(route):
    small = oracles.problem((2, 3, 2, 1), seed=1)
    expected = hessian(*small)
    hessian(*oracles.problem((6, 7, 5, 3), patterns=40))
    assert np.array_equal(hessian(*small), expected)
    kept = hessian(*small)
    hessian(*oracles.problem((2, 3, 2, 1), seed=2))
    assert np.array_equal(kept, expected)


def test_threads_do_not_share_their_scratch_memory():
    mine, theirs = blocks.scratch("A", 3), []
    thread = Thread(target=lambda: theirs.append(blocks.scratch("A", 3)))
    thread.start()
    thread.join()
    assert not np.shares_memory(mine, theirs[0])
    assert np.shares_memory(mine, blocks.scratch("A", 3))


def test_scratch_memory_is_kept_up_to_a_size_and_used_again_by_what_is_smaller(monkeypatch):
    assert 8 * blocks.scratch.MOST <= 50e6  # bytes, of each array
    monkeypatch.setattr(blocks._Scratch, "MOST", 12)
    scratch = blocks._Scratch()
    kept = scratch("A", 3, 4)
    assert np.shares_memory(kept, scratch("A", 2, 5)) and scratch("A", 13).shape == (13,)
    assert sum(memory.size for *_, memory in scratch.kept.values()) == 12


# -- diagonals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes, hidden, error, output", ALL)
def test_the_exact_diagonal_is_that_of_the_hessian(sizes, hidden, error, output, route):
    net, X, T = oracles.problem(sizes, hidden, output)
    ours = hessian_diagonal(net, X, T, "exact", error, weight_decay=0.2)
    assert oracles.relative_error(ours, np.diag(hessian(net, X, T, "exact", error, 0.2))) < 1e-12


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("hidden", ["tanh", "logistic"])
@pytest.mark.parametrize("output", ["tanh", "logistic", "linear"])
def test_the_sweep_is_le_cuns_pattern_by_pattern(sizes, hidden, output):
    net, X, T = oracles.problem(sizes, hidden, output)
    ours = hessian_diagonal(net, X, T, "lecun1990")
    assert oracles.relative_error(ours, oracles.lecun_sweep(net, X, T)) < 1e-12
    ours = hessian_diagonal(net, X, T, "levenberg-marquardt", weight_decay=0.2)
    assert oracles.relative_error(ours, 0.2 + oracles.lecun_sweep(net, X, T, levenberg_marquardt=True)) < 1e-12


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 1), (3, 4, 3), (3, 4, 1, 1)])
@pytest.mark.parametrize("error, output", [kind for kind in oracles.KINDS if kind[1] != "softmax"])
def test_the_sweep_is_the_true_diagonal_with_one_hidden_layer_or_a_single_unit_above(sizes, error, output):
    net, X, T = oracles.problem(sizes, "tanh", output)
    ours = hessian_diagonal(net, X, T, "lecun1990", error, weight_decay=0.2)
    assert oracles.relative_error(ours, hessian_diagonal(net, X, T, "exact", error, weight_decay=0.2)) < 1e-12


@pytest.mark.parametrize("error, output", [kind for kind in oracles.KINDS if kind[1] != "softmax"])
def test_the_sweep_is_not_the_true_diagonal_below_two_hidden_layers_and_is_above(error, output):
    net, X, T = oracles.problem((3, 4, 3, 2), "tanh", output)
    sweep, exact = (hessian_diagonal(net, X, T, kind, error) for kind in ("lecun1990", "exact"))
    first = slice(0, 4 * 4)  # weights with two layers of units above them
    assert oracles.relative_error(sweep[first], exact[first]) > 0.01
    assert oracles.relative_error(sweep[first.stop :], exact[first.stop :]) < 1e-12


def test_the_sweep_is_not_the_true_diagonal_under_softmax_because_it_couples_the_outputs():
    net, X, T = oracles.problem((3, 4, 3), "tanh", "softmax")
    sweep, exact = (hessian_diagonal(net, X, T, kind, "cross-entropy") for kind in ("lecun1990", "exact"))
    first = slice(0, 4 * 4)
    assert oracles.relative_error(sweep[first], exact[first]) > 0.01
    assert oracles.relative_error(sweep[first.stop :], exact[first.stop :]) < 1e-12


@pytest.mark.parametrize("sizes, hidden, error, output", ALL)
def test_levenberg_marquardt_is_never_negative_where_the_others_are(sizes, hidden, error, output):
    negative = 0
    for seed in range(5):
        net, X, T = oracles.problem(sizes, hidden, output, patterns=3, seed=seed)
        assert hessian_diagonal(net, X, T, "levenberg-marquardt", error).min() >= 0
        negative += np.count_nonzero(hessian_diagonal(net, X, T, "lecun1990", error) < 0)
    if len(sizes) > 2:
        assert negative


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 1), (3, 4, 3)])
def test_levenberg_marquardt_is_the_gauss_newton_diagonal_with_one_hidden_layer(sizes):
    net, X, T = oracles.problem(sizes)
    expected = np.diag(hessian(net, X, T, "gauss-newton"))
    assert oracles.relative_error(hessian_diagonal(net, X, T, "levenberg-marquardt"), expected) < 1e-12


def test_second_derivatives_are_not_squared_gradients():
    net, X, T = oracles.problem((3, 4, 1))
    squares = np.mean([gradient(net, X[[p]], T[[p]]) ** 2 for p in range(len(X))], axis=0)
    for kind in ("exact", "lecun1990", "levenberg-marquardt"):
        assert oracles.relative_error(hessian_diagonal(net, X, T, kind), squares) > 0.1


@pytest.mark.parametrize("kind", ["exact", "gauss-newton", "lecun1990", "levenberg-marquardt"])
@pytest.mark.parametrize("at_a_time", [4, 11])  # of 12 patterns: the same each time, and the last by itself
def test_portions_of_patterns_add_up_to_the_diagonal(kind, at_a_time, monkeypatch):
    sizes = 3, 4, 2
    net, X, T = oracles.problem(sizes)
    whole = hessian_diagonal(net, X, T, kind)
    numbers = (4 + 2) ** 2 if kind == "exact" else 2**2 + sum(sizes)
    monkeypatch.setattr("classicnets.diagonal.MOST_NUMBERS", at_a_time * numbers)
    assert np.allclose(hessian_diagonal(net, X, T, kind), whole, rtol=1e-12, atol=0)


def test_levenberg_marquardt_is_the_gauss_newton_diagonal_of_weights_into_softmax_outputs():
    net, X, T = oracles.problem((3, 3), output="softmax")
    h = [hessian_diagonal(net, X, T, kind, "cross-entropy") for kind in ("levenberg-marquardt", "gauss-newton")]
    assert np.allclose(*h, rtol=1e-12, atol=0)
