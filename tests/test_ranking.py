"""ranking: categories, the order of methods, and by how much one leads, each against a slow twin or by hand."""

import numpy as np
import pytest
from scipy.stats import spearmanr, t

from reproductions.ranking import (
    average_interval,
    categories,
    correlation,
    correlation_interval,
    least_lead,
    paired_ranks,
    shuffled_interval,
)

# -- categories -------------------------------------------------------------------------------------------------------


def differing(value):
    """Errors of two methods whose paired differences have this t."""
    d = np.array([-1.0, 1, -1, 1, -1, 1])
    d = d / (d.std(ddof=1) / np.sqrt(6)) + value
    shared = 100 * np.arange(6.0)  # the data sets differ more than the methods: unpaired nothing would be significant
    return {"a": shared, "b": shared + d}


def test_the_test_is_paired_one_sided_and_its_level_is_09():
    assert t.ppf(0.9, 5) == pytest.approx(1.476, abs=1e-3)  # two-sided it would be 2.015
    assert categories(differing(1.48), 0.9) == {"a": 1, "b": 2}
    assert categories(differing(1.47), 0.9) == {"a": 1, "b": 1}
    assert categories(differing(-1.48), 0.9) == {"b": 1, "a": 2}


def test_whoever_is_not_significantly_worse_than_the_head_shares_its_category_even_behind_another():
    d = np.array([-1.0, 1, -1, 1, -1, 1])
    errors = {"head": np.zeros(6), "near": 0.1 + 0.01 * d, "wide": 0.2 + d}
    assert categories(errors, 0.9) == {"head": 1, "wide": 1, "near": 2}


def test_methods_that_make_the_same_networks_share_a_category():
    errors = {"a": np.arange(6.0), "b": np.arange(6.0), "c": np.arange(6.0) + [1, 1, 1, 1, 1, 2]}
    assert categories(errors, 0.9) == {"a": 1, "b": 1, "c": 2}


# -- order ------------------------------------------------------------------------------------------------------------


def test_the_correlation_is_spearmans_with_ties():
    rng = np.random.default_rng(0)
    values, others = rng.integers(0, 6, (20, 11)), rng.integers(0, 6, 11)
    assert np.allclose(correlation(values, others), [spearmanr(row, others)[0] for row in values], atol=1e-12)
    assert correlation(np.ones(11), others) == 0  # no order at all


def test_the_interval_of_a_correlation_is_over_problems():
    printed = np.arange(8.0)
    ordered = np.tile(printed, (5, 1))
    assert np.allclose(correlation_interval(ordered, printed), 1)
    rng = np.random.default_rng(0)
    few, many = (ordered[:1] + rng.normal(scale=6, size=(n, 8)) for n in (5, 50))
    wide, narrow = correlation_interval(few, printed), correlation_interval(many, printed)
    assert wide[1] < wide[0] <= wide[2] and narrow[2] - narrow[1] < 0.6 * (wide[2] - wide[1])
    again = [spearmanr(few[rng.integers(5, size=5)].mean(axis=0), printed)[0] for _ in range(1000)]
    assert np.allclose(wide[1:], np.percentile(again, [2.5, 97.5]), atol=0.06)


@pytest.mark.parametrize("methods, end", [(16, 0.5), (11, 0.61)])
def test_shuffled_methods_correlate_as_tables_of_spearmans_correlation_say(methods, end):
    middle, low, high = shuffled_interval(np.arange(methods), np.arange(methods))
    assert abs(middle) < 0.02 and low == pytest.approx(-end, abs=0.02) and high == pytest.approx(end, abs=0.02)


# -- leads ------------------------------------------------------------------------------------------------------------


def test_the_least_lead_is_that_of_the_weakest_pair():
    ranks = {"a": np.array([1.0, 1, 1, 2]), "b": np.array([2.0, 3, 2, 3]), "c": np.array([1.0, 2, 2, 2])}
    (value, low, high), weakest = least_lead(ranks, [("a", "b"), ("a", "c")])
    d, half = np.array([0, 1, 1, 0]), t.ppf(0.975, 3) / 2
    assert weakest == ("a", "c") and value == 0.5
    assert (low, high) == pytest.approx((0.5 - half * d.std(ddof=1), 0.5 + half * d.std(ddof=1)))


def test_a_claim_about_several_pairs_holds_only_if_each_pair_does():
    rng = np.random.default_rng(0)
    ranks = {"a": np.ones(9), "near": 1.5 + 0.1 * rng.normal(size=9), "wide": np.array([9.0, -4] * 4 + [9])}
    assert least_lead(ranks, [("a", "near")])[0][1] > 0
    (value, low, high), weakest = least_lead(ranks, [("a", "near"), ("a", "wide")])
    assert weakest == ("a", "near") and low < 0 < value < high


# -- average ranks ----------------------------------------------------------------------------------------------------


def test_ranks_are_taken_data_set_by_data_set_and_equal_values_share_them():
    values = np.array([[10.0, 20, 30], [5, 5, 1], [200, 300, 100]])  # by their medians they would be 1, 2, 3
    assert paired_ranks(values) == pytest.approx([(1 + 2.5 + 2) / 3, (2 + 2.5 + 3) / 3, (3 + 1 + 1) / 3])


def test_where_a_method_is_not_there_the_others_are_stretched_about_the_same_middle():
    values = np.array([[1.0, np.nan, 2, np.nan, np.nan], [2, np.nan, 4, 3, np.nan]])
    ranks = paired_ranks(values)  # a method that is there for some data sets only is not there
    assert np.isnan(ranks[[1, 3, 4]]).all() and ranks[[0, 2]] == pytest.approx([1.75, 4.25])
    assert ranks[[0, 2]].mean() == paired_ranks(np.arange(5.0)[None]).mean() == 3


def test_an_average_rank_varies_with_the_problems_where_there_is_one():
    ranks = np.append(np.tile([1.0, 3], 50), np.nan)
    assert average_interval(ranks) == pytest.approx((2, 2 - 0.196, 2 + 0.196), abs=0.02)
    assert average_interval(np.array([2.0, 2, 2])) == pytest.approx((2, 2, 2))
