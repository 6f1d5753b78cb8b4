"""What needs little memory takes little, and what would not fit is refused before anything is made."""

import tracemalloc

import numpy as np
import pytest

from classicnets import (
    EBD,
    ESP,
    MLP,
    GammaOBD,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    RecurrentNetwork,
    gradient,
    hessian,
    hessian_diagonal,
    inverse_hessian,
    memory,
    output_derivatives,
    prune,
    train_gauss_newton,
)
from classicnets.active import active_hessian, large_active_hessian
from classicnets.backprop import pattern_gradients
from classicnets.error import SQUARED
from classicnets.inverse import curvature_rows


def peak(function):
    """What a call takes at most, in MB, beside what was there before: compiled and warm."""
    function()
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def problem(sizes, patterns, output="logistic"):
    rng = np.random.default_rng(0)
    T = rng.random((patterns, sizes[-1]))
    T = T / T.sum(axis=1, keepdims=True) if output == "softmax" else T
    return MLP(sizes, output=output, seed=0), rng.normal(size=(patterns, sizes[0])), T


@pytest.mark.parametrize("kind", ["exact", "gauss-newton", "lecun1990", "levenberg-marquardt"])
def test_a_diagonal_is_taken_without_the_hessian(kind):
    net, X, T = problem((64, 20, 10), 200)
    assert peak(lambda: hessian_diagonal(net, X, T, kind)) < 4 < 8e-6 * net.n**2


@pytest.mark.parametrize("method", [OptimalBrainDamage(), OptimalBrainDamage("gauss-newton"), ESP(), EBD(), GammaOBD()])
def test_methods_that_need_a_diagonal_prune_what_has_no_hessian(method):
    net, X, T = problem((784, 100, 20, 10), 30)
    options = dict(weight_decay=1e-3, at_once=40, down_to=net.n - 40, keep_orphans=True)
    assert peak(lambda: prune(net, X, T, method, **options)) < 40 < 8e-6 * net.n**2


@pytest.mark.parametrize("output, error", [("logistic", "squared"), ("softmax", "cross-entropy")])
def test_a_gradient_needs_no_number_for_each_pair_of_outputs(output, error):
    net, X, T = problem((10, 5, 200), 500, output)
    assert peak(lambda: gradient(net, X, T, error)) < 10 < 8e-6 * T.size * 200


@pytest.mark.parametrize("kind", ["gauss-newton", "exact"])
def test_second_order_work_is_done_in_the_weights_that_are_left(kind):
    net, X, T = problem((220, 30, 5), 40)
    net.delete(np.random.default_rng(0).permutation(net.n)[400:])
    surgeon = OptimalBrainSurgeon(1.0, kind)
    assert peak(lambda: prune(net, X, T, surgeon, at_once=20, down_to=net.n_active - 40)) < 60 < 8e-6 * net.n**2
    assert peak(lambda: train_gauss_newton(net, X, T, iterations=2)) < 60


def test_what_does_not_fit_is_refused_with_its_size_before_anything_is_made(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 1e9)
    net, X, T = problem((784, 30, 10), 100)  # a Hessian of 4.6 GB
    recurrent, series = RecurrentNetwork((500, 200, 1), seed=0), np.zeros((100, 500))
    for call, size in [
        (lambda: hessian(net, X, T), "4.6"),
        (lambda: hessian(net, X, T, "gauss-newton"), "4.6"),
        (lambda: inverse_hessian(net, X, T, 1e-3), "13.7"),
        (lambda: prune(net, X, T, OptimalBrainSurgeon()), "13.7"),
        (lambda: output_derivatives(net, np.zeros((1000, 784))), "1.9"),
        (lambda: curvature_rows(net, np.zeros((1000, 784)), np.zeros((1000, 10))), "1.9"),
        (lambda: gradient(recurrent, series, series[:, :1]), None),  # has a sweep of its own, and fits
        (lambda: output_derivatives(recurrent, series), "22.6"),
        (lambda: MLP((10**5, 10**5)), "80"),
    ]:
        if size is None:
            call()
            continue
        tracemalloc.start()
        with pytest.raises(MemoryError, match=rf"^(net|X|sizes): expected .* memory; got one that takes {size}.* GB"):
            call()
        assert tracemalloc.get_traced_memory()[1] < 2e7
        tracemalloc.stop()


def test_what_a_network_of_the_middle_does_not_have_room_for_is_refused_too(monkeypatch):
    net, X, T = problem((64, 40, 10), 20)  # a Hessian of 72 MB
    smaller, recurrent, series = net.copy(), RecurrentNetwork((10, 50, 1), seed=0), np.zeros((20, 10))
    smaller.delete(slice(20, None))
    monkeypatch.setattr(memory, "available", lambda: 5.5e7)
    for call in (
        lambda: active_hessian(net, X, T, SQUARED, "gauss-newton"),
        lambda: large_active_hessian(recurrent, series, series[:, :1], SQUARED, "exact"),
        lambda: inverse_hessian(smaller, X, T, 1e-3),
        lambda: pattern_gradients(net, np.zeros((3000, 64)), np.zeros((3000, 10))),
    ):
        with pytest.raises(MemoryError, match="^(net|X): expected .* memory; got one that takes 0.1 GB where 0.1 GB"):
            call()


def test_free_memory_is_a_number_that_the_system_gives_or_infinite(tmp_path):
    assert 1e7 < memory.available() <= float("inf")
    (tmp_path / "limit").write_text("max\n", encoding="ascii")
    assert memory._number(tmp_path / "limit") == memory._number(tmp_path / "none") == float("inf")
    (tmp_path / "limit").write_text("1000\n", encoding="ascii")
    assert memory._number(tmp_path / "limit") == 1000.0
