"""wu2024: projections against least squares on every subset, steps against closed forms, the iterated pruner."""

from itertools import combinations

import numpy as np
import pytest

from classicnets import MLP, Cost, OptimalBrainSurgeon, gradient, hessian, prune, train_gauss_newton
from classicnets.pruning.wu2024 import IterativeSurgeon, iht_step, largest, newton_step, one_by_one, projected
from classicnets.shrinking import ShrinkingInverse

RNG = np.random.default_rng
DECAY = 1e-3


def regression(d=8, P=30, seed=0):
    """Patterns, targets with noise, and of 1/2 |X w - y|^2 the minimum and the inverse Hessian, by LAPACK."""
    rng = RNG(seed)
    X, y = rng.normal(size=(P, d)), rng.normal(size=P)
    return X, y, np.linalg.lstsq(X, y)[0], np.linalg.inv(X.T @ X)


def squares(X, y, w):
    return 0.5 * np.square(X @ w - y).sum()


def restricted(X, y, group):
    """The least squares solution with a group of weights at zero, from the other columns alone."""
    left = np.setdiff1d(np.arange(X.shape[1]), group)
    w = np.zeros(X.shape[1])
    w[left] = np.linalg.lstsq(X[:, left], y)[0]
    return w


# -- T_k --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [0, 1, 3, 6])
def test_largest_is_the_nearest_vector_of_k_weights(k):
    v = RNG(1).normal(size=6)
    nearest = min(
        (np.isin(np.arange(6), kept) * v for kept in combinations(range(6), k)), key=lambda w: sum((v - w) ** 2)
    )
    np.testing.assert_array_equal(largest(v, k), nearest)
    np.testing.assert_array_equal(largest([1, -1, 1], 2), [1, -1, 0])  # of equal ones the first


def test_what_t_k_takes_away_is_bounded_by_the_distance_to_any_sparse_vector():
    """|T_k(v) - v|^2 <= (d-k)/(d-k*) |v - w*|^2, and no smaller factor will do."""
    rng = RNG(2)
    for _ in range(2000):
        d = rng.integers(3, 20)
        sparse = rng.integers(0, d)
        k = rng.integers(sparse, d)
        w = rng.permutation(np.r_[rng.normal(size=sparse), np.zeros(d - sparse)])
        v = w + rng.normal(size=d) * rng.exponential()
        taken, bound = np.square(largest(v, k) - v).sum(), (d - k) / (d - sparse) * np.square(v - w).sum()
        assert taken <= bound * (1 + 1e-12)
    w, v = np.r_[9.0, 9, np.zeros(6)], np.r_[9.0, 9, np.full(6, 0.5)]
    assert np.square(largest(v, 5) - v).sum() == pytest.approx(3 / 6 * np.square(v - w).sum(), rel=1e-14)


# -- projections ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [[0], [2, 5], [7, 1, 0, 3], range(8), []])
def test_projected_is_least_squares_on_what_is_left(group):
    X, y, t, inverse = regression()
    theta, price = projected(t, inverse, group)
    wanted = restricted(X, y, list(group))
    np.testing.assert_allclose(theta, wanted, atol=1e-13)
    assert (theta[list(group)] == 0).all()
    assert price == pytest.approx(squares(X, y, wanted) - squares(X, y, t), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_subset_is_found_by_trying_all_and_one_by_one_is_no_better(seed):
    X, y, t, inverse = regression(d=9, seed=seed)
    prices = {group: projected(t, inverse, group)[1] for group in combinations(range(9), 5)}
    errors = {group: squares(X, y, restricted(X, y, group)) for group in prices}
    assert min(prices, key=prices.get) == min(errors, key=errors.get)
    theta, price = one_by_one(t, inverse, 4)
    gone = np.flatnonzero(theta == 0)
    assert len(gone) == 5 and price >= min(prices.values()) - 1e-12
    np.testing.assert_allclose(theta, projected(t, inverse, gone)[0], atol=1e-12)
    assert price == pytest.approx(prices[tuple(gone)], rel=1e-10)


def test_one_by_one_is_the_cheapest_each_time_and_not_always_the_best():
    """By hand, with least squares for each candidate; of ten problems it misses the best of some."""
    misses = 0
    for seed in range(10):
        X, y, t, inverse = regression(d=7, P=9, seed=seed)
        gone = []
        while len(gone) < 4:
            rest = [q for q in range(7) if q not in gone]
            gone.append(min(rest, key=lambda q: squares(X, y, restricted(X, y, [*gone, q]))))
        theta, price = one_by_one(t, inverse, 3)
        assert set(np.flatnonzero(theta == 0)) == set(gone)
        misses += price > 1.001 * min(projected(t, inverse, group)[1] for group in combinations(range(7), 4))
    assert 0 < misses < 10


def test_for_a_multiple_of_the_identity_it_is_iterative_hard_thresholding():
    rng = RNG(3)
    w, slope, smoothness = rng.normal(size=9), rng.normal(size=9), 2.5
    step = iht_step(w, slope, smoothness, 4)
    for theta in (
        newton_step(w, slope, np.eye(9) / smoothness, 4),
        projected(w - slope / smoothness, np.eye(9) / smoothness, np.flatnonzero(step == 0))[0],
        one_by_one(w - slope / smoothness, np.eye(9) / smoothness, 4)[0],
    ):
        np.testing.assert_allclose(theta, step, atol=1e-15)


# -- steps ------------------------------------------------------------------------------------------------------------


def sparse_problem(n=40, d=12, sparse=3, seed=0):
    rng = RNG(seed)
    w = rng.permutation(np.r_[rng.normal(size=sparse), np.zeros(d - sparse)])
    return rng.normal(size=(n, d)) / np.sqrt(n), w, rng.uniform(-1, 1, d)


def test_with_matching_scales_one_step_is_enough_and_with_the_paper_codes_it_is_not():
    """Trap: the gradient of a mean, (2/n) X'r, with the Hessian of a sum, X'X, is 2/n of a Newton step."""
    X, w, start = sparse_problem()
    H, residual = X.T @ X, X @ (start - w)
    np.testing.assert_allclose(newton_step(start, X.T @ residual, np.linalg.inv(H), 6), w, atol=1e-13)
    n, theta, inverse = len(X), start, np.linalg.inv(H)
    for t in range(1, 31):
        theta = newton_step(theta, 2 / n * X.T @ (X @ (theta - w)), inverse, len(w))  # T_k takes nothing away
        np.testing.assert_allclose(theta - w, (1 - 2 / n) ** t * (start - w), atol=1e-12)
    assert np.linalg.norm(theta - w) > 0.2 * np.linalg.norm(start - w)


def softly(seed=0, d=10, sparse=2, mu=0.5):
    """A problem of our own: mu/2 |delta|^2 + sum h(a_i delta), h(s) = softplus(s + 1) less its slope at 0.

    Its minimum is a sparse w*, its curvature at least mu, and |h'''| <= 1/(6 sqrt 3). Returns what is needed.
    """
    rng = RNG(seed)
    A = rng.normal(size=(15, d)) / 2
    w = rng.permutation(np.r_[rng.normal(size=sparse), np.zeros(d - sparse)])

    def sigma(s):
        return 1 / (1 + np.exp(-s - 1))

    def slope(theta):
        return mu * (theta - w) + A.T @ (sigma(A @ (theta - w)) - sigma(0))

    def curvature(theta):
        s = sigma(A @ (theta - w))
        return mu * np.eye(d) + A.T @ ((s * (1 - s))[:, None] * A)

    lipschitz = np.sum(np.linalg.norm(A, axis=1) ** 3) / (6 * np.sqrt(3))
    return w, slope, curvature, lipschitz


@pytest.mark.parametrize("seed", range(4))
def test_near_a_sparse_minimum_the_steps_are_quadratic_within_the_bound(seed):
    """|theta+ - w*| <= (1 + sqrt((d-k)/(d-k*))) M / (2 mu) |theta - w*|^2, at any distance; k-IHT is linear."""
    mu, d, k, sparse = 0.5, 10, 5, 2
    w, slope, curvature, M = softly(seed, d, sparse, mu)
    bound = (1 + np.sqrt((d - k) / (d - sparse))) * M / (2 * mu)
    theta = w + RNG(seed).normal(size=d) / 3
    slow, L = theta, np.linalg.norm(curvature(w), 2)
    distances = [np.linalg.norm(theta - w)]
    for _ in range(6):
        theta = newton_step(theta, slope(theta), np.linalg.inv(curvature(theta)), k)
        distances.append(np.linalg.norm(theta - w))
        assert distances[-1] <= bound * distances[-2] ** 2 + 1e-14
        slow = iht_step(slow, slope(slow), L, k)
    assert distances[-1] < 1e-10 < 1e-3 < np.linalg.norm(slow - w)
    good = [b / a**2 for a, b in zip(distances, distances[1:], strict=False) if b > 1e-12]
    assert max(good) > 1e-3  # of second order and not of a higher one, so that the bound has something to bound


def test_a_minimum_without_curvature_is_not_reached_quadratically():
    """Trap: r^4, of the authors' own experiment, has the Hessian 8 d d' + 4 r^2 I, which is zero at w*: 2/3 a step.

    A scalar d'd where the outer product belongs is another step.
    """
    w = np.array([0.0, 1.0, 0.0, -2.0])
    delta = np.array([0.3, -0.2, 0.1, 0.4])
    r2 = delta @ delta
    H = 8 * np.outer(delta, delta) + 4 * r2 * np.eye(4)
    step = newton_step(w + delta, 4 * r2 * delta, np.linalg.inv(H), 4)
    np.testing.assert_allclose(step - w, 2 / 3 * delta, atol=1e-14)
    coded = newton_step(w + delta, 4 * r2 * delta, np.linalg.inv(8 * r2 + 4 * r2 * np.eye(4)), 4)
    assert np.linalg.norm(coded - step) > 0.05


@pytest.mark.parametrize(
    "call, complaint",
    [
        (lambda: largest([1, 2], 3), "^k: expected at most 2, the number of weights; got 3"),
        (lambda: iht_step([1, 2], [1, 2], 0, 1), "^smoothness: expected a finite number above 0"),
        (lambda: iht_step([1, 2], [1e308, 2], 1e-9, 1), "^slope: expected one whose step is finite"),
        (lambda: newton_step([1, 2], [1, 2, 3], np.eye(2), 1), r"^slope: expected shape \(2,\); got \(3,\)"),
        (lambda: projected([1, 2], np.ones((2, 2)), [0, 1]), "^inverse: expected one whose part for the group"),
        (lambda: projected([1, 2], np.eye(2), [2]), "^group: expected indices from 0 to 1"),
        (lambda: one_by_one([1, 2], -np.eye(2), 1), "^inverse: expected a positive definite one"),
        (lambda: IterativeSurgeon(rounds=0), "^rounds: expected a whole number of at least 1; got 0"),
        (lambda: IterativeSurgeon(projection="best"), "^projection: expected one of one by one, largest; got 'best'"),
    ],
)
def test_bad_input(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


# -- the pruner -------------------------------------------------------------------------------------------------------


def linear(seed=0):
    """A linear unit, so that the cost is a parabola: the network, not at its minimum, patterns, targets."""
    rng = RNG(seed)
    X, T = rng.normal(size=(40, 7)), rng.normal(size=(40, 1))
    return MLP((7, 1), output="linear", seed=seed), X, T


@pytest.mark.parametrize("rounds", [1, 4])
def test_on_a_parabola_it_is_least_squares_from_anywhere_and_one_round_is_enough(rounds):
    net, X, T = linear()
    path = prune(net, X, T, IterativeSurgeon(1e-12, rounds=rounds), at_once=5, down_to=3)
    left = path.network()
    ones = np.column_stack([X, np.ones(40)])
    wanted = restricted(ones, T[:, 0], np.flatnonzero(~left.mask))
    assert left.n_active == 3 and len(path) == 2
    np.testing.assert_allclose(left.weights, wanted, atol=1e-9)
    t = np.linalg.lstsq(ones, T[:, 0])[0]
    np.testing.assert_allclose(left.weights, one_by_one(t, np.linalg.inv(ones.T @ ones), 3)[0], atol=1e-9)


def test_from_a_minimum_the_first_round_is_the_surgeon():
    net, X, T = trained()
    once = prune(net, X, T, OptimalBrainSurgeon(1e-6), at_once=8, down_to=net.n - 8, weight_decay=DECAY)
    ours = prune(net, X, T, IterativeSurgeon(1e-6, rounds=1), at_once=8, down_to=net.n - 8, weight_decay=DECAY)
    assert ours[-1].deleted == once[-1].deleted and np.isnan(ours[-1].predicted)
    np.testing.assert_allclose(ours[-1].weights, once[-1].weights, atol=1e-5)


def trained():
    """A network of 36 weights at its minimum, patterns without any symmetry, targets."""
    rng = RNG(4)
    X, net = rng.normal(size=(60, 5)), MLP((5, 5, 1), output="linear", seed=0)
    T = np.sin(X[:, :1] * X[:, 1:2]) + X[:, 2:3] ** 2 / 4
    train_gauss_newton(net, X, T, iterations=300, gradient_norm=1e-10, weight_decay=DECAY)
    return net, X, T


def looked(rounds, alpha=1.0, **options):
    net, X, T = trained()
    method, cost = IterativeSurgeon(alpha, scale="mean", rounds=rounds, **options), Cost(X, T, weight_decay=DECAY)
    method.look(net, cost)
    return net, cost, method


def test_the_projection_largest_is_the_step_of_the_paper():
    net, cost, method = looked(2, projection="largest")
    twin = net.copy()
    for _, theta, deleted, _ in method.iterates(net, np.ones(net.n, bool), 18):
        H = hessian(twin, cost.X, cost.T, "gauss-newton", **cost.options)
        H += np.diag(H).mean() * np.eye(net.n)
        slope = gradient(twin, cost.X, cost.T, **cost.options)
        twin.weights = newton_step(twin.weights, slope, np.linalg.inv(H), net.n - 18)
        np.testing.assert_allclose(theta, twin.weights, atol=1e-10)
        assert set(deleted) == set(np.flatnonzero(theta == 0))


def test_weights_come_back_between_rounds_and_the_best_round_is_kept():
    net, cost, method = looked(8, 1e-2)
    whole, iterates = net.copy(), list(method.iterates(net, np.ones(net.n, bool), 24))
    gone = [frozenset(deleted) for _, _, deleted, _ in iterates]
    assert len(set(gone)) > 1 and all(len(each) == 24 for each in gone) and net.mask.all()
    costs = [iterate[0] for iterate in iterates]
    assert costs[0] > min(costs)
    path = prune(whole, cost.X, cost.T, method, at_once=24, down_to=12, weight_decay=DECAY, keep_orphans=True)
    assert Cost(cost.X, cost.T, weight_decay=DECAY).value(path.network()) == pytest.approx(min(costs), rel=1e-12)
    assert frozenset(path[-1].deleted) == gone[int(np.argmin(costs))]


@pytest.mark.parametrize("projection", ["one by one", "largest"])
def test_what_is_no_candidate_stays_and_what_was_deleted_stays_so(projection):
    net, cost, method = looked(3, projection=projection)
    net.delete([0, 5])
    path = prune(
        net, cost.X, cost.T, method, candidates=range(10, 20), at_once=4, weight_decay=DECAY, keep_orphans=True
    )
    assert [step.n_active for step in path] == [34, 30, 26, 24]
    assert not path[-1].mask[[0, 5, *range(10, 20)]].any() and path[-1].mask.sum() == 24
    groups = prune(net, cost.X, cost.T, method, groups=net.hidden_units(), weight_decay=DECAY)
    assert len(groups) == 6


def test_a_round_that_diverges_is_the_last(monkeypatch):
    net, cost, method = looked(5)
    newton, calls = IterativeSurgeon._newton, []

    def breaking(self, net):
        calls.append(0)
        if len(calls) == 3:
            net.weights = np.full(net.n, 1e200)
        newton(self, net)

    monkeypatch.setattr(IterativeSurgeon, "_newton", breaking)
    assert len(list(method.iterates(net, np.ones(net.n, bool), 18))) == 2


def test_a_round_in_which_fewer_go_is_no_round(monkeypatch):
    """Its cost would be that of a larger network, and it would be the best."""
    net, _, method = looked(4)
    look, saliency, looks = IterativeSurgeon.look, IterativeSurgeon.saliency, []

    def counted(self, net, cost):
        looks.append(0)
        look(self, net, cost)

    def spared(self, net):
        return np.where(np.arange(net.n) < 3, saliency(self, net), np.inf) if looks else saliency(self, net)

    monkeypatch.setattr(IterativeSurgeon, "look", counted)
    monkeypatch.setattr(IterativeSurgeon, "saliency", spared)
    assert [len(deleted) for _, _, deleted, _ in method.iterates(net, np.ones(net.n, bool), 18)] == [18]


# -- what is not the last round, nor of one place alone ---------------------------------------------------------------


def test_a_weight_named_twice_goes_once():
    _, _, t, inverse = regression()
    (theta, price), (twice, other) = projected(t, inverse, [1, 7]), projected(t, inverse, [7, 1, 1, -1])
    np.testing.assert_array_equal(twice, theta)
    assert other == price > 0


def test_what_is_given_stays_as_it_is_however_many_weights_go(monkeypatch):
    """The shrinking inverse works in place once many have gone: here after two."""
    monkeypatch.setattr(ShrinkingInverse, "MANY_REMOVED", 2)
    _, _, t, inverse = regression()
    first, before, same = one_by_one(t, inverse, 2), inverse.copy(), t.copy()
    np.testing.assert_array_equal(one_by_one(t, inverse, 2)[0], first[0])
    np.testing.assert_array_equal(inverse, before)
    whole, price = one_by_one(t, inverse, 8)
    whole[:] = 0.0
    assert np.array_equal(t, same) and price == 0


def test_a_group_is_worth_what_the_surgeon_says_or_the_squares_of_its_weights():
    group = [3, 8, 20]
    net, _, largest_of = looked(2, projection="largest")
    assert largest_of.group_saliency(net, group) == pytest.approx(np.square(net.weights[group]).sum(), rel=1e-14)
    net, cost, ours = looked(2)
    surgeon = OptimalBrainSurgeon(1.0, scale="mean")
    surgeon.look(net, cost)
    assert ours.group_saliency(net, group) == surgeon.group_saliency(net, group)
    assert ours.group_saliency(net, group) != pytest.approx(ours.saliency(net)[group].sum(), rel=1e-3)


def test_a_step_leaves_the_weights_of_the_best_round_and_not_of_the_last(monkeypatch):
    net = MLP((2, 1), seed=0)
    first, last = np.array([0.0, 2.0, 3.0]), np.array([4.0, 0.0, 5.0])

    def iterates(self, net, candidates, number):
        for cost, weights, gone in ((1.0, first, 0), (2.0, last, 1)):
            net.weights = weights
            yield cost, weights, [gone], [0.5]

    monkeypatch.setattr(IterativeSurgeon, "iterates", iterates)
    assert IterativeSurgeon().step(net, net.mask, 1) == ([0], [0.5])
    assert net.weights.tolist() == [0.0, 2.0, 3.0] and net.mask.tolist() == [False, True, True]
