"""Methods ranked on many problems: their categories, the order they are in, and by how much one leads the others."""

import numpy as np
from scipy.special import stdtrit
from scipy.stats import rankdata

from .statistics import mean_interval

RESAMPLES = 10_000


def categories(errors, level):
    """The category 1, 2, ... of each method on one problem, a dict; `errors` {method: (data sets,)}.

    The best method and all that are not significantly worse (paired t-test, one-sided) are in category 1, the best of
    the others and all not significantly worse than it in category 2, and so on.
    """
    waiting, ranked = sorted(errors, key=lambda method: errors[method].mean()), {}
    while waiting:
        head = errors[waiting[0]]
        joined = [method for method in waiting if not _significantly_worse(errors[method], head, level)]
        ranked |= dict.fromkeys(joined, max(ranked.values(), default=0) + 1)
        waiting = [method for method in waiting if method not in joined]
    return ranked


def _significantly_worse(errors, others, level):
    """Student's paired test, one-sided; what always differs by the same is worse, what never differs is not."""
    differences, n = errors - others, len(errors)
    return differences.mean() > stdtrit(n - 1, level) * differences.std(ddof=1) / np.sqrt(n)


def correlation(values, others):
    """Spearman's rank correlation of values (..., methods) with others (methods,); 0 where all values are the same."""
    a, b = (rankdata(each, axis=-1) - (np.shape(each)[-1] + 1) / 2 for each in (values, others))
    size = np.sqrt((a**2).sum(axis=-1) * (b**2).sum())
    return np.divide((a * b).sum(axis=-1), size, out=np.zeros_like(size), where=size > 0)


def correlation_interval(ranks, printed):
    """The correlation of average ranks with the printed ones, and its 95 % interval; `ranks` (problems, methods).

    By bootstrap over the problems, which are drawn with replacement.
    """
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(ranks), size=(RESAMPLES, len(ranks)))
    again = correlation(ranks[drawn].mean(axis=1), printed)
    return correlation(ranks.mean(axis=0), printed), *np.percentile(again, [2.5, 97.5])


def shuffled_interval(averages, printed):
    """The mean correlation of average ranks dealt to the methods at random, and what 95 % of such deals are between."""
    rng = np.random.default_rng(0)
    dealt = correlation(rng.permuted(np.tile(averages, (RESAMPLES, 1)), axis=1), printed)
    return dealt.mean(), *np.percentile(dealt, [2.5, 97.5])


def least_lead(ranks, pairs):
    """By how many ranks each method leads its rival at least, an interval, and the pair of the least lead.

    ranks: {method: (problems,)}; pairs of (method, rival). The three numbers are the least over the pairs of the mean
    difference (rival minus method) and of each end of its 95 % interval, Student's over the problems: above 0 are all
    of them only if each pair is by itself.
    """
    leads = {pair: mean_interval(ranks[pair[1]] - ranks[pair[0]]) for pair in pairs}
    return np.min(list(leads.values()), axis=0), min(leads, key=lambda pair: leads[pair][0])


def paired_ranks(values):
    """The rank of each method, the least value first, averaged over the data sets; `values` (data sets, methods).

    Equal values share their ranks. Where methods have NaN the ranks of the others are stretched to the number of all:
    first, middle and last of them mean the same as where all are there. (methods,), NaN for those.
    """
    there = np.isfinite(values).all(axis=0)
    ranks, stretch = np.full(len(there), np.nan), len(there) / max(np.count_nonzero(there), 1)
    ranks[there] = (rankdata(values[:, there], axis=1).mean(axis=0) - 0.5) * stretch + 0.5
    return ranks


def average_interval(ranks):
    """The average of ranks (problems,) and its 95 % interval, by bootstrap over the problems; NaN are left out."""
    ranks = ranks[np.isfinite(ranks)]
    rng = np.random.default_rng(0)
    again = ranks[rng.integers(len(ranks), size=(RESAMPLES, len(ranks)))].mean(axis=1)
    return ranks.mean(), *np.percentile(again, [2.5, 97.5])
