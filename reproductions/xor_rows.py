"""What is read from the records of XOR networks: how often figs. 3-5 are seen, and how far from diagonal H is.

A picture of three methods is seen by chance where they delete at random, and where each has its own preferences that
have nothing to do with one another: whichever is more often.
"""

import numpy as np

DRAWS = 4000
AT_RANDOM = 1 / 9 * 4 / 9 * 2 / 9  # an output bias, an input weight and a hidden bias of the nine weights


def beyond_chance(shown):
    """How much more often than by chance all is as shown, in %, and the ends of its 95 % interval.

    shown: (starts, 3), whether each method deletes the kind shown. The shares of the eight cases are drawn from a
    Dirichlet distribution, as if one start more had gone to all of them alike: what was never seen may still be.
    """
    cases, weights = np.array(list(np.ndindex(2, 2, 2))), [4, 2, 1]
    counts = np.bincount(np.asarray(shown, dtype=int) @ weights, minlength=8)
    drawn = np.random.default_rng(0).dirichlet(counts + 1 / 8, DRAWS)
    more = 100 * _beyond(np.vstack([counts / counts.sum(), drawn]), cases)
    return more[0], *np.percentile(more[1:], [2.5, 97.5])


def _beyond(shares, cases):
    """Of shares (draws, 8) of the cases: (draws,)."""
    return shares[:, -1] - np.maximum((shares @ cases).prod(axis=1), AT_RANDOM)


def lower_quartile(values):
    """What three of four values exceed, and the ends of its 95 % interval, by bootstrap."""
    values, rng = np.asarray(values), np.random.default_rng(0)
    drawn = values[rng.integers(len(values), size=(DRAWS, len(values)))]
    quartiles = np.percentile(np.vstack([values, drawn]), 25, axis=1, method="inverted_cdf")
    return quartiles[0], *np.percentile(quartiles[1:], [2.5, 97.5], method="inverted_cdf")
