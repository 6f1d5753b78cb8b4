"""Pedersen & Hansen (1995), figs. 1 to 4, and the published errors: one case a row, from a few starts (slow: fifty)."""

import numpy as np
import pytest
import rows

from classicnets import MLP, RecurrentNetwork
from reproductions import pedersen1995_landscape as landscape
from reproductions import pedersen1995_pruning as pruning
from reproductions import sunspot_nets

LANDSCAPE = rows.cases(rows.keys(("pedersen1995", "fig. 1"), ("pedersen1995", "fig. 2")))
PRUNING = rows.cases(rows.keys(("pedersen1995", "fig. 3"), ("pedersen1995", "fig. 4"), ("weigend1990",)))


@pytest.mark.parametrize("key", LANDSCAPE)
def test_row_of_the_landscape(key):
    assert rows.measured(landscape, key, 2) == rows.recorded(key)


@pytest.mark.parametrize("key", PRUNING)
def test_row_of_the_pruning(key):
    assert rows.measured(pruning, key, 4) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", LANDSCAPE)
def test_row_of_the_landscape_over_thirty_starts(key):
    assert rows.measured(landscape, key, 30) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", PRUNING)
def test_row_of_the_pruning_over_fifty_starts(key):
    assert rows.measured(pruning, key, 50) == rows.recorded(key)


@pytest.mark.parametrize("net", [MLP((4, 2, 1), output="linear", seed=0), RecurrentNetwork((4, 2, 1), seed=0)])
def test_the_periods_are_those_of_the_literature(net):
    data, pairs = sunspot_nets.sunspots(), sunspot_nets.periods(net)
    assert [len(T) for _, T in pairs.values()] == [217, 35, 24]
    for (X, T), (first, last) in zip(pairs.values(), [(1704, 1920), (1921, 1955), (1956, 1979)], strict=True):
        assert np.array_equal(T[:, 0], data.series[first - 1700 : last + 1 - 1700])
        assert X[-1, 0] == data.series[last - 1 - 1700]
        assert len(X) == (last - 1703 if net.remembers else len(T))


def test_with_twelve_lags_there_are_209_training_targets():
    assert len(sunspot_nets.periods(MLP((12, 8, 1), output="linear"))["train"][1]) == 209


def test_the_error_is_relative_to_the_variance_of_the_series():
    net = MLP((1, 1), output="linear")
    net.weights = [0.0, sunspot_nets.sunspots().series[-24:].mean()]
    error = sunspot_nets.arv(net, sunspot_nets.periods(net))["1956-79"]
    assert error == pytest.approx(sunspot_nets.sunspots().series[-24:].var() / 0.041056, rel=1e-12)


def test_minima_and_response_lengths_are_counted():
    assert landscape.count_minima(np.array([3, 1, 2, 0.5, 4, 4.0])) == 2
    assert pruning.response_length([1.0, -0.5, 0.021, 0.019, 0.0]) == 3


def test_the_pruned_net_predicts_from_its_memory():
    record = next(r for r in rows.records(pruning, 4) if r["name"] == pruning.HEADLINE)
    assert record["inputs"] == 1 and record["weights"] < 20
    assert record["arv"]["1921-55"] < 1.2 * record["full"]["1921-55"]
