"""From the values of many seeds to a row of the ledger: quartiles, shares and means, and their 95 % intervals."""

from datetime import date

import numpy as np

from .ledger import Result, targets

Z = 1.96  # standard deviations to each side hold 95 % of a normal distribution


def result(paper, item, row, quantity, values, settings, less_is_better=False):
    """A Result from the values over all seeds; `paper_quantile` is the share of them not above the printed value."""
    values = np.asarray(values, dtype=float)
    q1, median, q3 = np.percentile(values, [25, 50, 75], method="inverted_cdf")  # values that occurred
    best = values.min() if less_is_better else values.max()
    target = targets().get((paper, item, row, quantity))
    quantile = np.mean(values <= float(target["paper_value"]) + 1e-9) if target else np.nan
    numbers = (round(float(v), 4) for v in (median, q1, q3, best, quantile))
    return Result(paper, item, row, quantity, *numbers, len(values), settings, date.today().isoformat())


def share(paper, item, row, quantity, percentages, settings):
    """A Result whose median is the share of successes (values 0 or 100), its quartiles Wilson's 95 % interval."""
    p, n = np.mean(percentages) / 100, len(percentages)
    numbers = (round(100 * v, 1) for v in (p, *wilson(p, n), p))
    return Result(paper, item, row, quantity, *numbers, float("nan"), n, settings, date.today().isoformat())


def mean(paper, item, row, quantity, values, settings):
    """A Result whose median is the mean of the values, its quartiles the mean's 95 % interval."""
    middle, low, high = mean_interval(values)
    numbers = (round(float(v), 4) for v in (middle, low, high, middle))
    return Result(paper, item, row, quantity, *numbers, float("nan"), len(values), settings, date.today().isoformat())


def wilson(p, n):
    """The 95 % interval of a share p that was found among n: its ends, from 0 to 1. Wilson (1927)."""
    middle, half = p + Z**2 / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return max((middle - half) / (1 + Z**2 / n), 0.0), min((middle + half) / (1 + Z**2 / n), 1.0)  # but for rounding


def mean_interval(values):
    """The mean of the values and the ends of its 95 % interval, which of a single value is infinite."""
    values = np.asarray(values, dtype=float)
    middle, half = values.mean(), Z * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.inf
    return middle, middle - half, middle + half
