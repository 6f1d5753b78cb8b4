"""Rounding to a grid and to 16-bit floats against plain loops, and the damage that second derivatives predict."""

import struct

import numpy as np
import oracles
import pytest

from classicnets import (
    MLP,
    RecurrentNetwork,
    SharedNetwork,
    checks,
    dense,
    hessian,
    network_error,
    train_gauss_newton,
    wired,
)
from classicnets.pruning.frantar2022 import quantize_greedily
from classicnets.pruning.frantar2023 import gptq
from classicnets.quantization import damage, round_to_bits, round_to_half, unit_grid


def levels(weights, bits):
    """The levels of a unit by the definition: multiples of the step, from the one next to the least weight on."""
    low, high = min([*weights, 0.0]), max([*weights, 0.0])
    step = (high - low) / (2**bits - 1) or 1.0
    return [step * (round(low / step) + i) for i in range(2**bits)]


@pytest.mark.parametrize("bits", [1, 2, 3, 5])
def test_each_weight_goes_to_the_nearest_level_of_its_unit(bits):
    net, _, _ = oracles.problem((3, 4, 2), seed=bits)
    rounded = round_to_bits(net, bits)
    for before, after in zip(net.matrices, rounded.matrices, strict=True):
        for w, r in zip(before, after, strict=True):
            nearest = [min(levels(w, bits), key=lambda level: abs(level - value)) for value in w]
            np.testing.assert_allclose(r, nearest, atol=1e-14)
            assert len({*r}) <= 2**bits
            assert np.abs(r - w).max() <= np.ptp([*w, 0.0]) / (2**bits - 1) / 2 * (1 + 1e-9)
    np.testing.assert_array_equal(rounded.mask, net.mask)
    assert (rounded.weights[~net.mask] == 0).all() and not np.array_equal(rounded.weights, net.weights)


@pytest.mark.parametrize(
    "weights", [[0.0, 0.0, 0.0], [0.5, 0.7, 0.9], [-0.2, -0.9, -0.7], [1e308, -1e308, 1.0], [5e-324, 0, 0]]
)
def test_zero_is_always_a_level_and_units_of_any_size_have_a_grid(weights):
    grid = unit_grid(np.array([weights]), 2)
    assert grid.nearest(np.zeros((1, 1))) == 0
    assert np.isfinite(grid.nearest(np.array([weights]))).all()


def test_weights_beyond_the_ends_go_to_the_ends():
    grid = unit_grid(np.array([[-1.0, 0.5, 2.0]]), 2)
    np.testing.assert_allclose(grid.nearest(np.array([[-9.0, 9.0, 0.4]])), [[-1.0, 2.0, 0.0]])


def test_32_bits_leave_the_weights_as_they_are_and_recurrent_networks_can_be_rounded_too():
    net = RecurrentNetwork((2, 3, 1), seed=0)
    np.testing.assert_allclose(round_to_bits(net, 32).weights, net.weights, atol=1e-9)


def test_16_bit_floats_are_those_of_the_standard():
    net, _, _ = oracles.problem((3, 4, 2))
    expected = [struct.unpack("e", struct.pack("e", w))[0] for w in net.weights]
    np.testing.assert_array_equal(round_to_half(net).weights, expected)
    assert np.abs(round_to_half(net).weights - net.weights).max() > 1e-6
    net.weights = 7e4 * net.mask
    with pytest.raises(ValueError, match="^net: expected weights up to 65504; got 7"):
        round_to_half(net)


@pytest.mark.parametrize("bits", [0, 33, 2.0, True])
def test_bits_are_whole_numbers_that_make_sense(bits):
    with pytest.raises(ValueError, match="^bits: expected a whole number"):
        round_to_bits(MLP((2, 1)), bits)


# -- the damage -------------------------------------------------------------------------------------------------------


def at_minimum(weight_decay=1e-2):
    net, X, T = oracles.problem((3, 4, 2), output="linear", patterns=30, deleted=0.0)
    train_gauss_newton(net, X, T, iterations=300, gradient_norm=1e-10, weight_decay=weight_decay)
    return net, X, T


def test_damage_is_half_the_sum_over_the_diagonal_and_the_rise_of_the_cost():
    net, X, T = at_minimum()
    rounded = round_to_bits(net, 3)
    found = damage(net, rounded, X, T, weight_decay=1e-2)
    H, dw = hessian(net, X, T, weight_decay=1e-2), rounded.weights - net.weights
    assert found.predicted == pytest.approx(sum(H[k, k] * dw[k] ** 2 for k in range(net.n)) / 2, rel=1e-10)
    rise = network_error(rounded, X, T, weight_decay=1e-2) - network_error(net, X, T, weight_decay=1e-2)
    assert found.actual == pytest.approx(rise, rel=1e-10) and rise > 0


def test_of_a_single_weight_rounded_a_little_the_prediction_is_the_truth():
    """Where nothing goes together with anything, and the step is small, 1/2 h dw^2 is all there is."""
    net, X, T = at_minimum()
    changed = net.copy()
    for k in (0, 5, 20):
        changed.weights = net.weights
        oracles.change(changed, k, net.weights[k] + 1e-3)
        found = damage(net, changed, X, T, weight_decay=1e-2)
        assert found.actual == pytest.approx(found.predicted, rel=1e-2)


def test_another_network_is_refused():
    """Nine weights have 2-2-1 and 8-1 too, and where units differ the same weights are another function."""
    net, X, T = oracles.problem((2, 2, 1))
    others = (MLP((8, 1)), ValueError), (MLP((2, 2, 1), "relu"), ValueError), (RecurrentNetwork((2, 2, 1)), TypeError)
    shared = [SharedNetwork(**wired([dense(2, 1)]), hidden=hidden) for hidden in ("tanh", "relu")]
    for other, kind in others:
        assert other.n == net.n or kind is TypeError
        with pytest.raises(kind, match="^changed: expected a network like MLP 2-2-1"):
            damage(net, other, X, T)
    with pytest.raises(ValueError, match="^changed: expected a network like SharedNetwork 2-1"):
        damage(*shared, X, T)
    assert damage(shared[0], shared[0].copy(), X, T) == (0, 0)


def test_damage_beyond_all_bounds_is_refused():
    """The square of the change overflows, and times a curvature of zero it would be no number."""
    net, X, T = oracles.problem((3, 4, 2), "relu", "linear")
    changed = net.copy()
    changed.weights = np.full(net.n, 1e200)
    with pytest.raises(checks.Diverged, match="^changed: expected one of finite damage"):
        damage(net, changed, X, T)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64])
def test_bits_of_any_whole_kind_of_number_are_the_same(kind):
    """2^8 is zero in eight bits."""
    net, X, _ = oracles.problem((3, 4, 2))
    for rounding in (
        round_to_bits,
        lambda net, bits: gptq(net, X, bits),
        lambda net, bits: quantize_greedily(net, X, bits),
    ):
        np.testing.assert_array_equal(rounding(net, kind(8)).weights, rounding(net, 8).weights)
