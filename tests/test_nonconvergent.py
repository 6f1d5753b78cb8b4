"""The sixteen methods of Finnoff et al. (1993) against their twins, line by line, on two small problems."""

from functools import lru_cache
from types import SimpleNamespace

import finnoff as twins
import numpy as np
import pytest

from classicnets import network_error
from classicnets.datasets.processes import PROCESSES, finnoff
from classicnets.pruning import nonconvergent
from classicnets.pruning.finnoff1993 import StatisticalTest
from classicnets.pruning.nonconvergent import METHODS, Problem, fit

PRUNING = ("G*", "P*", "p*", "O*", "E*", "e*")
PROBLEMS = {
    # patterns, inputs, a target of the inputs, noise, steps, seed
    "product": (40, 3, lambda X: 3 * X[:, :1] * X[:, 1:2], 0.6, (0.05, 0.01), 1),
    "sine": (30, 4, lambda X: np.sin(3 * X[:, :1]) + X[:, 1:2], 1.0, (0.2, 0.1), 0),
    "never overtrained": (5, 2, lambda X: X[:, :1], 0.0, (1e-4, 1e-5), 0),
}
CASES = [(method, name) for method in METHODS for name in ("product", "sine")] + [("nN", "never overtrained")]


@lru_cache
def problem(name):
    patterns, inputs, function, noise, rates, seed = PROBLEMS[name]
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (patterns + 30, inputs))
    T = function(X) + noise * rng.normal(size=(len(X), 1))
    return Problem((X[:patterns], T[:patterns]), (X[patterns:], T[patterns:]), rates, seed)


@lru_cache
def made(method, name):
    """The network, and the weights that each training on the way to it began with."""
    starts, train = [], nonconvergent.train_backpropagation

    def watched(net, *arguments, **options):
        starts.append(net.weights.copy())
        return train(net, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nonconvergent, "train_backpropagation", watched)
        return fit(method, problem(name)), starts


@lru_cache
def twin_of(method, name):
    twins.STARTS.clear()
    return twins.TWINS[method](problem(name)), twins.STARTS[:]


@pytest.mark.parametrize("method, name", CASES)
def test_every_method_line_by_line(method, name):
    (net, starts), (twin, expected) = made(method, name), twin_of(method, name)
    assert net.settings == twin.settings and np.array_equal(net.mask, twin.mask)
    assert len(starts) == len(expected) and all(map(np.array_equal, starts, expected))
    assert np.array_equal(net.weights, twin.weights)


def test_what_methods_begin_with_alike_is_trained_once_and_changes_nothing(monkeypatch):
    shared, trained = problem("product")._replace(begun={}), []
    train = nonconvergent.train_backpropagation
    monkeypatch.setattr(nonconvergent, "train_backpropagation", lambda *a, **o: (trained.append(0), train(*a, **o))[1])
    for method in METHODS:
        assert np.array_equal(fit(method, shared).weights, made(method, "product")[0].weights)
    assert len(trained) == sum(len(made(method, "product")[1]) for method in METHODS) - 9 - 2
    assert np.array_equal(fit("nN", shared).weights, made("nN", "product")[0].weights)  # no method has changed it


def test_on_these_problems_all_methods_differ_and_everything_happens():
    weights = {tuple(made(method, "product")[0].weights) for method in METHODS}
    assert len(weights) == len(METHODS)
    twin_of("wF", "product"), twin_of("E*", "sine"), twin_of("P*", "sine")
    lambdas = {"up, below the target", "up, falling", "down, below the average", "nine tenths"}
    assert twins.WAYS >= lambdas | {"overtraining", "back", "none back", "breakdown"}


@pytest.mark.parametrize("method", METHODS)
def test_all_but_ten_units_trained_for_long_find_half_of_the_function_under_the_noise(method):
    process, (train, validation, generalization) = PROCESSES["id_7_n"], finnoff("id_7_n", 0)
    net = fit(method, Problem(train, validation, process.rates, 0))
    half = process.noise**2 + 0.5  # the function has variance 1
    assert (2 * network_error(net, *generalization) < half) == (method != "##")  # which overfits
    if method not in PRUNING:
        assert net.n_active == net.n
    elif method in ("E*", "e*"):  # to auto-pruning the unpruned network may be the best
        assert net.n_active < net.n


def test_auto_pruning_ends_where_the_validation_error_is_1_2_times_the_least_so_far(monkeypatch):
    prune, seen = nonconvergent.prune, []

    def unpruned(net, *arguments, stop, **options):
        seen.append(stop)
        return prune(net, *arguments, stop=lambda step: True, **options)

    monkeypatch.setattr(nonconvergent, "prune", unpruned)
    first, (stop,) = network_error(fit("G*", problem("sine")), *problem("sine").validation), seen
    answers = {1.19: False, 1.21: True, 0.9: False, 1.07: False, 1.09: True}  # to one error after another
    assert {error: stop(SimpleNamespace(validation_error=error * first)) for error in answers} == answers


def test_the_size_w0_enters_the_penalty_as_weigend_has_it(monkeypatch):
    """lambda sum of (w / w0)^2 / (1 + (w / w0)^2), where the library's penalty has 1/2 and w^2 above."""
    decays, train = [], nonconvergent.train_backpropagation

    def watched(net, *arguments, **options):
        decays.append((options.get("weight_decay"), options.get("elimination")))
        return train(net, *arguments, **options)

    monkeypatch.setattr(nonconvergent, "W0", 2.0)
    monkeypatch.setattr(nonconvergent, "train_backpropagation", watched)
    fit("wF", problem("sine"))
    assert decays[:3] == [(None, None), (0.0, 2.0), (2 * 1e-3 / 2.0**2, 2.0)]


@pytest.mark.parametrize(
    "now, before, average, target, expected",
    [
        (0.4, 0.3, 0.2, 0.5, 0.101),  # below the target, though it rises
        (0.6, 0.7, 0.5, 0.5, 0.101),  # falling
        (0.6, 0.6, 0.7, 0.5, 0.099),  # neither, but below its average
        (0.6, 0.5, 0.6, 0.5, 0.09),  # not even that
    ],
)
def test_lambda_follows_the_training_error(now, before, average, target, expected):
    assert nonconvergent._next_strength(0.1, now, before, average, target) == pytest.approx(expected, rel=1e-12)


def test_lambda_is_never_negative():
    assert nonconvergent._next_strength(0.0004, 0.6, 0.6, 0.7, 0.5) == 0.0


def test_weights_come_back_small_and_with_either_sign(monkeypatch):
    T = iter([np.resize([0.0, 9.0], 61), *[np.full(61, 9.0)] * 11])
    monkeypatch.setattr(StatisticalTest, "test_variable", lambda test, net: next(T))
    net, (_, half, whole, *_) = made.__wrapped__("E*", "sine")
    assert not half[::2].any() and half[1::2].all() and whole.all()
    assert set(whole[::2]) == {-0.001, 0.001} and next(T, None) is None and net.n == 61


def test_where_all_weights_would_go_epsi_pruning_ends(monkeypatch):
    stopped, _ = made("nN", "sine")
    monkeypatch.setattr(StatisticalTest, "test_variable", lambda test, net: np.full(net.n, -1.0))
    net, starts = made.__wrapped__("E*", "sine")
    assert np.array_equal(net.weights, stopped.weights) and len(starts) == 1


@pytest.mark.parametrize(
    "method, given, message", [("Q*", "product", "^method: .*; got 'Q\\*'$"), ("P*", None, "^prob")]
)
def test_what_is_no_method_and_no_problem(method, given, message):
    with pytest.raises((ValueError, TypeError), match=message):
        fit(method, given and problem(given))
