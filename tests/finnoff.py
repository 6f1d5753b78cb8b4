"""The sixteen methods of Finnoff et al. (1993), line by line, each number in its place.

Twins of pruning/nonconvergent.py. They share what has tests of its own: an epoch of backpropagation, the error, its
derivatives, orphans.
"""

import numpy as np

from classicnets import MLP, network_error, output_derivatives, train_backpropagation
from classicnets.backprop import pattern_gradients
from classicnets.pruning.orphans import remove_orphans

WAYS = set()  # what happened on the way: a problem on which nothing does would hold nothing
STARTS = []  # the weights that each training began with


def network(problem, hidden=10):
    return MLP((len(problem.train[0][0]), hidden, len(problem.train[1][0])), "tanh", "linear", seed=problem.seed)


def validation_error(net, problem):
    return network_error(net, *problem.validation)


# -- training -------------------------------------------------------------------------------------------------------


def epoch(net, problem, rate, rng, decay=0.0, w0=None):
    """All patterns once, each with a step of its own; penalty 1/2 decay sum of w^2 / (1 + (w / w0)^2)."""
    once = {"batch": 1, "epochs": 1, "seed": rng, "keep": "last"}
    train_backpropagation(net, *problem.train, rate, weight_decay=decay, elimination=w0, **once)


def until_overtraining(net, problem, rate, decay=0.0, w0=None):
    """Until the validation error has not fallen for 20 epochs, at most 1000; the weights are those of the least."""
    best, least, waited = net.weights.copy(), validation_error(net, problem), 0
    rng = np.random.default_rng(problem.seed)
    STARTS.append(best)
    for _ in range(1000):
        epoch(net, problem, rate, rng, decay, w0)
        error, waited = validation_error(net, problem), waited + 1
        if error < least:
            best, least, waited = net.weights.copy(), error, 0
        if waited == 20:
            WAYS.add("overtraining")
            break
    net.weights = best


def for_long(net, problem, epochs, decay=0.0, w0=None):
    """Half of the epochs with each step, whatever the validation error does; the weights of least training error."""
    for rate in problem.rates:
        rng, best, least = np.random.default_rng(problem.seed), net.weights.copy(), np.inf
        STARTS.append(best)
        for number in range(epochs // 2 + 1):
            error = network_error(net, *problem.train, weight_decay=decay if w0 is None else 0.0)
            if error < least:
                best, least = net.weights.copy(), error
            if number < epochs // 2:
                epoch(net, problem, rate, rng, decay, w0)
        net.weights = best


# -- without pruning ------------------------------------------------------------------------------------------------


def benchmark(problem, hidden):
    net = network(problem, hidden)
    for_long(net, problem, 400)
    return net


def stopped(problem, then=None):
    """Stopped training; `then`: after overtraining again, with the smaller step and perhaps a penalty."""
    net = network(problem)
    until_overtraining(net, problem, problem.rates[0])
    if then is not None:
        until_overtraining(net, problem, problem.rates[1], *then)
    return net


def penalized(problem, *penalty):
    """A penalty from the beginning."""
    net = network(problem)
    for_long(net, problem, 400, *penalty)
    return net


def weigend(problem):
    """From overtraining on with the smaller step; lambda = 0 at first, then as Weigend et al. (1991), p. 875, say."""
    net = stopped(problem)
    strength, E = 0.0, [network_error(net, *problem.train)]
    D = A = E[0]
    best, least, waited = net.weights.copy(), validation_error(net, problem), 0
    while waited < 20:
        STARTS.append(net.weights.copy())
        # Their penalty lambda sum of (w / w0)^2 / (1 + (w / w0)^2) has w0 = 1; the seed is that of every epoch.
        epoch(net, problem, problem.rates[1], problem.seed, 2 * strength, 1.0)
        E.append(network_error(net, *problem.train))
        A = 0.9 * A + 0.1 * E[-1]
        if E[-1] < D:
            way, strength = "up, below the target", strength + 1e-3
        elif E[-1] < E[-2]:
            way, strength = "up, falling", strength + 1e-3
        elif E[-1] < A:
            way, strength = "down, below the average" if strength >= 1e-3 else "down to zero", max(strength - 1e-3, 0)
        else:
            way, strength = "nine tenths", 0.9 * strength
        WAYS.add(way)
        error, waited = validation_error(net, problem), waited + 1
        if error < least:
            best, least, waited = net.weights.copy(), error, 0
    net.weights = best
    return net


# -- pruning --------------------------------------------------------------------------------------------------------


def magnitude(net, problem):
    return np.abs(net.weights)


def obd(net, problem):
    """h w^2 / 2, h = (1/P) sum of (do / dw)^2."""
    return np.square(output_derivatives(net, problem.train[0])).sum(axis=1).mean(axis=0) * net.weights**2 / 2


def test_variable(net, problem):
    """T(w) = log(|sum_p (w - eta g_p)| / (eta sqrt(sum_p (g_p - mean g)^2))), eta the first step."""
    g, eta = pattern_gradients(net, *problem.train), problem.rates[0]
    spread = np.sqrt(np.square(g - g.mean(axis=0)).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        T = np.log(np.abs((net.weights - eta * g).sum(axis=0)) / (eta * spread))
    return np.where(np.isnan(T), -np.inf, T)  # 0 / 0: nothing depends on this weight


def auto_pruning(problem, saliency, converged=False, restart=False):
    """A tenth of the weights there were at first goes, and another, until the validation error is 1.2 times the best.

    The network is the best by validation, of the same error the smaller.
    """
    net = network(problem)
    if converged:
        for_long(net, problem, 400)
    else:
        until_overtraining(net, problem, problem.rates[0])
    best, least = net.copy(), validation_error(net, problem)
    while net.n_active:
        there = np.flatnonzero(net.mask)
        net.delete(there[np.argsort(saliency(net, problem)[there])][: net.n // 10])
        remove_orphans(net)
        if restart:
            net.initialize(problem.seed)
        if converged:
            for_long(net, problem, 100)
        else:
            until_overtraining(net, problem, problem.rates[0])
        error = validation_error(net, problem)
        if error <= least:
            best, least = net.copy(), error
        if error > 1.2 * least:
            WAYS.add("breakdown")
            break
    return best


def epsi_pruning(problem, restart=False):
    """eps = .5, 1, ..., 6: weights with T < eps go, those deleted before with T > eps come back as +-.001."""
    net, rng = stopped(problem), np.random.default_rng(problem.seed)
    best, least = net.copy(), validation_error(net, problem)
    for number in range(12):
        T, absent, eps = test_variable(net, problem), ~net.mask, 0.5 + 0.5 * number
        signs = rng.choice([-1, 1], net.n)
        net.mask = T > eps
        if not net.n_active:
            WAYS.add("nothing left")
            break
        net.weights = np.where(absent & net.mask, 0.001 * signs, net.weights)
        WAYS.add("back" if (absent & net.mask).any() else "none back")
        if restart:
            net.initialize(problem.seed)
        until_overtraining(net, problem, problem.rates[0])
        if validation_error(net, problem) < least:
            best, least = net.copy(), validation_error(net, problem)
    return best


TWINS = {
    "##": lambda problem: benchmark(problem, 10),
    "6#": lambda problem: benchmark(problem, 6),
    "3#": lambda problem: benchmark(problem, 3),
    "nN": lambda problem: stopped(problem),
    "nF": lambda problem: stopped(problem, then=()),
    "D*": lambda problem: penalized(problem, 3e-3),
    "d*": lambda problem: stopped(problem, then=(3e-3,)),
    "W*": lambda problem: penalized(problem, 1e-2, 1.0),
    "w*": lambda problem: stopped(problem, then=(1e-2, 1.0)),
    "wF": weigend,
    "G*": lambda problem: auto_pruning(problem, magnitude),
    "P*": lambda problem: auto_pruning(problem, test_variable),
    "p*": lambda problem: auto_pruning(problem, test_variable, restart=True),
    "O*": lambda problem: auto_pruning(problem, obd, converged=True),
    "E*": epsi_pruning,
    "e*": lambda problem: epsi_pruning(problem, restart=True),
}
