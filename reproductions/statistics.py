"""From the values of many seeds to a row of the ledger: medians, means and shares, and their 95 % intervals."""

from datetime import date

import numpy as np
from scipy.special import bdtr, stdtrit

from .ledger import Result, targets

Z = 1.96  # standard deviations to each side hold 95 % of a normal distribution
FEW = 6  # of fewer values not even the least and the greatest hold the median between them at 95 %


def result(paper, item, row, quantity, values, settings, less_is_better=False):
    """A Result of the median over all seeds; `paper_quantile` is the share of them not above the printed value."""
    values = np.asarray(values, dtype=float)
    q1, median, q3 = np.percentile(values, [25, 50, 75], method="inverted_cdf")  # values that occurred
    best = values.min() if less_is_better else values.max()
    target = targets().get((paper, item, row, quantity))
    quantile = np.mean(values <= float(target["paper_value"]) + 1e-9) if target else np.nan
    numbers = median, *median_interval(values), q1, q3, best, quantile
    return _made((paper, item, row, quantity), "median", numbers, len(values), settings)


def share(paper, item, row, quantity, percentages, settings):
    """A Result of the share of successes (values 0 or 100) with Wilson's 95 % interval."""
    p, n = np.mean(percentages) / 100, len(percentages)
    numbers = [round(100 * v, 1) for v in (p, *wilson(p, n))]
    return _made((paper, item, row, quantity), "share", numbers, n, settings)


def mean(paper, item, row, quantity, values, settings):
    """A Result of the mean of the values with its 95 % interval."""
    return _made((paper, item, row, quantity), "mean", mean_interval(values), len(values), settings)


def estimate(paper, item, row, quantity, numbers, sample, settings):
    """A Result of what was computed from all at once: `numbers` are it and the ends of its 95 % interval.

    sample: how many things it was computed from.
    """
    return _made((paper, item, row, quantity), "estimate", numbers, sample, settings)


def _made(key, statistic, numbers, seeds, settings):
    """A Result; of a statistic that has none, quartiles, best and paper_quantile are nan."""
    numbers = [*numbers, *[np.nan] * (7 - len(numbers))]
    numbers = [round(float(v), 4) for v in numbers]
    return Result(*key, statistic, *numbers, seeds, settings, date.today().isoformat())


def wilson(p, n):
    """The 95 % interval of a share p that was found among n: its ends, from 0 to 1. Wilson (1927)."""
    middle, half = p + Z**2 / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return max((middle - half) / (1 + Z**2 / n), 0.0), min((middle + half) / (1 + Z**2 / n), 1.0)  # but for rounding


def mean_interval(values):
    """The mean of the values and the ends of its 95 % interval, Student's; of a single value it is infinite."""
    values = np.asarray(values, dtype=float)
    half = _half(values)
    return values.mean(), values.mean() - half, values.mean() + half


def median_interval(values):
    """The ends of the 95 % interval of the median: two of the values, for the binomial chance to be on one side.

    Of fewer than six values it is as wide as the mean's, Student's, about the median.
    """
    values = np.sort(np.asarray(values, dtype=float))
    if len(values) < FEW:
        median, half = np.percentile(values, 50, method="inverted_cdf"), _half(values)
        return median - half, median + half
    outside = sum(bdtr(k, len(values), 0.5) <= 0.025 for k in range(len(values) // 2))
    return values[outside - 1], values[-outside]


def _half(values):
    n = len(values)
    return stdtrit(n - 1, 0.975) * values.std(ddof=1) / np.sqrt(n) if n > 1 else np.inf
