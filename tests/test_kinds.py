"""The contract of a network: every kind, masked or not, with every error, against differences of what it reports."""

import pickle

import numpy as np
import oracles
import pytest
from kinds import NETWORKS, Tied, Unwired, build, problems

from classicnets import (
    EBD,
    MLP,
    Cost,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    gradient,
    hessian,
    hessian_by_units,
    hessian_diagonal,
    hessian_vector_product,
    inverse_hessian,
    network_error,
    output_derivatives,
    prune,
    remove_orphans,
    train_backpropagation,
    train_gauss_newton,
    train_quasi_newton,
)
from classicnets.active import active_hessian, large_active_hessian
from classicnets.backprop import pattern_gradients
from classicnets.error import error_for
from classicnets.plotting import draw_network

CASES = [pytest.param(error, settings, id=name) for name, error, settings in problems()]
every_kind = pytest.mark.parametrize("error, settings", CASES)
DECAY = 0.2


@every_kind
def test_the_gradient_is_the_slope_of_the_error(error, settings):
    net, X, T = build(*settings)
    slope = oracles.central_differences(
        lambda w: network_error(oracles.with_weights(net, w), X, T, error, DECAY), net.weights
    )
    assert oracles.relative_error(gradient(net, X, T, error, DECAY), slope) < 1e-7
    mean = pattern_gradients(net, X, T, error).mean(axis=0) + DECAY * net.weights
    assert oracles.relative_error(mean, gradient(net, X, T, error, DECAY)) < 1e-12


@every_kind
def test_the_output_derivatives_are_those_of_the_outputs(error, settings):
    net, X, _ = build(*settings)
    slopes = oracles.central_differences(lambda w: oracles.with_weights(net, w).forward(X), net.weights)
    assert oracles.relative_error(output_derivatives(net, X), np.moveaxis(slopes, 0, 2)) < 1e-7


@every_kind
def test_the_hessian_is_the_slope_of_the_gradient(error, settings):
    net, X, T = build(*settings)
    slope = oracles.central_differences(
        lambda w: gradient(oracles.with_weights(net, w), X, T, error, DECAY), net.weights
    )
    H = hessian(net, X, T, "exact", error, DECAY)
    assert oracles.relative_error(H, slope) < 1e-6 and oracles.relative_error(H, H.T) < 1e-13
    v = np.cos(np.arange(net.n))
    assert oracles.relative_error(hessian_vector_product(net, X, T, v, error, DECAY), H @ v) < 1e-10


@every_kind
def test_gauss_newton_is_the_sum_of_outer_products(error, settings):
    net, X, T = build(*settings)
    H, O = DECAY * np.eye(net.n), net.forward(X)[-len(T) :]
    for X_k, a_k in zip(output_derivatives(net, X)[-len(T) :], oracles.fisher(error, net.output, O), strict=True):
        H += (X_k.T * a_k) @ X_k / len(T)
    assert oracles.relative_error(hessian(net, X, T, "gauss-newton", error, DECAY), H) < 1e-11
    J = (H + 0.1 * np.eye(net.n))[np.ix_(net.mask, net.mask)]
    B = inverse_hessian(net, X, T, 0.1, "gauss-newton", error, DECAY)
    assert np.allclose(B[np.ix_(net.mask, net.mask)] @ J, np.eye(len(J)), rtol=0, atol=1e-10 * np.abs(J).max())


@every_kind
@pytest.mark.parametrize("kind", ["exact", "gauss-newton"])
def test_diagonals_and_active_parts_are_those_of_the_hessian(error, settings, kind):
    net, X, T = build(*settings)
    H = hessian(net, X, T, kind, error)
    size = np.abs(H).max()
    assert np.allclose(hessian_diagonal(net, X, T, kind, error), np.diag(H), rtol=1e-11, atol=1e-14 * size)
    some = H[np.ix_(net.mask, net.mask)]
    for form in (active_hessian, large_active_hessian):
        assert np.allclose(form(net, X, T, error_for(net, error), kind), some, rtol=1e-11, atol=1e-13 * size)


@every_kind
def test_a_copy_a_file_and_a_pickle_are_the_network(error, settings, tmp_path):
    net, X, _ = build(*settings)
    net.save(tmp_path / "net")
    for twin in (net.copy(), type(net).load(tmp_path / "net"), pickle.loads(pickle.dumps(net))):
        assert type(twin) is type(net) and repr(twin) == repr(net)
        assert all(np.array_equal(twin.settings[name], net.settings[name]) for name in type(net).SETTINGS)
        assert twin.weights.tobytes() == net.weights.tobytes() and twin.mask.tobytes() == net.mask.tobytes()
        assert np.array_equal(twin.forward(X), net.forward(X))
        twin.delete(slice(None))
        assert net.n_active and not twin.n_active


@every_kind
def test_what_it_shows_cannot_be_written_into(error, settings):
    net, X, T = build(*settings)
    before = net.weights.tobytes(), net.mask.tobytes()
    shown = [net.weights, net.mask, *getattr(net, "matrices", ()), *getattr(net, "mask_matrices", ())]
    for array in shown:
        for index in (0, slice(None), ..., np.zeros(len(array), dtype=bool)):
            with pytest.raises(ValueError, match="^index: expected no writing into what a network only shows; got "):
                array[index] = 1
        with pytest.raises(ValueError):
            np.copyto(array, 1)
    assert (net.weights.tobytes(), net.mask.tobytes()) == before
    net.weights += 1.0  # a new vector, assigned
    assert np.array_equal(net.weights, np.where(net.mask, np.frombuffer(before[0]) + 1, 0))
    own = net.weights.copy()
    own[:] = 3.0
    view = own[:2]
    own += 1.0  # a copy is an array like any other: worked on in place
    assert (view == 4).all()
    assert type(net.weights * 2) is np.ndarray and not (net.weights == 3).all()


@every_kind
def test_it_is_trained_and_pruned(error, settings):
    net, X, T = build(*settings)
    if net.n < 6 and isinstance(net, MLP):
        pytest.skip("too small to prune far")
    for train in (train_gauss_newton, train_quasi_newton):
        curve = train(net, X, T, iterations=3, error=error, weight_decay=1e-3)
        assert curve.train_error[curve.best] <= curve.train_error[0]
    if isinstance(net, MLP):
        train_backpropagation(net, X, T, epochs=2, error=error, seed=0)
    keep = {} if settings[0] is not Tied else {"keep_orphans": True}
    for method in (Magnitude(), OptimalBrainDamage("gauss-newton"), OptimalBrainSurgeon(1e-3), EBD()):
        path = prune(net, X, T, method, error=error, weight_decay=1e-3, **keep)
        assert path[-1].n_active == 0 and np.isfinite(path.curve("train_error")).all()


@pytest.mark.parametrize("name", NETWORKS)
def test_of_each_weight_it_says_whether_it_is_a_bias_its_fan_in_and_its_name(name):
    kind, sizes, hidden, _ = NETWORKS[name]
    net = kind(sizes, hidden, "logistic", seed=0)
    assert net.is_bias.shape == net.fan_in.shape == (net.n,) and len(set(net.weight_names())) == net.n
    assert (np.abs(net.weights) <= 1 / np.sqrt(net.fan_in)).all()
    assert (np.abs(net.initialize(3, spread=0.1).weights) <= 0.1).all()


def test_a_kind_that_has_no_version_of_a_function_is_a_type_error_and_never_the_mlps():
    net, X, T = Unwired((3, 2), seed=0), np.ones((4, 3)), np.full((4, 2), 0.5)
    assert np.isfinite(network_error(net, X, T))
    calls = [gradient, hessian, hessian_diagonal, lambda *a: hessian(*a, "gauss-newton"), pattern_gradients]
    calls += [lambda *a: output_derivatives(*a[:2]), lambda *a: hessian_vector_product(*a, np.ones(net.n))]
    calls += [lambda *a: inverse_hessian(*a, 0.1), lambda net, *_: remove_orphans(net), train_gauss_newton]
    calls += [lambda *a: prune(*a, OptimalBrainSurgeon()), train_backpropagation]
    before = net.weights.copy()
    for call in calls:
        with pytest.raises(TypeError, match="^net: expected (a kind of network with|an MLP)"):
            call(net, X, T)
    with pytest.raises(TypeError, match="^net: expected a network of layers"):
        draw_network(net)
    for call in (gradient, hessian, train_gauss_newton, hessian_by_units):
        for stranger in (None, X, "net", MLP, object()):
            with pytest.raises(TypeError, match="^net: expected (a network|an MLP)"):
                call(stranger, X, T)
    assert np.array_equal(net.weights, before)


@pytest.mark.parametrize("error, output", oracles.KINDS)
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 3, 4, 2), (2, 3, 2, 3, 2)])
@pytest.mark.parametrize("hidden", ["tanh", "logistic", "linear"])
def test_the_form_to_read_and_the_fast_one_are_the_same_hessian(sizes, hidden, error, output):
    net, X, T = oracles.problem(sizes, hidden, output)
    assert (
        oracles.relative_error(hessian(net, X, T, "exact", error, DECAY), hessian_by_units(net, X, T, error, DECAY))
        < 1e-12
    )


def test_a_cost_says_error_and_decay_once():
    net, X, T = oracles.problem((3, 4, 2))
    cost = Cost(X, T, "cross-entropy", DECAY)
    assert cost.value(net) == network_error(net, X, T, "cross-entropy", DECAY)
    assert np.array_equal(
        hessian(net, cost.X, cost.T, **cost.options), hessian(net, X, T, "exact", "cross-entropy", DECAY)
    )
    with pytest.raises(ValueError, match="^weight_decay: "):
        Cost.fitting(net, X, T, weight_decay=-1)


@pytest.mark.parametrize("curvatures", [200, 704])  # of 8 units: 3 patterns at a time; 11, and the last by itself
@pytest.mark.parametrize("sizes", [(5, 6, 2), (2, 3, 2, 4, 2)])
def test_large_nets_with_few_weights_left_are_cut_down_before_anything_is_written_down(sizes, curvatures, monkeypatch):
    net, X, T = oracles.problem(sizes, deleted=0.7 if len(sizes) == 3 else 0.2)
    whole = [active_hessian(net, X, T, error_for(net, "squared"), kind) for kind in ("exact", "gauss-newton")]
    monkeypatch.setattr("classicnets.active.WHOLE", 0)
    monkeypatch.setattr("classicnets.active.error_hessian", None)
    monkeypatch.setattr("classicnets.active.CURVATURES", curvatures)
    for kind, H in zip(("exact", "gauss-newton"), whole, strict=True):
        assert np.allclose(active_hessian(net, X, T, error_for(net, "squared"), kind), H, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("kind", ["exact", "gauss-newton", "lecun1990", "levenberg-marquardt"])
def test_a_diagonal_is_the_same_in_portions_of_the_patterns(kind, monkeypatch):
    net, X, T = oracles.problem((3, 4, 2), patterns=23)
    whole = hessian_diagonal(net, X, T, kind)
    monkeypatch.setattr("classicnets.diagonal.MOST_NUMBERS", 100)
    assert np.allclose(hessian_diagonal(net, X, T, kind), whole, rtol=1e-12, atol=1e-16)


def test_without_a_layer_above_levenberg_marquardt_is_gauss_newton():
    for error, output in oracles.KINDS:  # softmax, whose units are not independent, among them
        net, X, T = oracles.problem((3, 4), output=output)
        swept = hessian_diagonal(net, X, T, "levenberg-marquardt", error)
        assert np.allclose(swept, hessian_diagonal(net, X, T, "gauss-newton", error), rtol=1e-12)


def test_an_alpha_of_which_rounding_leaves_less_than_two_digits_is_refused():
    net, X, T = oracles.problem((3, 4, 2), patterns=3, deleted=0)  # 6 rows for 26 weights: H is singular
    least = 100 * np.finfo(float).eps * np.trace(hessian(net, X, T, "gauss-newton"))
    for alpha, good in ((least / 30, False), (least / 3000, False), (least * 30, True)):
        if good:
            assert np.diag(inverse_hessian(net, X, T, alpha)).min() > 0
        else:
            with pytest.raises(ValueError, match="^alpha: expected enough .* rounding leaves intact"):
                inverse_hessian(net, X, T, alpha)
