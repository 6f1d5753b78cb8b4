"""Hassibi et al. (1994): Optimal Brain Surgeon in an eigenspace against its formulas, and the bounds on saliencies."""

import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classicnets import MLP, Cost, EigenspaceSurgeon, OptimalBrainSurgeon, hessian, monks, prune, saliency_bounds
from classicnets.checks import Diverged
from reproductions import practical_nets

ALPHA = 1e-4
RTOL = 1e-3  # a weight that hardly reaches into the noise space has an N_qq far below the rounding of the largest
SIZES = [(3, 4, 1), (3, 3, 2), (2, 3, 2, 2)]


def problem(sizes=(3, 4, 1), **options):
    """Patterns enough for all eigenvalues to differ: among equal ones, which eigenvectors come first is arbitrary."""
    return oracles.problem(sizes, patterns=40, **options)


def noise_space(net, X, T, dimension, alpha=ALPHA, error="squared", weight_decay=0.0):
    """U_N (n_active, m) and S_N (m,) of H + alpha I, from a decomposition into singular values, largest first."""
    H = hessian(net, X, T, "gauss-newton", error)[np.ix_(net.mask, net.mask)]
    U, S, _ = np.linalg.svd(H + (alpha + weight_decay) * np.eye(len(H)))
    return U[:, ::-1][:, :dimension], S[::-1][:dimension]


def cheapest_move(U, S, q, w_q):
    """The dw = U c of least 1/2 c^T S c with dw_q = -w_q, and that cost, by Lagrange's equations."""
    m = len(S)
    equations = np.block([[np.diag(S), U[q][:, None]], [U[q][None], np.zeros((1, 1))]])
    c = np.linalg.solve(equations, np.append(np.zeros(m), -w_q))[:m]
    return U @ c, c @ (S * c) / 2


def looked(net, X, T, dimension, **options):
    method = EigenspaceSurgeon(dimension, ALPHA)
    method.look(net, Cost(X, T, **options))
    return method


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("dimension", [1, 3, 5, 8])
def test_saliency_and_answer_are_the_cheapest_move_within_the_noise_space(sizes, dimension):
    net, X, T = problem(sizes)
    U, S = noise_space(net, X, T, dimension)
    index, saliency = np.flatnonzero(net.mask), looked(net, X, T, dimension).saliency(net)
    assert np.isinf(saliency[~net.mask]).all()
    for row, q in enumerate(index):
        move, cost = cheapest_move(U, S, row, net.weights[q])
        assert np.isclose(saliency[q], cost, rtol=RTOL)
        smaller = net.copy()
        looked(net, X, T, dimension).delete(smaller, q)
        expected = net.weights[index] + move
        assert oracles.relative_error(smaller.weights[index], expected) < RTOL and smaller.weights[q] == 0


@pytest.mark.parametrize("error, output", oracles.KINDS)
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_every_error_and_weight_decay_enter_the_noise_space(error, output, weight_decay):
    net, X, T = problem((3, 3, 2), output=output)
    U, S = noise_space(net, X, T, 4, error=error, weight_decay=weight_decay)
    ours = looked(net, X, T, 4, error=error, weight_decay=weight_decay).saliency(net)[net.mask]
    assert np.allclose(ours, net.weights[net.mask] ** 2 / (2 * (U**2 / S).sum(axis=1)), rtol=1e-6)


@pytest.mark.parametrize("mistake", ["largest eigenvectors", "without S^-1", "without alpha"])
def test_typical_mistakes_give_other_saliencies(mistake):
    net, X, T = problem()
    U, S = noise_space(net, X, T, net.n)
    if mistake == "largest eigenvectors":
        U, S = U[:, ::-1], S[::-1]
    elif mistake == "without S^-1":
        S = np.ones_like(S)
    else:
        S = S - ALPHA
    wrong = net.weights[net.mask] ** 2 / (2 * (U[:, :5] ** 2 / S[:5]).sum(axis=1))
    assert not np.allclose(looked(net, X, T, 5).saliency(net)[net.mask], wrong, rtol=1e-2)


@pytest.mark.parametrize("dimension", [21, 100])
def test_the_whole_space_is_optimal_brain_surgeon(dimension):
    net, X, T = problem()
    paths = [prune(net, X, T, method) for method in (EigenspaceSurgeon(dimension, ALPHA), OptimalBrainSurgeon(ALPHA))]
    assert [step.deleted for step in paths[0]] == [step.deleted for step in paths[1]]
    assert np.allclose(paths[0].curve("predicted")[1:], paths[1].curve("predicted")[1:], rtol=1e-5, atol=1e-12)
    assert paths[0][-1].n_active == 0


def test_several_deletions_from_one_look_are_the_cheapest_move_that_takes_all_of_them_to_zero():
    net, X, T = problem(deleted=0)
    U, S = noise_space(net, X, T, 5)
    method, gone = looked(net, X, T, 5), []
    smaller, cost = net.copy(), 0.0
    for _ in range(3):
        saliency = method.saliency(smaller)
        assert np.isinf(saliency[gone]).all()
        gone.append(int(np.argmin(saliency)))
        cost += saliency[gone[-1]]
        method.delete(smaller, gone[-1])
    N = (U / S) @ U.T
    forces = np.linalg.solve(N[np.ix_(gone, gone)], net.weights[gone])
    assert oracles.relative_error(smaller.weights, net.weights - N[:, gone] @ forces) < 1e-6
    assert np.isclose(cost, net.weights[gone] @ forces / 2, rtol=1e-6)
    assert not smaller.mask[gone].any() and not smaller.weights[gone].any()


def test_no_more_weights_go_in_a_step_than_the_noise_space_has_dimensions():
    net, X, T = problem(deleted=0)
    path = prune(net, X, T, EigenspaceSurgeon(3, ALPHA), at_once=5, keep_orphans=True)
    assert [len(step.deleted) for step in path[1:]] == [3] * 7 and path[-1].n_active == 0
    assert all(np.isfinite(step.weights).all() for step in path)


def test_a_weight_that_the_moves_left_do_not_reach_is_not_chosen():
    """Of twin inputs the one can stand for the other, once: what is left of the other's N_qq then is rounding."""
    rng, net = np.random.default_rng(0), MLP((4, 2), output="linear", seed=0)
    X = rng.normal(size=(50, 4))
    X[:, 1] = X[:, 0]
    method = EigenspaceSurgeon(2, ALPHA)  # a twin each for the two outputs
    method.look(net, Cost(X, rng.normal(size=(50, 2))))
    assert np.isinf(method.group_saliency(net, [0, 1])) and np.isfinite(method.group_saliency(net, [0, 5]))
    method.delete(net, 0)
    assert np.isinf(method.saliency(net)[[0, 1]]).all() and np.isfinite(method.saliency(net)[[5, 6]]).all()


def test_tables_whose_noise_space_is_used_up_within_a_step_are_pruned_to_the_end():
    """Wine, by six dimensions, of which a step of 5 % takes up to seven: no weight becomes NaN."""
    net, train, _ = practical_nets.trained("wine", 0)
    path = prune(net, *train, EigenspaceSurgeon(6), error="cross-entropy", at_once=0.05)
    assert path[-1].n_active == 0 and path.ended_by == "size"


def test_it_prunes_the_monks_nets_to_the_end():
    data = monks(2)
    net, _, _ = oracles.problem((17, 2, 1), deleted=0)
    path = prune(net, data.X, data.T, EigenspaceSurgeon(alpha=ALPHA))
    assert path[-1].n_active == 0 and np.isfinite(path.curve("train_error")).all()


# -- bounds ---------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), sizes=st.sampled_from(SIZES), dimension=st.integers(1, 30),
    alpha=st.sampled_from([1e-6, 1e-4, 1e-2]), decay=st.sampled_from([0.0, 0.1]), kind=st.sampled_from(oracles.KINDS),
)  # fmt: skip
def test_the_saliency_lies_between_its_bounds(seed, sizes, dimension, alpha, decay, kind):
    error, output = kind
    net, X, T = oracles.problem(sizes, output=output, seed=seed)
    if not net.mask.any():
        return
    method = OptimalBrainSurgeon(alpha)
    method.look(net, Cost(X, T, error, decay))
    lower, upper = saliency_bounds(net, X, T, dimension, alpha, error, decay)
    saliency, rounding = method.saliency(net)[net.mask], 1e-8
    assert (lower[net.mask] <= saliency * (1 + rounding)).all()
    assert (saliency <= upper[net.mask] * (1 + rounding)).all()
    assert np.isinf(lower[~net.mask]).all() and np.isinf(upper[~net.mask]).all()
    if dimension >= net.n_active:
        assert np.allclose(lower, upper, rtol=1e-12) and np.allclose(lower[net.mask], saliency, rtol=1e-6)


def test_the_bounds_are_those_of_two_eigenvalues_beside_the_noise_space():
    net, X, T = problem()
    U, S = noise_space(net, X, T, net.n)
    w, r = net.weights[net.mask], 1 - (U[:, :5] ** 2).sum(axis=1)
    N = (U[:, :5] ** 2 / S[:5]).sum(axis=1)
    lower, upper = saliency_bounds(net, X, T, 5, ALPHA)
    assert np.allclose(lower[net.mask], w**2 / (2 * (N + r / S[5])), rtol=1e-6)
    assert np.allclose(upper[net.mask], w**2 / (2 * (N + r / S[-1])), rtol=1e-6)


def test_the_bounds_close_in_as_the_noise_space_grows():
    net, X, T = problem()
    widths = []
    for dimension in range(1, net.n_active + 1):
        lower, upper = saliency_bounds(net, X, T, dimension, ALPHA)
        widths.append(upper[net.mask] - lower[net.mask])
    assert (np.diff(widths, axis=0) <= 1e-12).all() and not widths[-1].any()


# -- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", [0, -1, 2.5, True, None])
def test_a_dimension_is_a_whole_number_of_at_least_1(dimension):
    net, X, T = problem()
    for call in (lambda: EigenspaceSurgeon(dimension), lambda: saliency_bounds(net, X, T, dimension)):
        with pytest.raises(ValueError, match="^dimension: expected a whole number of at least 1; got "):
            call()


@pytest.mark.parametrize("alpha", [0, -1e-4, np.nan])
def test_alpha_is_above_0(alpha):
    net, X, T = problem()
    for call in (lambda: EigenspaceSurgeon(alpha=alpha), lambda: saliency_bounds(net, X, T, alpha=alpha)):
        with pytest.raises(ValueError, match="^alpha: expected a finite number above 0; got "):
            call()


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_a_hessian_that_is_not_finite_is_a_divergence():
    net, X, T = problem(hidden="linear", output="linear")
    net.weights = net.weights * 1e200
    with pytest.raises(Diverged, match="^net: expected a Hessian that is finite"):
        EigenspaceSurgeon().look(net, Cost(X, T))
    assert prune(net, X, T, EigenspaceSurgeon()).ended_by == "divergence"


def test_what_is_left_of_a_weight_beside_one_nearly_the_same_is_no_rounding():
    """Of two inputs that differ by 3e-5 the second still has a saliency when the first is deleted."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 1))
    X, net = np.hstack([x, x + 3e-5 * rng.normal(size=x.shape)]), MLP((2, 1), output="linear", seed=0)
    net.delete([2])
    method = EigenspaceSurgeon(2, 1e-15)
    method.look(net, Cost(X, x))
    first = method._inverse.diagonal[1]
    method.delete(net, 0)
    assert 1e-10 < method._inverse.diagonal[1] / first < 1e-8
    assert np.isclose(method.saliency(net)[1], net.weights[1] ** 2 * np.mean(X[:, 1] ** 2) / 2, rtol=1e-4)
