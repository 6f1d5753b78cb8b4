"""pruning: what each method says and does to the weights, the loop, its record, and orphans."""

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
    EigenspaceSurgeon,
    GammaOBS,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    OptimalBrainSurgeonWithDecay,
    RandomChoice,
    RecurrentNetwork,
    accuracy,
    hessian,
    hessian_diagonal,
    inverse_hessian,
    network_error,
    prune,
    remove_orphans,
    train_gauss_newton,
)
from classicnets.checks import Indefinite

METHODS = [Magnitude, lambda: RandomChoice(seed=0), OptimalBrainDamage, OptimalBrainSurgeon]
ALL_METHODS = pytest.mark.parametrize("method", METHODS, ids=["magnitude", "random", "obd", "obs"])


def trained(sizes=(3, 4, 2), output="logistic", error="squared", **options):
    """A trained network and its patterns: (net, X, T)."""
    net, X, T = oracles.problem(sizes, "tanh", output, patterns=20, deleted=0, **options)
    train_gauss_newton(net, X, T, iterations=10, error=error, weight_decay=1e-3)
    return net, X, T


def linear_problem(outputs=1, weight_decay=0.0, patterns=15, seed=0):
    """A linear network, 4 inputs, at the minimum of its quadratic error: (net, X, T)."""
    rng = np.random.default_rng(seed)
    X, T = rng.normal(size=(patterns, 4)), rng.normal(size=(patterns, outputs))
    net = MLP((4, outputs), output="linear")
    net.weights = least_squares(X, T, np.ones(net.n, dtype=bool), weight_decay)
    return net, X, T


def least_squares(X, T, mask, weight_decay=0.0):
    """The weights of least 1/(2P) sum |t - o|^2 + weight_decay/2 |w|^2 with all but those of the mask at zero."""
    Z, weights = np.column_stack([X, np.ones(len(X))]), []
    for t, kept in zip(T.T, mask.reshape(T.shape[1], -1), strict=True):
        w = np.zeros(Z.shape[1])
        A = Z[:, kept]
        w[kept] = np.linalg.inv(A.T @ A / len(X) + weight_decay * np.eye(kept.sum())) @ A.T @ t / len(X)
        weights.append(w)
    return np.concatenate(weights)


# -- Optimal Brain Surgeon on a quadratic error, where the theory is exact ------------------------------------------

# (alpha, kind, tolerance). alpha moves the minimum by alpha / (least eigenvalue of H, here about 0.3); the recursion
# rounds at 1 / alpha times the machine precision.
EXACTNESS = [(1e-12, "exact", 1e-10), (1e-8, "gauss-newton", 1e-6)]


@pytest.mark.parametrize("alpha, kind, tolerance", EXACTNESS)
@pytest.mark.parametrize("outputs", [1, 2])
def test_obs_goes_to_the_minimum_without_the_weight_and_its_saliency_is_the_rise_of_the_error(
    outputs, alpha, kind, tolerance
):
    net, X, T = linear_problem(outputs)
    assert np.linalg.eigvalsh(hessian(net, X, T)).min() > 0.1
    for q in range(net.n):  # biases too
        pruned, method = net.copy(), OptimalBrainSurgeon(alpha, kind)
        method.look(pruned, Cost(X, T))
        saliency = method.saliency(pruned)[q]
        method.delete(pruned, q)
        assert pruned.weights[q] == 0 and not pruned.mask[q] and pruned.n_active == net.n - 1
        assert oracles.relative_error(pruned.weights, least_squares(X, T, pruned.mask)) < tolerance
        rise = network_error(pruned, X, T) - network_error(net, X, T)
        assert saliency == pytest.approx(rise, rel=tolerance, abs=1e-14)


@pytest.mark.parametrize("kind", ["exact", "gauss-newton"])
def test_obs_answers_for_the_error_with_weight_decay(kind):
    net, X, T = linear_problem(weight_decay=0.3)
    path = prune(net, X, T, OptimalBrainSurgeon(1e-9, kind), weight_decay=0.3, down_to=2)
    assert len(path) == 4
    for step in path[1:]:
        expected = least_squares(X, T, step.mask, weight_decay=0.3)
        assert oracles.relative_error(step.weights, expected) < 1e-6  # alpha / 0.3, and 2e-16 / alpha
        assert step.predicted == pytest.approx(step.actual, rel=1e-6)


def test_in_obs_alpha_acts_as_weight_decay_and_is_not_halved():
    net, X, T = linear_problem(weight_decay=0.25)
    for q in range(net.n):
        pruned, method = net.copy(), OptimalBrainSurgeon(alpha=0.25)
        method.look(pruned, Cost(X, T))
        saliency = method.saliency(pruned)[q]
        method.delete(pruned, q)
        assert oracles.relative_error(pruned.weights, least_squares(X, T, pruned.mask, 0.25)) < 1e-12
        rise = network_error(pruned, X, T, weight_decay=0.25) - network_error(net, X, T, weight_decay=0.25)
        assert saliency == pytest.approx(rise, rel=1e-11)


@pytest.mark.parametrize("alpha, kind, tolerance", EXACTNESS)
def test_several_deletions_from_one_inverse_are_the_same_as_one_after_another(alpha, kind, tolerance):
    net, X, T = linear_problem(outputs=2)
    together = prune(net, X, T, OptimalBrainSurgeon(alpha, kind), at_once=4, down_to=6)
    single = prune(net, X, T, OptimalBrainSurgeon(alpha, kind), down_to=6)
    assert len(together) == 2 and len(single) == 5
    assert together[1].deleted == sum((step.deleted for step in single[1:]), ())
    assert oracles.relative_error(together[1].weights, single[-1].weights) < tolerance
    assert together[1].predicted == pytest.approx(sum(step.predicted for step in single[1:]), rel=tolerance)
    assert together[1].actual == pytest.approx(together[1].predicted, rel=tolerance)


def test_obd_is_obs_where_the_inputs_are_orthogonal():
    # Columns of a Hadamard matrix are orthogonal to each other and to the bias's column of ones: H is diagonal.
    X = hadamard(8)[:, 1:5] * np.array([1.0, 2.0, 0.5, 3.0])
    T = np.random.default_rng(0).normal(size=(8, 1))
    net = MLP((4, 1), output="linear")
    net.weights = least_squares(X, T, np.ones(5, dtype=bool))
    H = hessian(net, X, T)
    assert np.array_equal(H, np.diag(np.diag(H)))
    obd, obs = OptimalBrainDamage(), OptimalBrainSurgeon(alpha=1e-6)
    for method in (obd, obs):
        method.look(net, Cost(X, T))
    # [H^-1]_qq is 1 / (h_qq + alpha): OBS's saliency is larger by alpha w^2 / 2 exactly.
    assert np.allclose(obs.saliency(net), obd.saliency(net) + 1e-6 * net.weights**2 / 2, rtol=1e-9, atol=0)
    paths = [prune(net, X, T, method) for method in (obd, obs)]
    assert [step.deleted for step in paths[0]] == [step.deleted for step in paths[1]] and len(paths[0]) == 6
    for one, other in zip(*paths, strict=True):
        assert np.allclose(one.weights, other.weights, rtol=0, atol=1e-12)
    for step in paths[0][1:]:
        assert step.predicted == pytest.approx(step.actual, rel=1e-10)


# -- saliencies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error, output", oracles.KINDS)
def test_saliencies_are_the_papers_formulas(error, output):
    net, X, T = trained(output=output, error=error)
    w = net.weights
    magnitude, obd, obs = Magnitude(), OptimalBrainDamage(), OptimalBrainSurgeon(1e-4)
    for method in (magnitude, obd, obs):
        method.look(net, Cost(X, T, error, 0.1))
    assert np.array_equal(magnitude.saliency(net), np.abs(w))
    h = hessian_diagonal(net, X, T, "lecun1990", error, 0.1)  # Le Cun et al. (1990), eq. 4: s_k = h_kk u_k^2 / 2
    assert np.allclose(obd.saliency(net)[h > 0], (h * w**2 / 2)[h > 0], rtol=1e-12)
    B = np.linalg.inv(hessian(net, X, T, "gauss-newton", error, 0.1 + 1e-4))  # Hassibi & Stork (1993), eq. 5
    assert np.allclose(obs.saliency(net), w**2 / (2 * np.diag(B)), rtol=1e-8)


@pytest.mark.parametrize("kind", ["lecun1990", "levenberg-marquardt", "exact"])
def test_obd_takes_the_second_derivatives_it_is_told_to(kind):
    net, X, T = trained((3, 4, 3, 2))
    method = OptimalBrainDamage(kind)
    method.look(net, Cost(X, T))
    h = hessian_diagonal(net, X, T, kind)
    assert np.array_equal(method.saliency(net), np.where(h >= 0, h * net.weights**2 / 2, np.inf))


@pytest.mark.parametrize("alpha, kind", [(1e-8, "gauss-newton"), (1e-4, "gauss-newton"), (1.0, "exact")])
def test_obs_changes_all_other_weights_by_the_papers_update(kind, alpha):
    # Hassibi & Stork (1993), eq. 5: dw = - (w_q / [H^-1]_qq) H^-1 e_q, which takes w_q itself to zero.
    net, X, T = trained()
    B = inverse_hessian(net, X, T, alpha, kind)
    for q in (0, 3, net.n - 1):
        pruned, method = net.copy(), OptimalBrainSurgeon(alpha, kind)
        method.look(pruned, Cost(X, T))
        method.delete(pruned, q)
        expected = net.weights - net.weights[q] / B[q, q] * (B @ np.eye(net.n)[q])
        expected[q] = 0.0
        assert oracles.relative_error(pruned.weights, expected) < 1e-12
        assert np.count_nonzero(pruned.weights != net.weights) == net.n


@pytest.mark.parametrize("method", [Magnitude, lambda: RandomChoice(0), OptimalBrainDamage])
def test_without_the_surgeon_the_others_do_not_answer(method):
    net, X, T = trained()
    path = prune(net, X, T, method(), keep_orphans=True)
    for step in path:
        assert np.array_equal(step.weights, np.where(step.mask, net.weights, 0.0))


@pytest.mark.parametrize("kind", ["lecun1990", "exact"])
def test_obd_never_chooses_a_weight_of_negative_curvature(kind):
    net, X, T = oracles.problem((3, 4, 2), patterns=4, deleted=0, seed=2)
    method = OptimalBrainDamage(kind)
    assert np.count_nonzero(hessian_diagonal(net, X, T, kind) < 0) > 3
    path = prune(net, X, T, method, keep_orphans=True)
    for before, (i, step) in zip(path, enumerate(path[1:]), strict=False):
        h = hessian_diagonal(path.network(i), X, T, kind)
        saliency = np.where(before.mask & (h >= 0), h * before.weights**2 / 2, np.inf)
        assert step.deleted == (saliency.argmin(),) and h[step.deleted] >= 0
        assert step.predicted == saliency.min()


def test_the_path_ends_where_only_negative_curvature_is_left():
    net, X, T = trained((3, 3, 1))
    path = prune(net, X, T, OptimalBrainDamage(), keep_orphans=True)
    last = path.network()
    assert last.n_active and (hessian_diagonal(last, X, T, "lecun1990")[last.mask] < 0).all()
    assert path.rejected is None and len(path) == 1 + net.n - last.n_active and path.ended_by == "saliency"


def test_where_the_exact_hessian_is_not_that_of_a_minimum_obs_ends_and_says_so():
    net, X, T = oracles.problem((3, 4, 2), patterns=4, deleted=0, seed=2)
    least = np.linalg.eigvalsh(hessian(net, X, T)).min()
    assert least < -1e-2
    path = prune(net, X, T, OptimalBrainSurgeon(1e-4, "exact"))
    assert path.ended_by == "indefinite" and len(path) == 1
    with pytest.raises(Indefinite, match="alpha: expected enough for H .* positive definite; got 0.0001"):
        OptimalBrainSurgeon(1e-4, "exact").look(net, Cost(X, T))
    path = prune(net, X, T, OptimalBrainSurgeon(0.01 - least, "exact"), down_to=net.n - 1)
    assert path.ended_by == "size" and path[1].predicted > 0


def test_at_saddles_obs_goes_on_only_if_told_to_and_predicts_nothing():
    net, X, T = oracles.problem((3, 4, 2), patterns=4, deleted=0, seed=2)
    assert np.count_nonzero(np.diag(inverse_hessian(net, X, T, 1e-4, "exact")) < 0) > 3
    path, refused = prune(net, X, T, OptimalBrainSurgeon(1e-4, "exact", saddles=True), keep_orphans=True), 0
    for i, step in enumerate(path[1:]):
        before = path.network(i)
        B = np.diag(inverse_hessian(before, X, T, 1e-4, "exact"))
        definite = np.linalg.eigvalsh(hessian(before, X, T)[np.ix_(before.mask, before.mask)]).min() > -1e-4
        assert B[step.deleted] > 0 and (step.predicted > 0 if definite else np.isnan(step.predicted))
        refused += np.count_nonzero(B[before.mask] < 0)
    assert refused


@pytest.mark.parametrize("method", [OptimalBrainSurgeon(1e-3), EBS(), GammaOBS()], ids=repr)
def test_a_weight_that_was_deleted_is_not_deleted_again(method):
    net, X, T = oracles.problem((3, 4, 2))
    method.look(net, Cost(X, T, weight_decay=0.1))
    gone = int(np.flatnonzero(~net.mask)[0])
    for q in (gone, -1, net.n, True):
        with pytest.raises(ValueError, match="^q: expected the index of a weight that is there, 0 to 25; got "):
            method.delete(net, q)


def test_a_random_order_repeats_with_its_seed_and_is_spread_over_the_weights():
    net, X, T = trained()

    def order(seed):
        return sum((step.deleted for step in prune(net, X, T, RandomChoice(seed), keep_orphans=True)), ())

    assert order(1) == order(1) != order(2)
    assert sorted(order(1)) == list(range(net.n))
    first = {order(seed)[0] for seed in range(20)}
    assert len(first) > 5


# -- the loop -------------------------------------------------------------------------------------------------------


@ALL_METHODS
@pytest.mark.parametrize("error, output", oracles.KINDS)
def test_every_network_on_the_path_can_be_rebuilt_and_has_the_errors_recorded(method, error, output):
    net, X, T = trained(output=output, error=error)
    _, X_v, T_v = oracles.problem((3, 4, 2), output=output, patterns=9, seed=1)
    _, X_t, T_t = oracles.problem((3, 4, 2), output=output, patterns=11, seed=2)
    path = prune(net, X, T, method(), error=error, weight_decay=0.01, validation=(X_v, T_v), test=(X_t, T_t))
    assert len(path) > 5
    assert np.array_equal(path.network(0).weights, net.weights) and path[0].deleted == ()
    assert np.isnan([path[0].predicted, path[0].actual]).all()
    for i, step in enumerate(path):
        rebuilt = path.network(i)
        assert np.array_equal(rebuilt.weights, step.weights) and np.array_equal(rebuilt.mask, step.mask)
        assert not step.weights[~step.mask].any()
        assert rebuilt.n_active == step.n_active == np.count_nonzero(step.mask)
        for name, patterns in (("train", (X, T)), ("validation", (X_v, T_v)), ("test", (X_t, T_t))):
            assert getattr(step, f"{name}_error") == pytest.approx(network_error(rebuilt, *patterns, error), rel=1e-13)
            assert getattr(step, f"{name}_accuracy") == accuracy(rebuilt, *patterns)
        if i:
            decayed = [network_error(path.network(j), X, T, error, 0.01) for j in (i - 1, i)]
            assert step.actual == pytest.approx(decayed[1] - decayed[0], rel=1e-9, abs=1e-14)
            assert set(step.deleted) == set(np.flatnonzero(path[i - 1].mask & ~step.mask))
            assert np.isnan(step.predicted) == isinstance(method(), Magnitude | RandomChoice)
    assert path.network().n_active == path[-1].n_active
    path.network(1).delete(slice(None))
    for array in (path[1].weights, path[1].mask):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 1
    assert np.array_equal(path.network(1).weights, path[1].weights) and path[1].weights.any()


@ALL_METHODS
def test_the_network_given_and_the_data_stay_as_they_are(method):
    net, X, T = trained()
    net.delete(3)
    before = net.weights.tobytes(), net.mask.tobytes(), X.tobytes(), T.tobytes()
    path = prune(net, X, T, method(), retrain=lambda net, X, T: train_gauss_newton(net, X, T, iterations=1))
    assert (net.weights.tobytes(), net.mask.tobytes(), X.tobytes(), T.tobytes()) == before
    assert not any(step.mask[3] or step.weights[3] for step in path) and path[-1].n_active < net.n_active


def test_what_was_not_measured_is_nan():
    net, X, T = trained()
    path = prune(net, X, T, Magnitude())
    for name in ("validation_error", "validation_accuracy", "test_error", "test_accuracy"):
        assert np.isnan(path.curve(name)).all()
    assert path.rejected is None


@ALL_METHODS
def test_the_bad_last_deletion_is_undone_and_recorded_apart(method):
    net, X, T = trained()
    limit = 1.5 * network_error(net, X, T)
    seen = []

    def stop(step):
        seen.append(step)
        return step.train_error > limit

    path = prune(net, X, T, method(), stop=stop)
    assert path.rejected is seen[-1] and path.rejected not in path and path.ended_by == "stop"
    assert path.rejected.train_error > limit >= max(path.curve("train_error"))
    assert path.rejected.n_active < path[-1].n_active
    assert network_error(path.network(), X, T) == pytest.approx(path[-1].train_error, rel=1e-13)
    assert [step is other for step, other in zip(path[1:], seen, strict=False)] == [True] * (len(seen) - 1)


@ALL_METHODS
def test_several_at_once_and_down_to_exactly_so_many(method):
    net, X, T = trained()
    path = prune(net, X, T, method(), at_once=4, down_to=5, keep_orphans=True)
    assert path.curve("n_active").tolist() == [26, 22, 18, 14, 10, 6, 5]
    assert [len(step.deleted) for step in path] == [0, 4, 4, 4, 4, 4, 1]


def test_several_at_once_are_chosen_from_one_look():
    looks = []

    class Counting(Magnitude):
        def look(self, net, cost):
            looks.append(cost)

    net, X, T = trained()
    path = prune(net, X, T, Counting(), at_once=5, down_to=11, weight_decay=0.1, keep_orphans=True)
    assert len(path) == 4 and len(looks) == 3
    assert looks[0].options == {"error": "squared", "weight_decay": 0.1}
    order = np.argsort(np.abs(net.weights))
    assert [list(step.deleted) for step in path[1:]] == [order[i : i + 5].tolist() for i in (0, 5, 10)]


@ALL_METHODS
def test_the_loop_ends_when_every_weight_is_deleted(method):
    net, X, T = trained()
    path = prune(net, X, T, method())
    assert path[-1].n_active == 0 and not path[-1].weights.any() and path.ended_by == "size"


@ALL_METHODS
def test_biases_are_kept_if_told_so(method):
    net, X, T = trained()
    path = prune(net, X, T, method(), keep_biases=True, keep_orphans=True)
    assert all(step.mask[net.is_bias].all() for step in path)
    assert np.array_equal(path[-1].mask, net.is_bias)


def test_kept_biases_still_answer_to_deletions():
    net, X, T = linear_problem()
    path = prune(net, X, T, OptimalBrainSurgeon(1e-12, "exact"), keep_biases=True)
    assert len(path) == 5 and path[-1].weights[-1] == pytest.approx(T.mean(), rel=1e-9)


@ALL_METHODS
def test_retraining_follows_every_deletion_and_counts_only_after_it(method):
    net, X, T = trained()
    calls = []

    def retrain(net, X_given, T_given):
        assert np.array_equal(X_given, X) and np.array_equal(T_given, T)
        before = network_error(net, X, T, weight_decay=0.01)
        train_gauss_newton(net, X, T, iterations=2, weight_decay=0.01)
        calls.append((before, network_error(net, X, T, weight_decay=0.01), net.mask.copy()))

    path = prune(net, X, T, method(), retrain=retrain, down_to=8, weight_decay=0.01, test=(X[:5], T[:5]))
    assert len(calls) == len(path) - 1
    after_last = network_error(net, X, T, weight_decay=0.01)
    for i, (before, after, mask) in enumerate(calls, 1):
        assert np.array_equal(mask, path[i].mask)
        assert path[i].actual == pytest.approx(before - after_last, rel=1e-9, abs=1e-13)
        assert network_error(path.network(i), X, T, weight_decay=0.01) == pytest.approx(after, rel=1e-13)
        assert path[i].train_error == pytest.approx(network_error(path.network(i), X, T), rel=1e-13)
        assert path[i].test_error == pytest.approx(network_error(path.network(i), X[:5], T[:5]), rel=1e-13)
        after_last = after
    assert any(after < before for before, after, _ in calls)


def test_best_and_smallest():
    net, X, T = trained()
    path = prune(net, X, T, Magnitude(), validation=(X[:7], T[:7]), keep_orphans=True)
    errors = path.curve("validation_error")
    assert path.best() == path.best("validation_error") == errors.argmin()
    assert path.best("train_error") == path.curve("train_error").argmin()
    assert path.best("n_active") == len(path) - 1
    limit = np.median(errors)
    assert path.smallest(lambda step: step.validation_error <= limit) == np.flatnonzero(errors <= limit)[-1]
    with pytest.raises(
        ValueError, match="^acceptable: expected to hold for a step of the path; it holds for none of 2"
    ):
        path.smallest(lambda step: False)
    numbers = prune(MLP((X.shape[1], 2, 1), output="linear", seed=0), X, T[:, :1], Magnitude(), keep_orphans=True)
    with pytest.raises(ValueError, match="^acceptable: .* none of .*[.] Accuracies are NaN: its one output"):
        numbers.smallest(lambda step: step.train_accuracy == 1)
    with pytest.raises(TypeError, match="^acceptable: expected a function of a Step; got 3"):
        path.smallest(3)
    with pytest.raises(ValueError, match="^quantity: expected one that was measured along this path; test_error was"):
        path.best("test_error")
    assert path.smallest(lambda step: step.n_active > 10) == 26 - 11


def test_of_equally_good_networks_the_best_is_the_one_with_fewest_weights():
    net, X, T = trained()
    net.delete([0, 1, 2])
    oracles.change(net, [5, 9], 0.0)  # deleting these changes nothing
    path = prune(net, X, T, Magnitude(), validation=(X, T), keep_orphans=True, down_to=21)
    assert path.curve("train_error").tolist() == [path[0].train_error] * 3
    assert path.best() == 2


# -- orphans --------------------------------------------------------------------------------------------------------


def small(hidden="tanh", sizes=(2, 3, 2)):
    net = MLP(sizes, hidden, "linear")
    net.weights = np.arange(1, net.n + 1) / 10
    X = np.random.default_rng(0).normal(size=(6, sizes[0]))
    return net, X


def test_a_unit_that_feeds_nothing_loses_its_incoming_weights_and_its_bias():
    net, X = small()
    net.delete([9 + 1, 13 + 1])  # what leaves hidden unit 2
    before = net.forward(X)
    assert remove_orphans(net) == [3, 4, 5]
    assert np.array_equal(net.forward(X), before) and net.n_active == 17 - 5
    assert remove_orphans(net) == []


@pytest.mark.parametrize("hidden", ["tanh", "logistic"])
def test_a_unit_that_nothing_feeds_is_constant_and_moves_into_the_biases_above(hidden):
    net, X = small(hidden)
    net.delete([3, 4])  # what enters hidden unit 2, except its bias
    before, bias = net.forward(X), net.weights[[12, 16]]
    constant = np.tanh(0.6) if hidden == "tanh" else 1 / (1 + np.exp(-0.6))
    leaving = net.weights[[10, 14]]
    assert remove_orphans(net) == [5, 10, 14]
    assert np.allclose(net.forward(X), before, rtol=1e-14)
    assert np.allclose(net.weights[[12, 16]], bias + leaving * constant, rtol=1e-14)


def test_where_the_bias_above_is_deleted_the_weight_from_a_constant_unit_stays():
    net, X = small()
    net.delete([3, 4, 12])  # unit 2 is constant, and the first output has no bias to take it
    before = net.forward(X)
    assert remove_orphans(net) == [14]
    assert np.allclose(net.forward(X), before, rtol=1e-14) and net.mask[[5, 10]].all()
    assert not net.mask[12] and net.weights[12] == 0


@pytest.mark.parametrize("hidden, gone", [("tanh", [10, 14]), ("logistic", [14])])
def test_a_unit_without_bias_sends_zero_if_tanh_and_a_half_if_logistic(hidden, gone):
    net, X = small(hidden)
    net.delete([3, 4, 5, 12])
    before = net.forward(X)
    assert remove_orphans(net) == gone
    assert np.allclose(net.forward(X), before, rtol=1e-14)


def test_orphans_make_orphans_through_all_layers():
    net, X = small(sizes=(2, 2, 2, 1))
    # Hidden unit 1 of the second layer feeds nothing; its only sender is unit 1 of the first, which feeds only it.
    net.delete([12, 6 + 3])
    before = net.forward(X)
    assert remove_orphans(net) == [0, 1, 2, 6, 7, 8]
    assert np.array_equal(net.forward(X), before)
    net, X = small(sizes=(2, 2, 2, 1))
    # Nothing feeds the first layer: everything above is constant and ends in the output's bias.
    net.delete([0, 1, 3, 4])
    before = net.forward(X)
    remove_orphans(net)
    assert np.flatnonzero(net.mask).tolist() == [14] and np.allclose(net.forward(X), before, rtol=1e-14)


@ALL_METHODS
def test_the_loop_takes_orphans_along_after_the_chosen_weight_unless_told_to_keep_them(method):
    net, X, T = trained((3, 3, 1))
    path = prune(net, X, T, method())
    longer = [step for step in path if len(step.deleted) > 1]
    assert longer
    for i, step in enumerate(path):
        assert remove_orphans(path.network(i)) == [] or i == 0
        assert list(step.deleted[1:]) == sorted(step.deleted[1:])
    kept = prune(net, X, T, method(), keep_orphans=True)
    assert all(len(step.deleted) == 1 for step in kept[1:]) and len(kept) > 10


def test_orphans_are_removed_before_the_surgeon_looks_again():
    net, X, T = trained((3, 3, 1))
    path = prune(net, X, T, OptimalBrainSurgeon(1e-4))
    for i, step in enumerate(path[1:]):
        before = path.network(i)
        B = np.diag(inverse_hessian(before, X, T, 1e-4))
        saliency = np.full(net.n, np.inf)
        saliency[before.mask] = before.weights[before.mask] ** 2 / (2 * B[before.mask])
        assert step.deleted[0] == saliency.argmin() and step.predicted == saliency.min()


# -- groups ---------------------------------------------------------------------------------------------------------


def test_a_group_of_weights_goes_together_at_the_price_of_all_its_constraints():
    # On a quadratic error eq. 5 with several constraints is exact: the minimum with all of them at zero.
    net, X, T = linear_problem(outputs=2)
    groups = [[0, 5], [1, 2, 3], [6, 9]]
    rises = []
    for group in groups:
        mask = np.ones(net.n, dtype=bool)
        mask[group] = False
        smaller = net.copy()
        smaller.mask, smaller.weights = mask, least_squares(X, T, mask)
        rises.append(network_error(smaller, X, T) - network_error(net, X, T))
    for method in (OptimalBrainSurgeon(1e-9), OptimalBrainSurgeonWithDecay(1e-9)):
        method.look(net, Cost(X, T))
        found = [method.group_saliency(net, np.array(group)) for group in groups]
        assert np.allclose(found, rises, rtol=1e-6)
        path = prune(net, X, T, method, groups=groups)
        first = groups[int(np.argmin(rises))]
        assert list(path[1].deleted) == first and path[1].predicted == pytest.approx(min(rises), rel=1e-6)
        assert path[1].actual == pytest.approx(path[1].predicted, rel=1e-6)
        assert len(path) == 4 and sorted(sum((step.deleted for step in path), ())) == sorted(sum(groups, []))


@pytest.mark.parametrize("method", [Magnitude(), OptimalBrainDamage("gauss-newton"), ESP(), EBD()], ids=repr)
def test_where_the_others_do_not_answer_a_group_is_worth_what_its_weights_are(method):
    net, X, T = trained()
    method.look(net, Cost(X, T))
    group = np.array([1, 4, 20])
    assert method.group_saliency(net, group) == pytest.approx(method.saliency(net)[group].sum(), rel=1e-14)


@pytest.mark.parametrize("kind, sizes", [(MLP, (3, 4, 2)), (MLP, (3, 4, 3, 2)), (RecurrentNetwork, (3, 4, 2))])
def test_hidden_units_go_as_a_whole(kind, sizes):
    net, X, T = oracles.problem(sizes, kind=kind, deleted=0.1)
    units = net.hidden_units()
    assert len(units) == sum(sizes[1:-1])
    for method in (Magnitude(), OptimalBrainSurgeon(1e-2), GammaOBS()):
        path = prune(net, X, T, method, groups=units, weight_decay=0.1)
        assert path.ended_by == "size" and 3 < len(path) <= len(units) + 1  # of a deep net some go as orphans
        for step in path[1:]:
            assert any(set(unit[net.mask[unit]]) >= set(step.deleted[:1]) for unit in units)
        gone = np.concatenate(units)
        assert not path[-1].mask[gone].any()
    lone = prune(net, X, T, Magnitude(), groups=units, keep_biases=True, keep_orphans=True)[-1]
    assert lone.mask[net.is_bias & net.mask].all()


@pytest.mark.parametrize(
    "kind, sizes", [(MLP, (3, 4, 2)), (MLP, (3, 4, 3, 2)), (MLP, (3, 2)), (RecurrentNetwork, (3, 4, 2))]
)
def test_inputs_go_as_a_whole(kind, sizes):
    net, X, T = oracles.problem(sizes, kind=kind, deleted=0)
    inputs = net.input_units()
    assert [len(weights) for weights in inputs] == [sizes[1]] * 3
    for number, weights in enumerate(inputs):
        spoilt = X.copy()
        spoilt[:, number] = 9.0
        deaf = net.copy()
        deaf.delete(weights)
        assert np.array_equal(deaf.forward(spoilt), deaf.forward(X)) and deaf.n_active == net.n - sizes[1]
        assert not np.allclose(net.forward(spoilt), net.forward(X))
    path = prune(net, X, T, OptimalBrainSurgeon(1e-2), groups=inputs, keep_orphans=True)
    assert [sum(step.mask[weights].any() for weights in inputs) for step in path] == [3, 2, 1, 0]
    assert all(set(step.deleted) in map(set, inputs) for step in path[1:])


@pytest.mark.parametrize(
    "groups",
    [3, "units", [[0, 99]], [None], [[0.5]], {0: [1]}, [["a"]], [0, 3], [[0, 3], []], [[0, True]]],
)
def test_groups_that_are_none(groups):
    net, X, T = trained()
    with pytest.raises(ValueError, match="^groups: expected "):
        prune(net, X, T, Magnitude(), groups=groups)
    with pytest.raises(ValueError, match="^net: expected at least one weight left to delete"):
        prune(net, X, T, Magnitude(), groups=[])


def test_a_group_of_what_is_deleted_is_none():
    net, X, T = trained()
    method = OptimalBrainSurgeon()
    net.delete(4)
    method.look(net, Cost(X, T))
    with pytest.raises(ValueError, match=r"^group: expected indices of weights that are there; got \[3, 4\]"):
        method.group_saliency(net, [3, 4])


def test_in_an_eigenspace_no_more_weights_go_together_than_it_has_dimensions():
    net, X, T = oracles.problem((2, 2, 1), deleted=0.0)
    method = EigenspaceSurgeon(dimension=3)
    method.look(net, Cost(X, T))
    assert np.isfinite(method.group_saliency(net, [0, 1, 2])) and method.group_saliency(net, [0, 1, 2, 3]) == np.inf
    path = prune(net, X, T, method, groups=[[0, 1, 2, 3]])
    assert len(path) == 1 and path.ended_by == "saliency"
    for q in range(3):
        method.delete(net, q)
    before = net.weights.copy()
    with pytest.raises(ValueError, match="^q: expected "):
        method.delete(net, 3)
    assert np.array_equal(net.weights, before)


def test_at_a_saddle_a_group_whose_loss_would_lower_the_error_is_not_chosen():
    net, X, T = oracles.problem((2, 3, 1), deleted=0.0)
    method, B = OptimalBrainSurgeon(1e-3, "exact", saddles=True), inverse_hessian(net, X, T, 1e-3, "exact")
    method.look(net, Cost(X, T))
    groups = [[q, q + 1] for q in range(net.n - 1)]
    rises = np.array([net.weights[g] @ np.linalg.solve(B[np.ix_(g, g)], net.weights[g]) / 2 for g in groups])
    assert (rises < 0).any() and (rises > 0).any()
    found = [method.group_saliency(net, group) for group in groups]
    assert np.allclose(found, np.where(rises < 0, np.inf, rises), rtol=1e-8)


def test_a_share_of_the_weights_is_as_good_as_a_count():
    net, X, T = oracles.problem((3, 4, 2), deleted=0.2)
    share = prune(net, X, T, Magnitude(), down_to=0.25, keep_orphans=True)
    assert share[-1].n_active == -(-net.n_active // 4) and len(share) > 5 and share.ended_by == "size"
    assert prune(net, X, T, Magnitude(), down_to=1, keep_orphans=True)[-1].n_active == 1
    for share in (0.3, 0.4, 0.5):
        path = prune(net, X, T, Magnitude(), down_to=share, keep_orphans=True)
        assert path[-1].n_active - 1 < share * net.n_active <= path[-1].n_active


def test_groups_are_counted_as_groups():
    """As many go at once as are asked for, though each takes several weights."""
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    path = prune(net, X, T, Magnitude(), at_once=3, groups=net.hidden_units(), down_to=net.n - 1, keep_orphans=True)
    assert [step.n_active for step in path] == [26, 26 - 3 * 6]


def test_a_share_of_those_left_goes_at_once():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    path = prune(net, X, T, Magnitude(), at_once=0.2, down_to=3, keep_orphans=True)
    left = path.curve("n_active").astype(int).tolist()
    assert left == [26, 21, 17, 14, 11, 9, 7, 6, 5, 4, 3]  # a fifth of those left, rounded, and at least one
    groups = net.hidden_units()
    path = prune(net, X, T, Magnitude(), at_once=0.5, groups=groups, keep_orphans=True)
    units = [sum(step.mask[group].any() for group in groups) for step in path]
    assert units == [4, 2, 1, 0]
    few = groups[0][:3], *groups[1:]  # of which parts are deleted: what is left of a group still counts as one
    net.delete([group[0] for group in few])
    path = prune(net, X, T, Magnitude(), at_once=0.5, groups=few, keep_orphans=True)
    assert [sum(step.mask[group].any() for group in few) for step in path] == [4, 2, 1, 0]
    path = prune(net, X, T, Magnitude(), at_once=0.5, candidates=few[1], keep_orphans=True)
    assert path.curve("n_active").tolist() == [22, 20, 18, 17]  # half of the candidates, not of all
    with pytest.raises(ValueError, match="^at_once: expected a whole number where weights are revived; got 0.5"):
        prune(net, X, T, EBD(), at_once=0.5, revive=1, retrain=lambda net, X, T: None)


@pytest.mark.parametrize("groups", [False, True])
def test_only_candidates_go(groups):
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    some = np.arange(net.n) % 2 == 0
    options = {"groups": net.hidden_units()} if groups else {}
    for candidates in (some, np.flatnonzero(some)):
        path = prune(net, X, T, OptimalBrainSurgeon(1e-3), candidates=candidates, keep_orphans=True, **options)
        gone = ~path[-1].mask
        assert gone.any() and not (gone & ~some).any() and (groups or (gone == some).all())
    path = prune(net, X, T, Magnitude(), candidates=some, keep_biases=True, keep_orphans=True)
    assert (~path[-1].mask == (some & ~net.is_bias)).all()


def test_candidates_that_are_none():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    with pytest.raises(ValueError, match="^candidates: expected indices from 0 to 25, or 26 booleans; got "):
        prune(net, X, T, Magnitude(), candidates=[26])
    with pytest.raises(ValueError, match="^candidates: expected indices from 0 to 25, or 26 booleans; got an array of"):
        prune(net, X, T, Magnitude(), candidates=(~net.is_bias).astype(int))  # a mask, and not weights 0 and 1
    with pytest.raises(ValueError, match="^net: expected at least one weight left to delete; got none of those that"):
        prune(net, X, T, Magnitude(), candidates=np.zeros(net.n, dtype=bool))


@pytest.mark.parametrize("kind, sizes", [(MLP, (3, 4, 3, 2)), (RecurrentNetwork, (3, 4, 2))])
@pytest.mark.parametrize("groups", [False, True])
def test_what_may_not_go_stays_where_its_unit_is_cut_off(kind, sizes, groups):
    net, X, T = oracles.problem(sizes, kind=kind, deleted=0)
    stays = net.hidden_units()[1][::2]  # of a unit that all others leave alone in the end
    may_go = ~np.isin(np.arange(net.n), stays)
    options = {"groups": net.hidden_units()} if groups else {}
    path = prune(net, X, T, Magnitude(), candidates=may_go, **options)
    assert path[-1].mask[stays].all() and path.ended_by == "size"
    if not groups:
        assert path[-1].n_active == len(stays) and max(len(step.deleted) for step in path) > 1  # orphans went
    assert not prune(net, X, T, Magnitude(), **options)[-1].mask[stays].any()


def test_biases_that_are_kept_stay_orphans_or_not():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    path = prune(net, X, T, Magnitude(), keep_biases=True)
    assert np.array_equal(path[-1].mask, net.is_bias)
    assert max(len(step.deleted) for step in path) > 1


def test_what_is_in_no_group_goes_as_an_orphan_and_not_by_choice():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    into = [row[:-1] for row in net.views(np.arange(net.n))[0]]
    path = prune(net, X, T, Magnitude(), groups=into)
    assert [set(into[2]) >= set(step.deleted[:3]) for step in path[1:]].count(True) == 1
    assert path[-1].mask.sum() == 2  # the outputs' biases, which take over what constant units say
    may_go = np.isin(np.arange(net.n), into)
    path = prune(net, X, T, Magnitude(), groups=into, candidates=may_go)
    assert np.array_equal(path[-1].mask, ~may_go)


def test_only_orphans_that_may_go_are_removed():
    net, X = small()
    net.delete([9 + 1, 13 + 1])  # what leaves hidden unit 2
    assert remove_orphans(net, [3, 5]) == [3, 5] and net.mask[4]
    net, X = small()
    net.delete([3, 4])  # what enters hidden unit 2, except its bias
    before, bias = net.forward(X), net.weights[[12, 16]]
    assert remove_orphans(net, np.arange(net.n) != 10) == [14]
    assert np.allclose(net.forward(X), before, rtol=1e-14)
    assert net.weights[12] == bias[0] and net.weights[16] != bias[1]  # what stays is not taken over


@pytest.mark.parametrize("groups", [None, [list(range(20))]])
def test_a_checkpoint_knows_what_may_go(groups, tmp_path):
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    file, first, second = tmp_path / "path.npz", np.arange(22), np.arange(21)
    prune(net, X, T, Magnitude(), candidates=first, groups=groups, checkpoint=file)
    with pytest.raises(ValueError, match="^checkpoint: expected one of the same method, data and options"):
        prune(net, X, T, Magnitude(), candidates=second, groups=groups, checkpoint=file)
