"""A weight decay of its own for each weight: in every derivative, training and method, against independent forms."""

import numpy as np
import oracles
import pytest
from hostile_calls import methods
from kinds import build, problems

from classicnets import (
    EBS,
    ESP,
    MLP,
    Cost,
    EigenspaceSurgeon,
    GammaOBD,
    GammaOBS,
    Magnitude,
    OptimalBrainSurgeon,
    OptimalBrainSurgeonWithDecay,
    RecurrentNetwork,
    effective_weights,
    estimated_test_error,
    gradient,
    hessian,
    hessian_by_recursion,
    hessian_by_units,
    hessian_diagonal,
    hessian_vector_product,
    inverse_hessian,
    network_error,
    prune,
    saliency_bounds,
    train_backpropagation,
    train_diagonal_newton,
    train_gauss_newton,
    train_quasi_newton,
)

CHOSEN = ("one hidden layer, masked", "recurrent, masked", "shared, masked", "tied, masked")
CASES = [
    pytest.param(e, s, id=name) for name, e, s in problems() if name.startswith(CHOSEN) and name.endswith("logistic")
]
TRAINERS = {
    "backpropagation": lambda *a, **o: train_backpropagation(*a, epochs=3, seed=0, momentum=0.5, **o),
    "backpropagation with elimination": lambda *a, **o: train_backpropagation(*a, epochs=3, seed=0, elimination=1, **o),
    "diagonal Newton": lambda *a, **o: train_diagonal_newton(*a, epochs=3, seed=0, **o),
    "Gauss-Newton": lambda *a, **o: train_gauss_newton(*a, iterations=3, **o),
    "quasi-Newton": lambda *a, **o: train_quasi_newton(*a, iterations=9, **o),
}


def no_biases(net, decay=0.05):
    """The decay of libraries that leave the biases out of it."""
    return np.where(net.is_bias, 0.0, decay)


def uneven(net):
    return np.linspace(0.0, 0.4, net.n)


@pytest.mark.parametrize("error, settings", CASES)
def test_each_derivative_has_the_decay_of_each_weight(error, settings):
    net, X, T = build(*settings)
    d, options = uneven(net), {"error": error, "weight_decay": uneven(net)}
    plain = network_error(net, X, T, error)
    assert np.isclose(network_error(net, X, T, **options), plain + (d * net.weights**2).sum() / 2, rtol=1e-14)
    slope = oracles.central_differences(
        lambda w: network_error(oracles.with_weights(net, w), X, T, **options), net.weights
    )
    assert oracles.relative_error(gradient(net, X, T, **options), slope) < 1e-7
    curvature = oracles.central_differences(
        lambda w: gradient(oracles.with_weights(net, w), X, T, **options), net.weights
    )
    H = hessian(net, X, T, **options)
    assert oracles.relative_error(H, curvature) < 1e-6
    v = np.cos(np.arange(net.n))
    assert oracles.relative_error(hessian_vector_product(net, X, T, v, **options), H @ v) < 1e-10
    for kind in ("exact", "gauss-newton"):
        H = hessian(net, X, T, kind, **options)
        assert np.allclose(hessian_diagonal(net, X, T, kind, **options), np.diag(H), rtol=1e-11)
        J = (H + 0.3 * np.eye(net.n))[np.ix_(net.mask, net.mask)]
        B = inverse_hessian(net, X, T, 0.3, kind, **options)[np.ix_(net.mask, net.mask)]
        assert np.allclose(B @ J, np.eye(len(J)), rtol=0, atol=1e-10)
    forms = {MLP: hessian_by_units, RecurrentNetwork: hessian_by_recursion}
    if type(net) in forms:
        assert oracles.relative_error(forms[type(net)](net, X, T, **options), hessian(net, X, T, **options)) < 1e-11


@pytest.mark.parametrize("patterns", [5, 40])  # fewer than weights, and more: the recursion, and H itself
def test_the_recursion_begins_with_the_decay_of_each_weight(patterns):
    net, X, T = oracles.problem((3, 4, 2), patterns=patterns)
    J = hessian(net, X, T, "gauss-newton", weight_decay=uneven(net)) + 1e-2 * np.eye(net.n)
    B = inverse_hessian(net, X, T, 1e-2, weight_decay=uneven(net))
    product = (B @ J)[np.ix_(net.mask, net.mask)]
    assert np.allclose(product, np.eye(net.n_active), rtol=0, atol=1e-10)


@pytest.mark.parametrize("train", TRAINERS.values(), ids=TRAINERS)
def test_trainings_know_the_decay_of_each_weight(train):
    net, X, T = oracles.problem((3, 4, 2))
    ends = {}
    for name, decay in {"number": 0.1, "the same": np.full(net.n, 0.1), "no biases": no_biases(net, 0.1)}.items():
        twin = net.copy()
        train(twin, X, T, weight_decay=decay)
        ends[name] = twin.weights
    assert np.allclose(ends["the same"], ends["number"], rtol=1e-12, atol=1e-14)
    assert not np.allclose(ends["no biases"], ends["number"], rtol=1e-4)


def test_a_gauss_newton_step_has_it_in_slope_and_curvature():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    d, w = uneven(net), net.weights.copy()
    J = hessian(net, X, T, "gauss-newton") + np.diag(d) + 10 * np.eye(net.n)
    step = np.linalg.solve(J, gradient(net, X, T) + d * w)
    train_gauss_newton(net, X, T, iterations=1, damping=10, weight_decay=d)
    assert np.allclose(net.weights, w - step, rtol=1e-10, atol=1e-12)


def test_biases_left_out_of_the_decay_are_trained_to_a_minimum_without_it():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    d = no_biases(net)
    train_gauss_newton(net, X, T, iterations=500, gradient_norm=1e-10, weight_decay=d)
    slope = gradient(net, X, T)
    assert np.abs(slope[net.is_bias]).max() < 1e-8
    assert np.allclose(slope[~net.is_bias], -0.05 * net.weights[~net.is_bias], rtol=0, atol=1e-8)


def test_surgeons_answer_with_the_decay_of_each_weight_and_say_what_the_error_alone_will_do():
    net, X, T = oracles.problem((3, 4, 2), deleted=0.2)
    d, alpha = uneven(net), 1e-9
    H, kept = hessian(net, X, T, "gauss-newton"), np.flatnonzero(net.mask)
    for method in (OptimalBrainSurgeon(alpha), OptimalBrainSurgeonWithDecay(alpha), GammaOBS()):
        method.look(net, Cost(X, T, weight_decay=d + alpha * isinstance(method, GammaOBS)))
        saliency = method.saliency(net)
        for q in kept[:4]:
            rest = kept[kept != q]
            move = surgery(H, net.weights, d + alpha, q, rest)
            rise = move @ H @ move / 2 - (d * net.weights) @ move  # the slope of the error at a minimum of the cost
            if isinstance(method, OptimalBrainSurgeonWithDecay):
                assert np.isclose(saliency[q], rise, rtol=1e-5)
                assert np.isclose(method.group_saliency(net, [q]), rise, rtol=1e-5)
            elif isinstance(method, OptimalBrainSurgeon):
                assert np.isclose(saliency[q], move @ (H + np.diag(d)) @ move / 2, rtol=1e-5)
            else:
                less = determined(H, d + alpha, kept) - determined(H, d + alpha, rest)
                assert np.isclose(saliency[q], rise - 2 / len(X) * network_error(net, X, T) * less, rtol=1e-5)


def surgery(H, u, d, q, kept):
    """Weight q goes to zero and those kept answer, to where error and decay no longer fall: the moves (n,)."""
    J, move = H + np.diag(d), np.zeros(len(u))
    move[q] = -u[q]
    move[kept] = np.linalg.solve(J[np.ix_(kept, kept)], J[kept, q] * u[q])
    return move


def determined(H, d, kept):
    """tr(H J^-1 H J^-1), J = H + diag(d), of the weights kept."""
    H, d = H[np.ix_(kept, kept)], d[kept]
    share = H @ np.linalg.inv(H + np.diag(d))
    return np.trace(share @ share)


def test_effective_weights_are_those_of_the_trace():
    for patterns in (40, 10):  # more derivatives than weights, and fewer
        net, X, T = oracles.problem((3, 4, 2), patterns=patterns, deleted=0.1)
        H, kept = hessian(net, X, T, "gauss-newton"), np.flatnonzero(net.mask)
        for d in (uneven(net), no_biases(net)):  # some of them zero
            Neff = determined(H, d, kept)
            assert np.isclose(effective_weights(net, X, T, d), Neff, rtol=1e-9)
            expected = (patterns + Neff) / (patterns - Neff) * network_error(net, X, T)
            assert np.isclose(estimated_test_error(net, X, T, d), expected, rtol=1e-9) or Neff > patterns
    assert np.isclose(effective_weights(net, X, T, np.full(net.n, 0.1)), effective_weights(net, X, T, 0.1), rtol=1e-11)


def test_diagonal_methods_and_eigenspaces_have_it_too():
    net, X, T = oracles.problem((3, 4, 2), patterns=40)
    d, w = uneven(net), net.weights
    cost, g, h = Cost(X, T, weight_decay=d), gradient(net, X, T), hessian_diagonal(net, X, T, "gauss-newton")
    early = ESP()
    early.look(net, cost)
    assert np.allclose(early.saliency(net), (h + d) * w**2 / 2 - (g + d * w) * w, rtol=1e-12)
    gamma = GammaOBD()
    gamma.look(net, cost)
    dead = np.divide(h, h + d, out=np.zeros(net.n), where=h > 0)
    expected = (d + h / 2) * w**2 - 2 / 40 * network_error(net, X, T) * dead**2
    assert np.allclose(gamma.saliency(net), expected, rtol=1e-12)
    surgeon = OptimalBrainSurgeon(1e-3)
    surgeon.look(net, cost)
    exact = surgeon.saliency(net)
    assert all(np.allclose(b, exact) for b in saliency_bounds(net, X, T, net.n, 1e-3, weight_decay=d))
    for whole in (EigenspaceSurgeon(net.n, 1e-3), EBS(1e-3)):
        whole.look(net, cost)
        w = net.weights.copy()
        if isinstance(whole, EBS):  # from the optimum
            w[net.mask] -= surgeon._inverse.matrix() @ gradient(net, X, T, weight_decay=d)[net.mask]
        scale = np.divide(w**2, net.weights**2, out=np.ones(net.n), where=net.weights != 0)
        assert np.allclose(whole.saliency(net)[net.mask], (exact * scale)[net.mask], rtol=1e-6)


@pytest.mark.parametrize("kind", methods(), ids=lambda kind: kind.__name__)
def test_every_method_prunes_with_it_and_alike_where_all_are_the_same(kind):
    net, X, T = oracles.problem((3, 4, 2))
    train_gauss_newton(net, X, T, iterations=20, weight_decay=1e-2)
    paths = [
        prune(net, X, T, kind(**methods()[kind]), weight_decay=d) for d in (1e-2, np.full(net.n, 1e-2), uneven(net))
    ]
    assert [step.deleted for step in paths[0]] == [step.deleted for step in paths[1]]
    assert np.allclose(paths[0].curve("predicted"), paths[1].curve("predicted"), rtol=1e-7, equal_nan=True)
    assert paths[2][-1].n_active == paths[0][-1].n_active


def test_a_checkpoint_knows_the_decay_of_each_weight(tmp_path):
    net, X, T = oracles.problem((3, 4, 2))
    d = uneven(net)
    path = prune(net, X, T, Magnitude(), weight_decay=d, down_to=20, checkpoint=tmp_path / "path")
    assert len(prune(net, X, T, Magnitude(), weight_decay=d, down_to=20, checkpoint=tmp_path / "path")) == len(path)
    d[7] += 1e-16
    with pytest.raises(ValueError, match="^checkpoint: expected one of the same method, data and options; got "):
        prune(net, X, T, Magnitude(), weight_decay=d, checkpoint=tmp_path / "path")


BAD = {
    "too short": (lambda n: np.ones(n - 1), r"shape \(26,\); got \(25,\)"),
    "a matrix": (lambda n: np.ones((n, 1)), r"shape \(26,\); got \(26, 1\)"),
    "negative": (lambda n: np.linspace(-1, 1, n), "a number (of at least|above) 0, or numbers of .* a weight; got -1"),
    "NaN": (lambda n: np.where(np.arange(n) == 3, np.nan, 1), "finite numbers; got NaN or infinity"),
    "texts": (lambda n: ["a"] * n, r"numbers of shape \(26,\); got list"),
    "empty": (lambda n: [], r"shape \(26,\); got \(0,\)"),
}  # fmt: skip


@pytest.mark.parametrize("make, message", BAD.values(), ids=BAD)
def test_a_bad_vector_is_refused_by_name(make, message):
    net, X, T = oracles.problem((3, 4, 2))
    bad, before = make(net.n), net.weights.copy()
    calls = [network_error, gradient, hessian, hessian_by_units, hessian_diagonal, effective_weights]
    calls += [estimated_test_error, Cost.fitting, saliency_bounds, *TRAINERS.values()]
    calls += [lambda *a, weight_decay: hessian_vector_product(*a, np.ones(net.n), weight_decay=weight_decay)]
    calls += [lambda *a, weight_decay: inverse_hessian(*a, 0.1, weight_decay=weight_decay)]
    calls += [lambda *a, weight_decay: prune(*a, Magnitude(), weight_decay=weight_decay)]
    for call in calls:
        with pytest.raises(ValueError, match=f"^weight_decay: expected {message}"):
            call(net, X, T, weight_decay=bad)
    assert np.array_equal(net.weights, before)
    series = RecurrentNetwork((3, 2, 2), seed=0)  # of as many weights
    with pytest.raises(ValueError, match=f"^weight_decay: expected {message}"):
        hessian_by_recursion(series, X, T, weight_decay=bad)


def test_a_cost_is_refused_by_a_network_of_another_size():
    net, X, T = oracles.problem((3, 4, 2))
    with pytest.raises(ValueError, match=r"^weight_decay: expected shape \(26,\); got \(3,\)"):
        Magnitude().look(net, Cost(X, T, weight_decay=[0.1, 0.2, 0.3]))
    with pytest.raises(ValueError, match="^weight_decay: expected a number of at least 0, or .*; got none"):
        Cost(X, T, weight_decay=[])


def test_where_there_must_be_some_decay_zeros_are_refused():
    net, X, T = oracles.problem((3, 4, 2))
    for call in (effective_weights, *(lambda *a, m=m, **o: prune(*a, m, **o) for m in (GammaOBD(), GammaOBS()))):
        with pytest.raises(ValueError, match="^weight_decay: expected a number above 0, or numbers of at least 0, one"):
            call(net, X, T, weight_decay=np.zeros(net.n))
    few = no_biases(net)
    few[~net.is_bias] = np.where(np.arange(net.n) == 0, 1e-3, 0)[~net.is_bias]
    with pytest.raises(ValueError, match=r"^weight_decay: expected enough for H \+ weight_decay I to have an inverse"):
        effective_weights(net, X[:2], T[:2], few)  # 4 derivatives, and one decay, for 26 weights
