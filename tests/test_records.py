"""What records hold: numbers of a few digits, networks to draw, and the error along a weight."""

import json
import math

import numpy as np
import pytest

from classicnets import MLP, RecurrentNetwork, network_error, xor
from reproductions.records import digits, keep, rebuild, where
from reproductions.slices import error_along


@pytest.mark.parametrize("make", [lambda: MLP((3, 4, 2)), lambda: RecurrentNetwork((2, 3, 1))])
def test_a_network_kept_as_json_can_be_drawn_again(make):
    net = make().initialize(3)
    net.delete([0, 5])
    again = rebuild(make(), json.loads(json.dumps(keep(net))))
    assert np.array_equal(again.mask, net.mask) and not again.weights[[0, 5]].any()
    np.testing.assert_allclose(again.weights, net.weights, rtol=1e-5)
    with pytest.raises(ValueError, match="weights"):
        rebuild(MLP((3, 3, 2)), keep(net))


def test_numbers_keep_six_digits_and_infinity():
    kept = digits(np.array([math.pi, -1234567.0, 1e-9 / 3, math.inf]))
    assert kept == [3.14159, -1234570.0, 3.33333e-10, math.inf]
    assert json.loads(json.dumps(kept)) == kept and digits([math.pi], 3) == [3.14]


def test_records_are_chosen_by_their_values_in_order():
    records = [{"a": a, "b": b} for a in (1, 2) for b in (1, 2)]
    assert where(records, a=2) == [{"a": 2, "b": 1}, {"a": 2, "b": 2}]
    assert where(records, a=1, b=2) == [{"a": 1, "b": 2}] and where(records, a=3) == []


def test_the_error_along_a_weight_is_that_of_the_moved_network():
    net, (X, T) = MLP((2, 2, 1), seed=0), xor()
    before, q = net.weights.copy(), 4
    errors = error_along(net, q, [0.0, before[q], 2.0], X, T, weight_decay=0.1)
    cut = net.copy()
    cut.delete([q])
    assert errors[0] == network_error(cut, X, T, weight_decay=0.1)
    assert errors[1] == network_error(net, X, T, weight_decay=0.1) != errors[2]
    assert np.array_equal(net.weights, before)


def test_where_a_recurrent_net_diverges_the_error_is_infinite():
    net, X = RecurrentNetwork((1, 2, 1), hidden="linear", seed=0), np.ones((3000, 1))
    errors = error_along(net, int(net.places[0, 0]), [0.0, 1e3], X, X)
    assert np.isfinite(errors[0]) and errors[1] == math.inf
