"""realtime.py: derivatives through time against plain loops, complex steps, differences, and the forward recursion."""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classicnets import (
    Cost,
    OptimalBrainDamage,
    gradient,
    hessian,
    hessian_by_recursion,
    hessian_diagonal,
    hessian_vector_product,
    inverse_hessian,
    network_error,
    output_derivatives,
)
from classicnets.kernels.realtime import PANEL, STEPS
from classicnets.pruning.loop import prune

LENGTHS = [(1, 0), (2, 0), (2, 1), (9, 0), (9, 5), (9, 8)]  # steps, run-up
SIZES = [(1, 1, 1), (3, 1, 2), (2, 2, 1), (1, 4, 1), (2, 5, 3)]  # 2-2-1 has 16 weights, a whole block of the kernels
ALL = [
    *(
        ((2, 3, 2), hidden, *kind, 6, 2)
        for hidden in ("tanh", "logistic", "linear")
        for kind in oracles.RECURRENT_KINDS
    ),
    *(((2, 3, 2), "tanh", "squared", "tanh", *length) for length in LENGTHS),
    *((sizes, "tanh", "squared", "linear", 7, 2) for sizes in SIZES),
]


@pytest.fixture(params=ALL, ids=lambda case: "-".join(map(str, (*case[0], *case[1:]))))
def case(request):
    """(net, X, T, error) with every fifth weight deleted."""
    sizes, hidden, error, output, steps, run_up = request.param
    return *oracles.recurrent_problem(sizes, hidden, output, run_up, patterns=steps), error


def by_complex_step(net, X, T, error, weight_decay=0.0):
    """The gradient of the naive twin, to machine precision."""
    return oracles.complex_step(lambda w: oracles.error(net, X, T, error, weight_decay, w), net.weights)


def by_differences(net, X, T, error, weight_decay=0.0):
    """The Hessian by central differences of the gradient."""

    def slope(w):
        return gradient(oracles.with_weights(net, w), X, T, error, weight_decay)

    return oracles.central_differences(slope, net.weights)


# -- first order ----------------------------------------------------------------------------------------------------


def test_the_gradient_is_that_of_the_error_of_plain_loops(case):
    net, X, T, error = case
    ours = gradient(net, X, T, error, weight_decay=0.2)
    assert ours.shape == (net.n,)
    assert oracles.relative_error(ours, by_complex_step(net, X, T, error, 0.2)) < 1e-12


def test_output_derivatives_are_those_of_plain_loops_at_all_steps(case):
    net, X, _, _ = case
    expected = oracles.complex_step(lambda w: oracles.outputs(net, X, w), net.weights)  # (n, P, n_out)
    ours = output_derivatives(net, X)
    assert ours.shape == (len(X), net.sizes[2], net.n)
    assert oracles.relative_error(ours, np.moveaxis(expected, 0, -1)) < 1e-12


def test_what_comes_later_has_no_influence_on_what_went_before():
    net, X, _ = oracles.recurrent_problem()
    whole = output_derivatives(net, X)
    assert np.array_equal(output_derivatives(net, X[:5]), whole[:5])
    X[5:] = 0.0
    assert np.array_equal(output_derivatives(net, X)[:5], whole[:5])


# -- second order ---------------------------------------------------------------------------------------------------


def test_the_exact_hessian_is_the_derivative_of_the_gradient(case):
    net, X, T, error = case
    H = hessian(net, X, T, error=error, weight_decay=0.2)
    assert H.shape == (net.n, net.n) and np.array_equal(H, H.T)
    assert oracles.relative_error(H, by_differences(net, X, T, error, 0.2)) < 1e-6


def test_the_exact_hessian_is_that_of_the_forward_recursion(case):
    net, X, T, error = case
    H = hessian_by_recursion(net, X, T, error, weight_decay=0.2)
    assert oracles.relative_error(hessian(net, X, T, error=error, weight_decay=0.2), H) < 1e-13
    assert oracles.relative_error(H, H.T) < 1e-13


@pytest.mark.parametrize("steps, run_up", [(16, 0), (35, 20)])
def test_so_it_is_in_a_series_longer_and_a_layer_wider_than_what_is_summed_up_at_once(steps, run_up):
    assert STEPS == 16 and PANEL == 512
    net, X, T = oracles.recurrent_problem((2, 9, 2), run_up=run_up, patterns=steps)
    net.weights = 0.5 * net.weights
    assert 9 * net.n > PANEL
    assert oracles.relative_error(hessian(net, X, T), hessian_by_recursion(net, X, T)) < 1e-13
    ours, do = hessian(net, X, T, "gauss-newton"), output_derivatives(net, X)[run_up:].reshape(-1, net.n)
    assert oracles.relative_error(ours, do.T @ do / len(T)) < 1e-13


def test_gauss_newton_is_the_sum_of_outer_products_of_output_derivatives(case):
    net, X, T, error = case
    H = hessian(net, X, T, "gauss-newton", error, weight_decay=0.2)
    expected, O = 0.2 * np.eye(net.n), net.forward(X)[-len(T) :]
    for X_k, a_k in zip(output_derivatives(net, X)[-len(T) :], oracles.fisher(error, net.output, O), strict=True):
        for X_kl, a_kl in zip(X_k, a_k, strict=True):
            expected += a_kl * np.outer(X_kl, X_kl) / len(T)
    assert oracles.relative_error(H, expected) < 1e-12
    assert np.array_equal(H, H.T)
    assert np.linalg.eigvalsh(H).min() > 0.2 - 1e-13 * np.abs(H).sum()


def test_gauss_newton_counts_outputs_that_are_almost_flat():
    net, X, _ = oracles.recurrent_problem(output="tanh", deleted=0, seed=2)
    net.weights = 3 * net.weights
    X, T = X[:2], np.zeros((1, 2))
    assert (1 - net.forward(X)[1] ** 2 < 1e-3).all()
    do = output_derivatives(net, X)[1]
    assert oracles.relative_error(hessian(net, X, T, "gauss-newton"), do.T @ do) < 1e-12


@pytest.mark.parametrize("error, output", oracles.RECURRENT_KINDS)
def test_gauss_newton_is_exact_where_the_targets_equal_the_outputs(error, output):
    net, X, T = oracles.recurrent_problem(output=output)
    assert oracles.relative_error(hessian(net, X, T, "gauss-newton", error), hessian(net, X, T, "exact", error)) > 1e-2
    T = net.forward(X)[-len(T) :]
    assert oracles.relative_error(hessian(net, X, T, "gauss-newton", error), hessian(net, X, T, "exact", error)) < 1e-12


@pytest.mark.parametrize(
    "hidden, output, size", [("tanh", "tanh", 20), ("logistic", "logistic", 60), ("linear", "logistic", 5)]
)
def test_units_so_saturated_that_their_slope_is_zero_are_as_flat_as_they_look(hidden, output, size):
    net, X, T = oracles.recurrent_problem(hidden=hidden, output=output, deleted=0)
    net.weights = size * net.weights
    saturated = np.isin(net.forward(X), [-1, 0, 1])
    assert saturated.any() and not saturated.all()
    for error in ("squared", "cross-entropy")[: 1 + (output == "logistic")]:
        H, expected = hessian(net, X, T, "exact", error), hessian_by_recursion(net, X, T, error)
        assert np.isfinite(expected).all() and oracles.relative_error(H, expected) < 1e-12


def test_what_is_made_of_the_hessian_agrees_with_it(case):
    net, X, T, error = case
    v = np.cos(np.arange(net.n))
    for kind in ("exact", "gauss-newton"):
        H = hessian(net, X, T, kind, error, weight_decay=0.2)
        assert np.allclose(hessian_diagonal(net, X, T, kind, error, 0.2), np.diag(H), rtol=1e-12, atol=0)
        J, some = H + 5.0 * np.eye(net.n), np.ix_(net.mask, net.mask)
        B = inverse_hessian(net, X, T, 5.0, kind, error, weight_decay=0.2)
        assert np.allclose(B[some] @ J[some], np.eye(net.n_active), rtol=0, atol=1e-11 * np.abs(J).max())
        assert not B[~net.mask].any() and not B[:, ~net.mask].any()
    H = hessian(net, X, T, "exact", error, weight_decay=0.2)
    assert oracles.relative_error(hessian_vector_product(net, X, T, v, error, 0.2), H @ v) < 1e-12


@pytest.mark.parametrize("kind", ["exact", "gauss-newton"])
def test_obd_takes_the_diagonal_it_is_told_to(kind):
    net, X, T = oracles.recurrent_problem()
    method = OptimalBrainDamage(kind)
    method.look(net, Cost(X, T))
    h = hessian_diagonal(net, X, T, kind)
    assert np.array_equal(method.saliency(net), np.where(h >= 0, h * net.weights**2 / 2, np.inf))
    assert prune(net, X, T, OptimalBrainDamage("gauss-newton"))[-1].n_active == 0


@given(
    st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 4)),
    st.sampled_from(["tanh", "logistic", "linear"]),
    st.sampled_from(oracles.RECURRENT_KINDS),
    st.integers(1, 6),
    st.integers(0, 5),
    st.floats(0, 0.9),
    st.integers(0, 1000),
)
def test_for_all_sizes_and_masks_the_derivatives_agree(sizes, hidden, kind, steps, run_up, deleted, seed):
    error, output = kind
    net, X, T = oracles.recurrent_problem(
        sizes, hidden, output, min(run_up, steps - 1), patterns=steps, deleted=deleted, seed=seed
    )
    H, v = hessian(net, X, T, "exact", error), np.cos(np.arange(net.n))
    assert np.array_equal(H, H.T)
    expected = hessian_by_recursion(net, X, T, error)
    assert np.allclose(H, expected, rtol=0, atol=1e-12 * (1e-6 + np.abs(expected).max()))
    slope = by_complex_step_along(net, X, T, error, v)
    ours = gradient(net, X, T, error)
    assert ours @ v == pytest.approx(slope, rel=1e-11, abs=1e-12 * np.abs(ours).sum())


def by_complex_step_along(net, X, T, error, v):
    """The slope of the error in the direction v."""
    return np.imag(oracles.error(net, X, T, error, weights=net.weights + 1e-40j * v)) / 1e-40


# -- memory ---------------------------------------------------------------------------------------------------------

FUNCTIONS = {
    "output_derivatives": lambda net, X, T: output_derivatives(net, X),
    "gradient": gradient,
    "exact": hessian,
    "gauss-newton": lambda net, X, T: hessian(net, X, T, "gauss-newton"),
    "inverse": lambda net, X, T: inverse_hessian(net, X, T, 0.1),
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_what_is_returned_stays_when_the_same_memory_is_used_again(function):
    net, X, T = oracles.recurrent_problem()
    before, larger = (X.tobytes(), T.tobytes(), net.weights.tobytes()), oracles.recurrent_problem((3, 5, 2), seed=1)
    function(*larger)  # leaves numbers in memory that is large enough for all that follows
    first = function(net, X, T)
    kept = first.copy()
    function(*larger)
    second = function(net, X, T)
    assert np.array_equal(first, kept) and np.array_equal(second, kept) and not np.shares_memory(first, second)
    assert (X.tobytes(), T.tobytes(), net.weights.tobytes()) == before


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_two_threads_at_once_give_what_each_gives_alone(function):
    seeds = (0, 1, 2, 4, 5, 6, 7, 8)  # with seed 3 the states and the Hessian grow to 1e34
    problems = [oracles.recurrent_problem((2, 4, 1), patterns=40, seed=seed) for seed in seeds] * 20
    expected = [function(*problem) for problem in problems[:8]] * 20
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda problem: function(*problem), problems))
    finally:
        sys.setswitchinterval(interval)
    assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))


def test_the_derivatives_are_those_of_the_error_that_is_reported():
    net, X, T = oracles.recurrent_problem()
    slope = oracles.central_differences(lambda w: network_error(oracles.with_weights(net, w), X, T), net.weights)
    assert oracles.relative_error(gradient(net, X, T), slope) < 1e-8
