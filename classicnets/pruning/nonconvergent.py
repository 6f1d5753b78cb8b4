"""The sixteen methods of model selection of Finnoff, Hergert & Zimmermann (1993), by their letters.

All but the benchmarks stop before convergence. Overtraining is detected on validation patterns: no lower validation
error for PATIENCE epochs, and the best weights so far are taken. Printed are the hidden units, the learning steps and
Weigend's rule; what is open in the paper, as we have it, is set here: the capital constants are ours. One departs from
a printed number: LAMBDA_STEP is 1000 times what Weigend, Rumelhart & Huberman (1991) print.
"""

from typing import NamedTuple

import numpy as np

from .. import checks
from ..backprop import network_error
from ..cost import Cost
from ..mlp import MLP
from ..training import train_backpropagation
from .finnoff1993 import StatisticalTest
from .lecun1990 import OptimalBrainDamage
from .loop import prune
from .magnitude import Magnitude

PATIENCE, LONGEST, CONVERGED = 20, 1000, 400  # epochs without a better one; at most; of training to convergence
# The share of the weights removed at once; pruning ends where the validation error is so many times the best.
SHARE, BREAKDOWN = 0.1, 1.2
DECAY, ELIMINATION, W0 = 3e-3, 1e-2, 1.0
FIRST_EPS, EPS_STEP, LAST_EPS = 0.5, 0.5, 6.0  # of epsi-pruning, on the scale of T
REACTIVATED = 1e-3  # the size of a weight that comes back
# departs: printed is about 1e-6. With it lambda stays below 1e-4 where training stops within a hundred epochs, as it
# does on most data sets, and the error is that without a penalty.
LAMBDA_STEP = 1e-3
FORGETTING = 0.9  # the gamma of Weigend's rule; the other 0.9 in it is printed


class Problem(NamedTuple):
    """What a method gets: (X, T) to train and to validate on, the steps before and after overtraining, a seed.

    begun: a dict, empty at first, for the networks that several methods begin with, each of which is then trained once;
    None: each method trains its own.
    """

    train: tuple
    validation: tuple
    rates: tuple
    seed: int
    begun: dict | None = None


def fit(method, problem):
    """The network that a method, one of METHODS, makes of a Problem: a tanh hidden layer, linear outputs."""
    made = checks.choose("method", method, METHODS)
    return made(checks.instance("problem", problem, Problem, "a Problem"))


def _network(problem, hidden=10):
    return MLP((problem.train[0].shape[1], hidden, problem.train[1].shape[1]), output="linear", seed=problem.seed)


def _begun(problem, train):
    """A network with ten hidden units that `train`, a function of it and the problem, has trained from the start."""
    if problem.begun is None:
        return train(_network(problem), problem)
    if train not in problem.begun:
        problem.begun[train] = train(_network(problem), problem)
    return problem.begun[train].copy()


def _until_overtraining(net, problem, rate=None, **penalty):
    """Train `net` until the validation error rises; the best weights are kept."""
    rate, stop = rate or problem.rates[0], {"validation": problem.validation, "patience": PATIENCE}
    train_backpropagation(net, *problem.train, rate, epochs=LONGEST, seed=problem.seed, **penalty, **stop)
    return net


def _to_convergence(net, problem, shorter=1, **penalty):
    """Train `net` for long, whatever becomes of the validation error; in the last half with the smaller step."""
    epochs = CONVERGED // shorter // 2
    for rate in problem.rates:
        train_backpropagation(net, *problem.train, rate, epochs=epochs, seed=problem.seed, **penalty)
    return net


def _converged_again(net, problem):
    """Train a network that has converged before and lost some weights: for a quarter of the time."""
    return _to_convergence(net, problem, shorter=4)


def _benchmark(problem, hidden):
    return _to_convergence(_network(problem, hidden), problem)


def _stopped(problem, reduced=False):
    """Stopped training; `reduced`: with the smaller step after overtraining, until it overtrains again."""
    net = _begun(problem, _until_overtraining)
    return _until_overtraining(net, problem, problem.rates[1]) if reduced else net


def _penalty(problem, at_overtraining, **penalty):
    """A penalty from the beginning, to convergence; or only from overtraining on, and stopped again."""
    if not at_overtraining:
        return _to_convergence(_network(problem), problem, **penalty)
    net = _begun(problem, _until_overtraining)
    return _until_overtraining(net, problem, problem.rates[1], **penalty)


def _weigend(problem):
    """Weight elimination whose lambda follows the training error. Weigend, Rumelhart & Huberman (1991), p. 875.

    The target error is that of stopped training; the rule works from overtraining on.
    """
    net = _begun(problem, _until_overtraining)
    best, weights, strength = network_error(net, *problem.validation), net.weights.copy(), 0.0
    before = average = target = network_error(net, *problem.train)
    waited = 0
    while waited < PATIENCE:
        penalty = {"weight_decay": 2 * strength / W0**2, "elimination": W0, "epochs": 1, "keep": "last"}
        train_backpropagation(net, *problem.train, problem.rates[1], seed=problem.seed, **penalty)
        now = network_error(net, *problem.train)
        average = FORGETTING * average + (1 - FORGETTING) * now
        strength = _next_strength(strength, now, before, average, target)
        before, waited = now, waited + 1
        error = network_error(net, *problem.validation)
        if error < best:
            best, weights[:], waited = error, net.weights, 0
    net.weights = weights
    return net


def _next_strength(strength, now, before, average, target):
    """Weigend's lambda after an epoch, from the training errors: more, less but not negative, or nine tenths."""
    if now < target or now < before:
        return strength + LAMBDA_STEP
    return max(strength - LAMBDA_STEP, 0.0) if now < average else 0.9 * strength


def _auto_pruning(problem, method, train=_until_overtraining, again=_until_overtraining, restart=False):
    """Train, remove a share of the weights, go on until performance breaks down; the best by validation is taken."""

    def retrain(net, X, T):
        if restart:
            net.initialize(problem.seed)
        again(net, problem)

    def broken_down(step):
        best[0] = min(best[0], step.validation_error)
        return step.validation_error > BREAKDOWN * best[0]

    net = _begun(problem, train)
    best = [network_error(net, *problem.validation)]
    share = {"at_once": int(SHARE * net.n), "retrain": retrain, "stop": broken_down}
    path = prune(net, *problem.train, method, validation=problem.validation, **share)
    return path.network(path.best("validation_error"))


def _epsi_pruning(problem, restart=False):
    """At each overtraining weights with T < eps go and deleted ones with T > eps come back; then eps rises."""
    net, test = _begun(problem, _until_overtraining), StatisticalTest(problem.rates[0])
    rng = np.random.default_rng(problem.seed)
    best, least = net.copy(), network_error(net, *problem.validation)
    for eps in np.arange(FIRST_EPS, LAST_EPS + EPS_STEP / 2, EPS_STEP):
        test.look(net, Cost(*problem.train))
        T = test.test_variable(net)
        back = ~net.mask & (T > eps)
        net.revive(back)
        net.delete(net.mask & (T < eps))
        if not net.n_active:
            break
        net.weights = net.weights + back * REACTIVATED * rng.choice([-1.0, 1.0], net.n)
        if restart:
            net.initialize(problem.seed)
        _until_overtraining(net, problem)
        error = network_error(net, *problem.validation)
        if error < least:
            best, least = net.copy(), error
    return best


def _statistical(problem, **options):
    return _auto_pruning(problem, StatisticalTest(problem.rates[0]), **options)


METHODS = {
    "##": lambda problem: _begun(problem, _to_convergence),
    "6#": lambda problem: _benchmark(problem, 6),
    "3#": lambda problem: _benchmark(problem, 3),
    "nN": _stopped,
    "nF": lambda problem: _stopped(problem, reduced=True),
    "D*": lambda problem: _penalty(problem, False, weight_decay=DECAY),
    "d*": lambda problem: _penalty(problem, True, weight_decay=DECAY),
    "W*": lambda problem: _penalty(problem, False, weight_decay=ELIMINATION, elimination=W0),
    "w*": lambda problem: _penalty(problem, True, weight_decay=ELIMINATION, elimination=W0),
    "wF": _weigend,
    "G*": lambda problem: _auto_pruning(problem, Magnitude()),
    "P*": _statistical,
    "p*": lambda problem: _statistical(problem, restart=True),
    "O*": lambda problem: _auto_pruning(problem, OptimalBrainDamage("gauss-newton"), _to_convergence, _converged_again),
    "E*": _epsi_pruning,
    "e*": lambda problem: _epsi_pruning(problem, restart=True),
}
