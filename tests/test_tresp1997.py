"""tresp1997.py: A, B and C away from the minimum, and what ESP, EBD and EBS make of them."""

import numpy as np
import oracles
import pytest
from scipy.linalg import hadamard

from classicnets import (
    EBD,
    EBS,
    ESP,
    MLP,
    Cost,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    gradient,
    network_error,
    prune,
)

DECAY = 0.1
CASES = [("MLP", *kind) for kind in oracles.KINDS] + [("recurrent", *kind) for kind in oracles.RECURRENT_KINDS]
cases = pytest.mark.parametrize("kind, error, output", CASES)
methods = pytest.mark.parametrize("method", [ESP, EBD, EBS])
decays = pytest.mark.parametrize("decay", [0.0, 0.3])


def problem(kind, output):
    """A network away from its minimum, weights deleted: (net, X, T)."""
    if kind == "MLP":
        return oracles.problem((3, 3, 2), output=output, deleted=0.3)
    return oracles.recurrent_problem((2, 2, 1), output=output, deleted=0.3)


def looking(method, net, X, T, error="squared", decay=0.0):
    """The method, having looked."""
    method.look(net, Cost(X, T, error, decay))
    return method


def slope_and_hessian(net, X, T, error, decay):
    """g (n,) and the Gauss-Newton H (n, n), pattern by pattern, deleted weights included."""
    g = oracles.complex_step(lambda w: oracles.error(net, X, T, error, decay, w), net.weights)
    o = oracles.outputs(net, X)[-len(T) :]
    derivatives = oracles.complex_step(lambda w: oracles.outputs(net, X, w)[-len(T) :], net.weights)
    H = decay * np.eye(net.n)
    for k in range(len(T)):
        for l in range(T.shape[1]):
            a_kl = 1.0
            if error == "cross-entropy":
                a_kl = 1 / o[k, l] if net.output == "softmax" else 1 / (o[k, l] * (1 - o[k, l]))
            H += a_kl * np.outer(derivatives[:, k, l], derivatives[:, k, l]) / len(T)
    return g, H


# -- the formulas ---------------------------------------------------------------------------------------------------


@cases
def test_a_b_and_c_are_the_papers_formulas_and_a_deleted_weight_has_only_c(kind, error, output):
    net, X, T = problem(kind, output)
    g, H = slope_and_hessian(net, X, T, error, DECAY)
    expected = [[H[q, q] * w**2 / 2, -g[q] * w, g[q] ** 2 / (2 * H[q, q])] for q, w in enumerate(net.weights)]
    A, B, C = np.transpose(expected)
    gone = ~net.mask
    assert gone.any() and not A[gone].any() and not B[gone].any() and (C[gone] > 1e-6).any()
    for method in (ESP(), EBD(), EBS()):
        looking(method, net, X, T, error, DECAY)
        assert np.allclose(method.parts(net), [A, B, C], rtol=1e-9, atol=1e-13)
        assert np.allclose(method.gain(net), C, rtol=1e-9, atol=1e-13)
    assert np.allclose(looking(ESP(), net, X, T, error, DECAY).saliency(net), A + B, rtol=1e-9, atol=1e-13)
    at_optimum = [H[q, q] * (w - g[q] / H[q, q]) ** 2 / 2 for q, w in enumerate(net.weights)]
    assert np.allclose(looking(EBD(), net, X, T, error, DECAY).saliency(net), at_optimum, rtol=1e-9, atol=1e-12)


@cases
def test_ebs_is_optimal_brain_surgeon_at_the_optimum_of_the_whole_hessian(kind, error, output):
    net, X, T = problem(kind, output)
    g, H = slope_and_hessian(net, X, T, error, DECAY)
    inverse, kept = np.zeros_like(H), np.ix_(net.mask, net.mask)
    inverse[kept] = np.linalg.inv(H[kept] + 1e-3 * np.eye(net.n_active))
    optimum = net.weights - inverse @ g
    saliency = looking(EBS(1e-3), net, X, T, error, DECAY).saliency(net)
    assert np.isinf(saliency[~net.mask]).all()
    for q in np.flatnonzero(net.mask):
        assert saliency[q] == pytest.approx(optimum[q] ** 2 / (2 * inverse[q, q]), rel=1e-7)
        pruned = net.copy()
        looking(EBS(1e-3), net, X, T, error, DECAY).delete(pruned, q)
        expected = optimum - optimum[q] / inverse[q, q] * inverse[:, q]
        expected[q] = 0
        assert oracles.relative_error(pruned.weights, expected) < 1e-8
        assert not pruned.mask[q] and pruned.n_active == net.n_active - 1


def test_what_ebs_finds_after_two_deletions_is_what_a_new_inverse_says():
    net, X, T = problem("MLP", "tanh")
    method, (first, second) = looking(EBS(1e-3), net, X, T), np.flatnonzero(net.mask)[[1, 4]]
    g, H = slope_and_hessian(net, X, T, "squared", 1e-3)  # alpha counts as decay in H, not in g
    kept, w, g = net.mask.copy(), net.weights.copy(), g - 1e-3 * net.weights
    optimum, pruned = w - np.linalg.pinv(H * np.outer(kept, kept)) @ g, net.copy()
    for q in (first, second):
        kept[q] = False
        method.delete(pruned, q)
    some = np.ix_(kept, kept)
    move = np.linalg.solve(H[some], H[np.ix_(kept, [first, second])] @ optimum[[first, second]])
    assert np.allclose(pruned.weights[kept], optimum[kept] + move, rtol=1e-7)
    left = np.diag(np.linalg.inv(H[some]))
    assert np.allclose(method.saliency(pruned)[kept], (optimum[kept] + move) ** 2 / (2 * left), rtol=1e-6)
    assert np.isinf(method.saliency(pruned)[~kept]).all()


# -- a diagonal quadratic error, where all is exact -----------------------------------------------------------------


def diagonal_problem(seed=0):
    """A linear network, away from the minimum, whose H is diagonal: the columns of a Hadamard matrix are orthogonal."""
    rng = np.random.default_rng(seed)
    X = hadamard(8)[:, 1:5] * np.array([1.0, 2.0, 0.5, 3.0])
    net = MLP((4, 1), output="linear")
    net.weights = rng.normal(size=5)
    return net, X, rng.normal(size=(8, 1))


def along(net, X, T, q, decay):
    """E at w_q = 0, E where w_q is optimal, and that w_q: from three values, as E is a parabola."""
    low, zero, high = (
        network_error(
            oracles.with_weights(net, np.where(np.arange(net.n) == q, w, net.weights)), X, T, "squared", decay
        )
        for w in (-1.0, 0.0, 1.0)
    )
    curvature, slope = low + high - 2 * zero, (high - low) / 2
    return zero, zero - slope**2 / (2 * curvature), -slope / curvature


@decays
def test_esp_is_the_change_of_the_error_ebd_counts_from_the_optimum_and_c_is_the_difference(decay):
    net, X, T = diagonal_problem()
    esp, ebd, obd = ESP(), EBD(), OptimalBrainDamage("gauss-newton")
    for method in (esp, ebd, obd):
        looking(method, net, X, T, "squared", decay)
    now = network_error(net, X, T, weight_decay=decay)
    for q in range(net.n):
        at_zero, least, best = along(net, X, T, q, decay)
        assert esp.saliency(net)[q] == pytest.approx(at_zero - now, rel=1e-11, abs=1e-14)
        assert ebd.saliency(net)[q] == pytest.approx(at_zero - least, rel=1e-11, abs=1e-14)
        assert abs(obd.saliency(net)[q] / (at_zero - now) - 1) > 0.05  # wrong, away from the minimum
        deleted = net.copy()
        deleted.delete(q)
        gain = looking(ESP(), deleted, X, T, "squared", decay).gain(deleted)[q]
        deleted.revive(q)
        oracles.change(deleted, q, best)
        assert gain == pytest.approx(at_zero - network_error(deleted, X, T, weight_decay=decay), rel=1e-11)


@decays
def test_at_the_minimum_all_agree_with_optimal_brain_damage(decay):
    net, X, T = diagonal_problem()
    net.weights = [along(net, X, T, q, decay)[2] for q in range(net.n)]
    assert np.abs(gradient(net, X, T, weight_decay=decay)).max() < 1e-14
    expected = looking(OptimalBrainDamage("gauss-newton"), net, X, T, "squared", decay).saliency(net)
    for method in (ESP(), EBD(), EBS(1e-12)):
        assert np.allclose(looking(method, net, X, T, "squared", decay).saliency(net), expected, rtol=1e-9)
        assert np.allclose(method.parts(net)[1:], 0, atol=1e-14)


@methods
@decays
def test_only_esp_predicts_the_cost_and_on_a_diagonal_error_it_does_so_for_many_deletions_at_once(method, decay):
    assert method.predicts == ("cost" if method is ESP else None)
    net, X, T = diagonal_problem()
    for at_once in (1, 3, 5):
        for step in prune(net, X, T, method(), weight_decay=decay, at_once=at_once)[1:]:
            assert np.isnan(step.predicted) == (method is not ESP)
            if method is ESP:
                assert step.predicted == pytest.approx(step.actual, rel=1e-10, abs=1e-14)


def test_obd_deletes_a_small_weight_that_matters_and_ebd_keeps_it_while_esp_deletes_what_costs_least_now():
    X, net = hadamard(4)[:, 1:3].astype(float), MLP((2, 1), output="linear")
    net.delete(2)
    T = X @ [[3.0], [1.0]]
    net.weights = [0.1, 1.2, 0.0]  # h = 1: A = 0.005, 0.72; ESP = 0.295, 0.48 of E(0) - E(w); EBD = 4.5, 0.5
    chosen = [prune(net, X, T, method, down_to=1)[1].deleted for method in (OptimalBrainDamage(), ESP(), EBD(), EBS())]
    assert chosen == [(0,), (0,), (1,), (1,)]
    assert looking(ESP(), net, X, T).saliency(net)[:2] == pytest.approx([0.005 + 0.29, 0.72 - 0.24])


# -- Early Brain Surgeon on a quadratic error -----------------------------------------------------------------------


def least_squares(X, T, mask, decay):
    """The weights of least error, all but those of the mask at zero: lstsq with a row for each decay."""
    rows = np.vstack([np.column_stack([X, np.ones(len(X))]), np.sqrt(decay * len(X)) * np.eye(len(mask))])
    weights = np.zeros(len(mask))
    weights[mask] = np.linalg.lstsq(rows[:, mask], np.append(T, np.zeros(len(mask))), rcond=None)[0]
    return weights


@decays
def test_on_a_linear_network_ebs_goes_to_the_minimum_without_the_weights_however_many_from_one_look(decay):
    net, X, T = oracles.problem((5, 1), output="linear", patterns=15, deleted=0)
    net.delete(2)
    method, pruned = looking(EBS(1e-10), net, X, T, "squared", decay), net.copy()
    before = network_error(oracles.with_weights(net, least_squares(X, T, net.mask, decay)), X, T, "squared", decay)
    for q in (5, 0, 3):  # the bias first
        saliency = method.saliency(pruned)[q]
        method.delete(pruned, q)
        assert oracles.relative_error(pruned.weights, least_squares(X, T, pruned.mask, decay)) < 1e-7
        after = network_error(pruned, X, T, weight_decay=decay)
        assert saliency == pytest.approx(after - before, rel=1e-6)
        before = after
    assert np.flatnonzero(pruned.mask).tolist() == [1, 4]


def test_at_the_minimum_ebs_is_optimal_brain_surgeon_and_a_large_alpha_hardly_moves():
    net, X, T = oracles.problem((5, 1), output="linear", patterns=15, deleted=0)
    far = looking(EBS(1e6), net, X, T)
    assert np.allclose(far.saliency(net), 1e6 * net.weights**2 / 2, rtol=1e-4)
    net.weights = least_squares(X, T, net.mask, 0.0)
    ours, surgeon = (looking(method, net, X, T) for method in (EBS(1e-3), OptimalBrainSurgeon(1e-3)))
    assert np.allclose(ours.saliency(net), surgeon.saliency(net), rtol=1e-10)


# -- edges ----------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("error")
@methods
def test_a_weight_without_curvature_gains_nothing_and_is_no_nan(method):
    net, X, T = oracles.problem((3, 3, 1), deleted=0)
    X[:, 1] = 0  # an input that is never there
    net.delete([3 * 4 + 2])  # and a hidden unit that nothing hears
    looking(method := method(), net, X, T)
    dead = [1, 5, 8, 9, 10, 11]
    assert np.array_equal(method.parts(net)[:, dead], np.zeros((3, 6)))
    assert np.array_equal(method.gain(net)[dead], np.zeros(6)) and not np.isnan(method.saliency(net)).any()


@pytest.mark.parametrize("alpha", [0, 0.0, -1e-4, np.nan, np.inf, None, "1e-4", [1e-4]])
def test_alpha_of_ebs_is_above_zero(alpha):
    with pytest.raises(ValueError, match="^alpha: expected a finite number above 0; got "):
        EBS(alpha)


@methods
def test_looking_leaves_the_network_as_it_is_and_esp_and_ebd_leave_the_other_weights(method):
    net, X, T = problem("MLP", "tanh")
    before, q = (net.weights.tobytes(), net.mask.tobytes()), np.flatnonzero(net.mask)[0]
    method = looking(method(), net, X, T)
    method.saliency(net), method.gain(net)
    assert (net.weights.tobytes(), net.mask.tobytes()) == before
    kept = np.where(np.arange(net.n) == q, 0, net.weights)
    method.delete(net, q)
    assert np.array_equal(net.weights, kept) == (not isinstance(method, EBS))


def test_curvatures_from_the_updates_where_residuals_and_derivatives_go_apart():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 3))
    net = MLP((3, 1), output="linear", seed=0)
    T = net.forward(X) + 0.3 * rng.normal(size=(len(X), 1))  # at the minimum, noise that knows nothing of X
    sums, updates = EBD(), EBD("updates")
    for method in (sums, updates):
        method.look(net, Cost(X, T, weight_decay=0.1))
    assert np.allclose(updates.parts(net)[0], sums.parts(net)[0], rtol=0.05)
    assert np.allclose(updates.parts(net)[1], sums.parts(net)[1])  # g is the same
    assert np.allclose(updates.saliency(net), sums.saliency(net), rtol=0.05)


def test_curvatures_from_the_updates_line_by_line():
    net, X, T = oracles.problem((3, 2, 1), output="linear")
    method, w = ESP("updates"), net.weights
    method.look(net, Cost(X, T))
    g = np.array([gradient(net, X[[p]], T[[p]]) for p in range(len(X))])
    sigma = np.mean((T - net.forward(X)) ** 2)
    assert np.allclose(method.saliency(net), g.var(axis=0) / sigma * w**2 / 2 - g.mean(axis=0) * w)


@pytest.mark.parametrize("method", [ESP, EBD])
def test_curvatures_come_from_sums_or_from_updates_of_the_squared_error(method):
    with pytest.raises(ValueError, match="^curvature: expected one of sums, updates; got 'exact'"):
        method("exact")
    net, X, T = oracles.problem((3, 2, 1))
    with pytest.raises(ValueError, match="^error: expected squared "):
        method("updates").look(net, Cost(X, T, "cross-entropy"))
