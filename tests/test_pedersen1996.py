"""pedersen1996.py and generalization.py: gammaOBD, gammaOBS and estimates of the test error, formula by formula."""

import numpy as np
import oracles
import pytest

from classicnets import (
    MLP,
    Cost,
    GammaOBD,
    GammaOBS,
    effective_weights,
    estimated_test_error,
    final_prediction_error,
    gradient,
    hessian,
    network_error,
    prune,
    remove_orphans,
)

DECAY = 0.05


def mlp(output="linear"):
    return oracles.problem((3, 3, 2, 2), output=output, patterns=20, deleted=0.3, seed=3)


def recurrent(output="linear"):
    net, X, T = oracles.recurrent_problem((2, 3, 1), output=output, patterns=20, deleted=0)
    gone = "h2<h1 h3<h1 h1<h2 h3<h2 h1<h3 h1<x2".split()  # h1 is heard by the output only, h3 by h2 too
    net.delete([net.weight_names().index(name) for name in gone])
    return net, X, T


problems = pytest.mark.parametrize("problem", [mlp, recurrent])
all_errors = pytest.mark.parametrize("error, output", oracles.RECURRENT_KINDS)


def gauss_newton(net, X, T, error="squared"):
    """H = (1/P) sum a_k X_k X_k^T from derivatives by complex steps of plain loops: (n, n)."""
    o = oracles.outputs(net, X)[-len(T) :]
    a = np.ones_like(o) if error == "squared" else 1 / (o * (1 - o))
    D = oracles.complex_step(lambda w: oracles.outputs(net, X, w)[-len(T) :], net.weights).reshape(net.n, -1)
    return D * a.ravel() @ D.T / len(T)


def cut_off(net, q):
    """The weights that change no output once q is deleted, found by changing them; every source must speak."""
    net = net.copy()
    net.delete(q)
    X = np.random.default_rng(0).normal(size=(12, net.sizes[0]))
    D = oracles.complex_step(lambda w: oracles.outputs(net, X, w), net.weights).reshape(net.n, -1)
    return [int(w) for w in np.flatnonzero(net.mask & (np.abs(D).max(axis=1) == 0))]


def by_hand(net, H, error, patterns, kept):
    """dEtest_l of all weights `kept` (mask), and the answers to their deletion: the paper's section 4 as it stands."""
    saliency, moves = np.full(net.n, np.inf), {}
    for q in np.flatnonzero(kept):
        gone = [q, *(w for w in cut_off(net, q) if kept[w])]
        left = kept & ~np.isin(np.arange(net.n), gone)
        moves[q], rise = oracles.surgery(H, net.weights, DECAY, gone, left)
        fewer = oracles.determined(H, DECAY, kept) - oracles.determined(H, DECAY, left)
        saliency[q] = rise - 2 / patterns * fewer * error
    return saliency, moves


# -- gammaOBD -------------------------------------------------------------------------------------------------------


@problems
@all_errors
def test_gamma_obd_is_the_papers_formula_weight_by_weight(problem, error, output):
    net, X, T = problem(output)
    method = GammaOBD()
    method.look(net, Cost(X, T, error, DECAY))
    E, H = oracles.error(net, X, T, error), gauss_newton(net, X, T, error)
    for l in range(net.n):
        h, u = H[l, l], net.weights[l]
        expected = (DECAY + h / 2) * u**2 - 2 / len(T) * (h / (h + DECAY)) ** 2 * E
        assert method.saliency(net)[l] == pytest.approx(expected, rel=1e-10, abs=1e-15)


def test_gamma_obd_sets_a_weight_to_zero_and_the_others_do_not_answer():
    net, X, T = mlp()
    path = prune(net, X, T, GammaOBD(), weight_decay=DECAY, keep_orphans=True)
    for i, step in enumerate(path[1:]):
        before, method = path.network(i), GammaOBD()
        method.look(before, Cost(X, T, "squared", DECAY))
        assert step.deleted == (np.where(before.mask, method.saliency(before), np.inf).argmin(),)
        assert np.array_equal(step.weights, np.where(step.mask, net.weights, 0.0)) and np.isnan(step.predicted)


# -- gammaOBS -------------------------------------------------------------------------------------------------------


@problems
@all_errors
def test_gamma_obs_is_direct_inversion_and_traces_with_the_nuisance_weights_gone(problem, error, output):
    net, X, T = problem(output)
    remove_orphans(net)
    method, H, E = GammaOBS(), gauss_newton(net, X, T, error), oracles.error(net, X, T, error)
    method.look(net, Cost(X, T, error, DECAY))
    expected, moves = by_hand(net, H, E, len(T), net.mask)
    saliency = method.saliency(net)
    assert np.isinf(saliency[~net.mask]).all() and sum(len(cut_off(net, q)) for q in moves) > 3
    assert np.allclose(saliency[net.mask], expected[net.mask], rtol=1e-7, atol=1e-10)
    for q, move in moves.items():
        method, smaller = GammaOBS(), net.copy()
        method.look(smaller, Cost(X, T, error, DECAY))
        method.delete(smaller, q)
        assert np.allclose(smaller.weights, net.weights + move, rtol=1e-7, atol=1e-10)
        assert not smaller.weights[[q, *cut_off(net, q)]].any() and smaller.n_active == net.n_active - 1


@problems
def test_gamma_obs_goes_on_from_one_look_with_what_the_first_deletion_left(problem):
    net, X, T = problem()
    remove_orphans(net)
    method, H, E, kept = GammaOBS(), gauss_newton(net, X, T), oracles.error(net, X, T, "squared"), net.mask.copy()
    method.look(net, Cost(X, T, "squared", DECAY))
    q = max(np.flatnonzero(net.mask), key=lambda q: len(cut_off(net, q)))
    gone = [q, *cut_off(net, q)]
    assert len(gone) > 3
    method.delete(net, q)
    kept[gone] = False
    expected, _ = by_hand(net, H, E, len(T), kept)
    assert np.allclose(method.saliency(net)[kept], expected[kept], rtol=1e-7, atol=1e-10)
    assert np.isinf(method.saliency(net)[gone]).all()  # what went along is not chosen again


@problems
def test_on_its_path_gamma_obs_deletes_the_nuisance_weights_with_the_chosen_one(problem):
    net, X, T = problem()
    path, along = prune(net, X, T, GammaOBS(), weight_decay=DECAY), 0
    for i, step in enumerate(path[1:]):
        chosen, *others = step.deleted
        assert set(cut_off(path.network(i), chosen)) <= set(others) or i == 0  # which has orphans of its own
        along += len(others)
        assert np.isnan(step.predicted) and np.isfinite(step.train_error)
    assert along and path[-1].n_active == 0


def test_on_a_linear_network_at_its_minimum_gamma_obs_foretells_the_change_of_the_estimate():
    net, X, T = oracles.problem((5, 2), output="linear", patterns=25, deleted=0)
    net.weights -= np.linalg.solve(hessian(net, X, T, weight_decay=DECAY), gradient(net, X, T, weight_decay=DECAY))
    method, E, before = GammaOBS(), network_error(net, X, T), effective_weights(net, X, T, DECAY)
    method.look(net, Cost(X, T, "squared", DECAY))
    for q in range(net.n):
        smaller = net.copy()
        method.look(smaller, Cost(X, T, "squared", DECAY))
        saliency = method.saliency(smaller)[q]
        method.delete(smaller, q)
        fewer = before - effective_weights(smaller, X, T, DECAY)
        assert 0 < fewer < 1.1
        assert saliency == pytest.approx(network_error(smaller, X, T) - E - 2 / 25 * fewer * E, rel=1e-8, abs=1e-12)


# -- estimates of the test error ------------------------------------------------------------------------------------


@problems
@all_errors
def test_effective_weights_are_the_papers_trace_over_the_weights_not_deleted(problem, error, output):
    net, X, T = problem(output)
    H, E, P = gauss_newton(net, X, T, error), oracles.error(net, X, T, error), len(T)
    for decay in (1e-3, 0.05, 7.0):
        effective = effective_weights(net, X, T, decay, error)
        assert effective == pytest.approx(oracles.determined(H, decay, net.mask), rel=1e-7, abs=1e-9)
        assert 0 < effective < net.n_active
        ours = estimated_test_error(net, X, T, decay, error)
        if effective < P:
            assert ours == pytest.approx((P + effective) / (P - effective) * E, rel=1e-7)
    N = net.n_active
    ours = final_prediction_error(net, X, T, error)
    assert ours == pytest.approx((P + N) / (P - N) * E, rel=1e-12) if N < P else ours == np.inf


def test_effective_weights_go_from_the_rank_of_the_hessian_to_none_as_the_decay_grows():
    net, X, T = oracles.problem((4, 3), output="linear", patterns=3, deleted=0)
    assert effective_weights(net, X, T, 1e-6) == pytest.approx(9, rel=1e-4)  # 3 patterns x 3 outputs, of 15 weights
    counts = [effective_weights(net, X, T, decay) for decay in (1e-6, 1e-3, 1e-1, 1.0, 1e3, 1e6)]
    assert (np.diff(counts) < 0).all() and counts[-1] == pytest.approx(0, abs=1e-6)


def test_as_many_weights_as_targets_have_no_estimate():
    net, X, T = oracles.problem((3, 1), output="linear", patterns=6, deleted=0)
    E = [network_error(net, X[:P], T[:P]) for P in (3, 4, 5)]
    ours = [final_prediction_error(net, X[:P], T[:P]) for P in (3, 4, 5)]
    assert ours == [np.inf, np.inf, pytest.approx(9 * E[2], rel=1e-12)]
    net.delete(1)
    assert final_prediction_error(net, X[:4], T[:4]) == pytest.approx(7 * network_error(net, X[:4], T[:4]), rel=1e-12)
    net, X, T = oracles.problem((4, 3), output="linear", patterns=3, deleted=0)
    assert estimated_test_error(net, X, T, 1e-6) == np.inf  # 9 effective weights of 3 patterns


def test_of_a_recurrent_network_the_targets_count_and_not_the_steps_of_the_run_up():
    net, X, T = oracles.recurrent_problem((1, 1, 1), patterns=30, run_up=18, deleted=0)
    assert final_prediction_error(net, X, T) == pytest.approx(19 / 5 * network_error(net, X, T), rel=1e-12)


def test_the_final_prediction_error_is_what_comes_true_on_the_average():
    # Linear networks of the right kind, fitted to noisy targets, tested on others: Akaike (1969).
    rng, P, N, tested, foretold = np.random.default_rng(0), 20, 6, [], []
    for _ in range(400):
        X, X_new, net = rng.normal(size=(P, 5)), rng.normal(size=(200, 5)), MLP((5, 1), output="linear")
        truth = rng.normal(size=5)
        T, T_new = ((x @ truth + rng.normal(size=len(x)))[:, None] for x in (X, X_new))
        net.weights = np.linalg.lstsq(np.column_stack([X, np.ones(P)]), T, rcond=None)[0][:, 0]
        foretold.append(final_prediction_error(net, X, T))
        tested.append(network_error(net, X_new, T_new))
    assert np.mean(foretold) == pytest.approx((P + N) / P / 2, rel=0.05)  # the noise has variance 1
    assert np.mean(tested) == pytest.approx(np.mean(foretold), rel=0.15)


@pytest.mark.parametrize("decay", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("problem", [mlp, recurrent])
def test_without_a_positive_weight_decay_there_is_nothing_to_estimate(problem, decay):
    net, X, T = problem()
    for function in (effective_weights, estimated_test_error):
        with pytest.raises(ValueError, match="^weight_decay: expected a finite number above 0; got "):
            function(net, X, T, decay)
