"""Pedersen & Hansen (1995), figs. 1 to 4, and the published errors: one case a row, from a few starts (slow: all)."""

import numpy as np
import pytest
import rows
from scipy.stats import t as student

from classicnets import MLP, RecurrentNetwork, gradient
from reproductions import pedersen1995_landscape as landscape
from reproductions import pedersen1995_pruning as pruning
from reproductions import sunspot_nets, sunspot_rows
from reproductions.records import rebuild

LANDSCAPE = rows.keys(("pedersen1995", "fig. 1"), ("pedersen1995", "fig. 2"))
PRUNING = rows.keys(("pedersen1995", "fig. 3"), ("pedersen1995", "fig. 4"), ("weigend1990",))
SLOW = [key for key in PRUNING if key[2] == pruning.RUGGED]  # whose starts end in many minima
HELD = LANDSCAPE + [key for key in PRUNING if key not in SLOW]
SEEDS = 5  # which are two starts of the nets that all meet in one minimum
NETS = {name: net for name, net in pruning.NETS.items() if name != pruning.RUGGED}


@pytest.fixture
def calm(monkeypatch):
    """The study without the nets that only slow tests hold."""
    monkeypatch.setattr(pruning, "NETS", NETS)


@pytest.mark.parametrize("key", rows.cases(LANDSCAPE))
def test_row_of_the_landscape(key):
    assert rows.measured(landscape, key, 4) == rows.recorded(key)  # of four that agree more than half do at 95 %


@pytest.mark.parametrize("key", rows.cases([key for key in HELD if key in PRUNING]))
def test_row_of_the_pruning(key, calm):
    assert rows.measured(pruning, key, SEEDS) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(LANDSCAPE))
def test_row_of_the_landscape_over_thirty_starts(key):
    assert rows.measured(landscape, key, 30) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(PRUNING))
def test_row_of_the_pruning_over_all_starts(key):
    assert rows.measured(pruning, key, pruning.RECORDED) == rows.recorded(key)


# -- the series and its errors ----------------------------------------------------------------------------------------


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
    assert sunspot_rows.response_length([1.0, -0.5, 0.021, 0.019, 0.0]) == 3


# -- what a record is made of -----------------------------------------------------------------------------------------

CENTRED = pruning.HEADLINE


@pytest.fixture
def record(calm):
    """The first record of a kind of net."""
    return lambda name: next(r for r in rows.records(pruning, SEEDS) if r["name"] == name)


def test_the_pruned_net_predicts_from_its_memory(record):
    one = record(CENTRED)
    chosen, full = (np.mean(one["errors"][net]["1921-55"]) for net in ("chosen", "full"))
    assert one["inputs"] == 1 and one["weights"] < 20 and chosen < 1.2 * full


@pytest.mark.parametrize("name", NETS)
def test_the_net_is_chosen_by_fpe_of_its_own_weights_and_the_training_years(name, record):
    one, years = record(name), 209 if name == "12-8-1" else 217
    curves = {key: np.array(values) for key, values in one["curves"].items()}
    N = curves["n_active"]
    by_hand = (years + N) / (years - N) * curves["train"]
    assert curves["FPE"] == pytest.approx(by_hand, rel=1e-12)
    assert one["weights"] == N[by_hand.argmin()] and len(one["errors"]["chosen"]["train"]) == years
    squared = sunspot_rows.errors([one], "train", "full", "chosen").mean(axis=2)[0] / sunspot_nets.NORMALISER
    assert squared == pytest.approx(curves["train"][[0, by_hand.argmin()]], rel=1e-5)


@pytest.mark.parametrize("name", [name for name in NETS if name != "12-8-1"])
def test_of_each_number_of_inputs_the_net_of_least_fpe_is_kept(name, record):
    one, P = record(name), 217
    costs = {
        k: (P + net["weights"]) / (P - net["weights"]) * np.mean(net["errors"]) / sunspot_nets.NORMALISER
        for k, net in one["best by inputs"].items()
    }
    least = min(costs, key=costs.get)
    assert least == str(one["inputs"]) and costs[least] == pytest.approx(min(one["curves"]["FPE"]), rel=1e-5)
    values = sunspot_rows.over_years([one])
    for k, words in ((1, "one input"), (2, "two inputs")):
        squared, value = values["fig. 3", f"FPE of the best net of {words}, above the least %"]
        above = 100 * (costs[str(k)] / costs[least] - 1)
        assert value(squared.mean(axis=2, keepdims=True)) == pytest.approx(above, rel=1e-5, abs=1e-9)


def test_less_decay_is_a_tenth_of_it_and_trained_to_its_minimum(record):
    one = record(CENTRED)
    net, pairs = pruning.start(CENTRED, pruning.FIRST_SEED)
    rebuild(net, one["network"])
    again = pruning.trained_on(net, pairs, 4e-4)
    assert np.abs(gradient(again, *pairs["train"], weight_decay=4e-5)[net.mask]).max() < 1e-8
    squared = sunspot_nets.squared_errors(again, pairs)["1921-55"]
    assert squared == pytest.approx(one["errors"]["again"]["1921-55"], rel=1e-2)
    assert np.array_equal(again.mask, net.mask) and np.sum(again.weights**2) > np.sum(net.weights**2)


@pytest.mark.parametrize("kind", [MLP((4, 2, 1), output="linear", seed=0), RecurrentNetwork((4, 2, 1), seed=0)])
def test_squared_errors_are_those_whose_mean_is_the_arv(kind):
    pairs = sunspot_nets.periods(kind)
    for period, errors in sunspot_nets.squared_errors(kind, pairs).items():
        assert len(errors) == len(pairs[period][1])
        assert np.mean(errors) / sunspot_nets.NORMALISER == pytest.approx(sunspot_nets.arv(kind, pairs)[period], 1e-5)


def test_centring_takes_the_mean_of_the_training_years_off_inputs_and_targets():
    net, series = RecurrentNetwork((4, 4, 1)), sunspot_nets.sunspots().series
    plain, centred = sunspot_nets.periods(net), sunspot_nets.periods(net, centred=True)
    for period in sunspot_nets.PERIODS:
        for before, after in zip(plain[period], centred[period], strict=True):
            assert before - after == pytest.approx(np.full(before.shape, series[:221].mean()))


# -- other years ------------------------------------------------------------------------------------------------------


def mean(errors):
    return errors[:, 0]


def test_the_interval_over_years_is_students_where_years_are_independent():
    errors = np.random.default_rng(3).normal(10, 2, size=(1, 1, 400))
    value, low, high = sunspot_rows.median_over_years(errors, mean)
    half = student.ppf(0.975, 399) * errors.std(ddof=1) / 20
    assert value == pytest.approx(errors.mean())
    assert (value - low, high - value) == (pytest.approx(half, rel=0.15), pytest.approx(half, rel=0.15))


def test_more_of_the_same_start_makes_the_interval_no_shorter():
    errors = np.random.default_rng(3).normal(10, 2, size=(1, 1, 100))
    one = sunspot_rows.median_over_years(errors, mean)
    many = sunspot_rows.median_over_years(np.repeat(errors, 50, axis=0), mean)
    assert np.subtract(many[2], many[1]) == pytest.approx(np.subtract(one[2], one[1]), rel=0.1)
    assert many[0] == one[0] and many[1] < many[0] < many[2]


def test_years_that_go_together_are_drawn_together():
    rng = np.random.default_rng(3)
    alone = rng.normal(10, 2, size=(1, 1, 60))
    together = np.repeat(alone, 5, axis=2)
    ends = sunspot_rows.median_over_years(together, mean)
    half = student.ppf(0.975, 59) * alone.std(ddof=1) / np.sqrt(60)
    # blocks begin anywhere, so that most hold parts of two: about 0.8 of it; years drawn singly would give 0.45
    assert 0.65 * half < (ends[2] - ends[1]) / 2 < 1.1 * half


def test_starts_that_differ_vary_too():
    errors = np.random.default_rng(3).choice([1.0, 2.0], size=(21, 1, 1)) * np.ones(30)
    assert sunspot_rows.median_over_years(errors, mean)[1:] == (1.0, 2.0)  # every year the same: only starts do
    assert sunspot_rows.median_over_years(errors[:1], mean)[1] == sunspot_rows.median_over_years(errors[:1], mean)[2]


def test_the_least_of_a_path_is_found_in_other_years():
    errors = np.ones((3, 12))
    errors[0, :5], errors[1, 5:10] = 0.0, 0.2  # each best in a block of its own, and nowhere else
    assert sunspot_rows.least_elsewhere(errors).tolist() == [*[1.0] * 5, *[1.0] * 5, *[1.0] * 2]
    errors[2] = 0.2  # as good everywhere
    assert sunspot_rows.least_elsewhere(errors).tolist() == [0.2] * 12
