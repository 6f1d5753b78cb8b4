"""The sunspots as the literature splits them: trained on the years to 1920, tested on 1921-55 and 1956-79.

Errors are average relative variances (arv): the mean squared error of the one-step prediction, divided by the variance
of the whole scaled series as it has been taken since Weigend et al. (1990).
"""

from classicnets import lag_space, network_error, sunspots

from .records import digits

NORMALISER = 0.041056
PERIODS = {"train": (1700, 1920), "1921-55": (1921, 1955), "1956-79": (1956, 1979)}


def periods(net, centred=False):
    """Patterns and targets of each period, for a network that sees the lags 1, 2, ...: a dict from names to (X, T).

    A network that remembers runs through all years before a period, from 1700 on. `centred`: the mean of the years to
    1920 is taken off the series.
    """
    data, lags = sunspots(), net.sizes[0]
    X, T = lag_space(data.series - centred * data.series[data.years <= 1920].mean(), lags)
    pairs = {}
    for name, (first, last) in PERIODS.items():
        begin, end = max(first - data.years[lags], 0), last + 1 - data.years[lags]
        pairs[name] = X[0 if net.remembers else begin : end], T[begin:end]
    return pairs


def arv(net, pairs):
    """The average relative variance of each of the `periods`: a dict from names to floats, infinite for divergence."""
    return {name: 2 * network_error(net, *pair) / NORMALISER for name, pair in pairs.items()}


def squared_errors(net, pairs):
    """Of each of the `periods` the squared error of every year: a dict from names to lists, of six digits."""
    return {name: digits((net.forward(X)[-len(T) :, 0] - T[:, 0]) ** 2) for name, (X, T) in pairs.items()}


def inputs_left(net):
    """How many of the lagged inputs have a weight left."""
    return int(net.mask_matrices[0][:, : net.sizes[0]].any(axis=0).sum())
