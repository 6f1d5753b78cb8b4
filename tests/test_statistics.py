"""From values over seeds to rows: quartiles, shares and means with their intervals."""

import math

import numpy as np
import pytest

from classicnets.plotting.curves import quartiles
from reproductions import drawing, statistics


def test_a_result_is_the_distribution_over_seeds():
    row = statistics.result(
        "hassibi1993", "table 1", "MONK 1 OBS", "weights", [16, 14, 14, 13, 20], "", less_is_better=True
    )
    assert (row.statistic, row.value, row.q1, row.q3, row.best, row.seeds) == ("median", 14, 14, 16, 13, 5)
    assert row.paper_quantile == 0.6  # three of five are not above the printed 14


def test_the_median_is_the_middle_one_of_many_and_the_quartiles_are_a_quarter_from_the_ends():
    row = statistics.result("hassibi1993", "table 1", "none", "weights", np.random.default_rng(0).permutation(101), "")
    assert (row.value, row.q1, row.q3, row.best) == (50, 25, 75, 100) and math.isnan(row.paper_quantile)


def test_a_share_has_wilsons_interval():
    row = statistics.share("hassibi1993", "XOR", "none", "solved %", [100.0] * 8 + [0.0] * 2, "")
    assert (row.statistic, row.value, row.seeds) == ("share", 80, 10)
    # Wilson (1927) for 8 of 10 at 95 %: 49.0 to 94.3
    assert (row.low, row.high) == (49.0, 94.3) and math.isnan(row.q1)


@pytest.mark.parametrize("p", [0, 0.5, 1])
def test_wilsons_ends_solve_the_equation_they_are_defined_by(p):
    n = 20
    for end in statistics.wilson(p, n):  # p is 1.96 standard deviations of a share `end` away from it
        assert (p - end) ** 2 == pytest.approx(1.96**2 * end * (1 - end) / n, abs=1e-12)


def test_a_mean_has_the_interval_of_its_standard_error():
    values = [1.0, 2.0, 3.0, 6.0]
    row = statistics.mean("hassibi1994", "text", "none", "change %", values, "")
    half = 3.1824 * math.sqrt(14 / 3 / 4)  # Student's for four values, whose squares from the mean, 3, are 4, 1, 0, 9
    assert (row.statistic, row.value, row.seeds) == ("mean", 3, 4)
    assert (row.low, row.high) == pytest.approx((3 - half, 3 + half), abs=1e-3)


def test_of_one_value_nothing_is_known_about_its_mean():
    assert statistics.mean_interval([2.0]) == (2, -math.inf, math.inf)


@pytest.mark.parametrize(
    "n, index",
    [(6, 0), (8, 0), (9, 1), (20, 5), (50, 17), (100, 39)],  # of the lower end, from a table of the sign test
)
def test_the_interval_of_a_median_lies_between_two_of_the_values(n, index):
    values = np.random.default_rng(n).permutation(np.arange(n) ** 2)
    assert statistics.median_interval(values) == (index**2, (n - 1 - index) ** 2)


def test_the_interval_of_a_median_holds_it_in_95_of_100_samples():
    samples = np.random.default_rng(0).exponential(size=(4000, 25))
    ends = np.array([statistics.median_interval(sample) for sample in samples])
    inside = np.mean((ends[:, 0] <= np.log(2)) & (np.log(2) <= ends[:, 1]))
    assert 0.95 <= inside < 0.975


def test_of_few_values_the_interval_of_the_median_is_students():
    low, high = statistics.median_interval([1.0, 2.0, 6.0])
    half = 4.3027 * math.sqrt(7 / 3)  # the squares from the mean, 3, are 4, 1, 9
    assert (low, high) == pytest.approx((2 - half, 2 + half), abs=1e-3)
    assert statistics.median_interval([2.0]) == (-math.inf, math.inf)


def test_an_estimate_is_what_it_was_given():
    row = statistics.estimate("finnoff1993", "text", "none", "rank correlation", (0.4, -0.1, 0.7), 16, "")
    assert (row.statistic, row.value, row.low, row.high, row.seeds) == ("estimate", 0.4, -0.1, 0.7, 16)
    assert math.isnan(row.q1) and math.isnan(row.best) and math.isnan(row.paper_quantile)


def test_quartiles_over_paths_go_as_far_as_half_of_them():
    curves = [{"n_active": [4, 3, 1], "E": [1, 2, 3]}, {"n_active": [4, 2], "E": [3, 5]}, {"n_active": [4], "E": [8]}]
    values = drawing.by_weights(curves, "E", np.arange(5, 0, -1))
    # weights          5  4  3  2  1
    expected = np.array([[np.nan, 1, 2, 3, 3], [np.nan, 3, 5, 5, np.nan], [np.nan, 8, np.nan, np.nan, np.nan]])
    assert np.array_equal(values, expected, equal_nan=True)
    low, middle, high = quartiles(values)
    assert np.array_equal(middle, [np.nan, 3, 3.5, 4, np.nan], equal_nan=True)
    assert (low[1], high[1]) == (2, 5.5) and np.isnan([low[4], high[4]]).all()
    ax = drawing.plot_quartiles(np.arange(5, 0, -1), {"all": values}, "remaining weights", "E")
    assert np.array_equal(ax.lines[0].get_ydata(), middle, equal_nan=True) and len(ax.collections) == 1


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7, 50, 98, 251])
def test_wilsons_ends_are_shares(n):
    for p in (0.0, 1.0):
        low, high = statistics.wilson(p, n)
        assert 0 <= low < high <= 1 and not math.copysign(1, low) < 0
