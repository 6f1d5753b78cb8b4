"""training.py, passes.py and their kernel: every trainer, every rule for stopping, the kernel against a naive twin."""

import numpy as np
import oracles
import pytest

from classicnets import (
    MLP,
    gradient,
    hessian,
    network_error,
    passes,
    stopping,
    train_backpropagation,
    train_gauss_newton,
    train_quasi_newton,
)
from classicnets.error import SQUARED, error_for
from classicnets.kernels.backprop import CODES, SOFTMAX, train_epochs

# (trainer, the name of its budget, its other settings)
BACKPROPAGATION = (train_backpropagation, "epochs", {"rate": 0.3, "batch": None, "seed": 0})
GAUSS_NEWTON = (train_gauss_newton, "iterations", {})
QUASI_NEWTON = (train_quasi_newton, "iterations", {})
TRAINERS = pytest.mark.parametrize("trainer", [BACKPROPAGATION, GAUSS_NEWTON, QUASI_NEWTON])


def run(trainer, net, X, T, budget, **options):
    train, name, settings = trainer
    return train(net, X, T, **{name: budget}, **{**settings, **options})


# -- what all trainers share ----------------------------------------------------------------------------------------


@TRAINERS
@pytest.mark.parametrize("error, output", oracles.KINDS)
def test_training_lowers_the_error_records_it_and_leaves_deleted_weights_alone(trainer, error, output):
    net, X, T = oracles.problem((3, 4, 2), "tanh", output, deleted=0.3)
    mask, before = net.mask.copy(), network_error(net, X, T, error, weight_decay=0.01)
    curve = run(trainer, net, X, T, 20, error=error, weight_decay=0.01)
    after = network_error(net, X, T, error, weight_decay=0.01)
    assert curve.train_error[0] == before and after == curve.train_error[curve.best] == min(curve.train_error)
    assert after < before and curve.best > 0
    assert curve.epoch == list(range(len(curve.train_error))) and not curve.validation_error
    assert np.array_equal(net.mask, mask) and not net.weights[~mask].any() and not mask.all()


@TRAINERS
def test_the_weights_kept_are_those_of_least_validation_error(trainer):
    net, X, T = oracles.problem((3, 4, 2))
    early = net.copy()
    run(trainer, early, X, T, 4)
    curve = run(trainer, net, X, T, 12, validation=(X, early.forward(X)), patience=100)
    assert curve.best == 4 and len(curve.epoch) == 13 and curve.stopped_by == "epochs"
    assert np.array_equal(net.weights, early.weights)
    assert curve.validation_error[4] == 0 and min(np.delete(curve.validation_error, 4)) > 0


@TRAINERS
def test_training_stops_when_the_validation_error_has_not_improved_for_so_many_looks(trainer):
    net, X, T = oracles.problem((3, 4, 2))
    early = net.copy()
    run(trainer, early, X, T, 4)
    curve = run(trainer, net, X, T, 100, validation=(X, early.forward(X)), patience=3)
    assert curve.stopped_by == "validation error" and curve.best == 4 and curve.epoch[-1] == 4 + 3
    assert np.array_equal(net.weights, early.weights)


@TRAINERS
def test_the_validation_error_carries_no_weight_decay(trainer):
    net, X, T = oracles.problem((3, 4, 2))
    before = network_error(net, X, T)
    curve = run(trainer, net, X, T, 3, weight_decay=0.5, validation=(X, T))
    assert curve.validation_error[0] == before < curve.train_error[0]


@TRAINERS
def test_training_stops_at_the_target_error_and_not_before(trainer):
    net, X, T = oracles.problem((3, 4, 2))
    reachable = net.copy()
    errors = run(trainer, reachable, X, T, 6).train_error
    target = (errors[0] + errors[-1]) / 2
    curve = run(trainer, net, X, T, 100, target_error=target)
    assert curve.stopped_by == "target error"
    assert curve.train_error[-1] <= target < min(curve.train_error[:-1])
    assert network_error(net, X, T) == curve.train_error[-1]


@TRAINERS
def test_the_target_error_includes_the_weight_decay(trainer):
    net, X, T = oracles.problem((3, 4, 2))
    target = network_error(net, X, T)  # reached at once without the decay
    curve = run(trainer, net, X, T, 100, weight_decay=0.1, target_error=target)
    assert curve.stopped_by == "target error" and curve.epoch[-1] > 0 and curve.train_error[0] > target


@TRAINERS
def test_training_stops_at_a_short_gradient_of_the_active_weights(trainer):
    net, X, T = oracles.problem((3, 2), output="linear", deleted=0)
    net.delete(net.is_bias)  # which the targets would need, and whose gradient stays long
    T += 3

    def length(net):
        return np.linalg.norm(gradient(net, X, T, weight_decay=0.02)[net.mask])

    short = 0.5 * length(net)
    curve = run(trainer, net, X, T, 1000, weight_decay=0.02, gradient_norm=short)
    assert curve.stopped_by == "gradient norm" and 0 < curve.epoch[-1] < 1000
    assert length(net) <= short < np.linalg.norm(gradient(net, X, T, weight_decay=0.02))


@TRAINERS
def test_no_epochs_change_nothing(trainer):
    net, X, T = oracles.problem((3, 4, 2))
    before = net.weights.copy()
    curve = run(trainer, net, X, T, 0)
    assert curve.epoch == [0] and curve.best == 0 and np.array_equal(net.weights, before)


@TRAINERS
def test_a_network_with_everything_deleted_stays_as_it_is(trainer):
    net, X, T = oracles.problem((3, 4, 2))
    net.delete(slice(None))
    curve = run(trainer, net, X, T, 3)
    assert not net.weights.any() and curve.train_error[-1] == network_error(net, X, T)


@TRAINERS
@pytest.mark.parametrize("call", [4, 5, 6])
def test_an_interrupt_leaves_the_best_weights_and_says_so(trainer, call, monkeypatch):
    net, X, T = oracles.problem((3, 4, 2))
    module, place = (passes, "train_epochs") if trainer is BACKPROPAGATION else (stopping, "gradient")
    work, calls = getattr(module, place), []

    def interrupted(*arguments, **options):
        calls.append(0)
        if len(calls) == call:
            net.weights = np.full(net.n, 100.0)  # whatever a half-finished step leaves
            raise KeyboardInterrupt
        return work(*arguments, **options)

    monkeypatch.setattr(module, place, interrupted)
    curve = run(trainer, net, X, T, 100)
    assert curve.stopped_by == "interrupt" and len(calls) == call
    assert 1 < len(curve.epoch) < 100
    monkeypatch.undo()
    assert network_error(net, X, T) == min(curve.train_error) < curve.train_error[0]


# -- backpropagation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 3, 4, 2)])
@pytest.mark.parametrize("error, output", oracles.KINDS)
@pytest.mark.parametrize("hidden", ["tanh", "logistic", "linear"])
@pytest.mark.parametrize("batch", [1, 5, 12])
def test_the_kernel_is_backpropagation_pattern_by_pattern(sizes, hidden, error, output, batch):
    net, X, T = oracles.problem(sizes, hidden, output, patterns=12)
    orders = np.array([np.random.default_rng(epoch).permutation(12) for epoch in range(3)])
    rate, momentum, decay = 0.02, 0.7, np.linspace(0.2, 0.8, net.n)
    rates = np.full(net.n, rate)
    expected = oracles.backpropagation(net, X, T, orders, batch, rate, momentum, decay, error)
    codes = CODES[hidden], CODES.get(output, SOFTMAX), error_for(net, error) is not SQUARED
    velocity = np.zeros(net.n)
    steps = orders, batch, rates, momentum, decay
    train_epochs(np.array(sizes), net._weights, net._mask, velocity, X, T, *steps, *codes)
    # At most 36 steps, each of a few roundings.
    assert oracles.relative_error(net.weights, expected) < 1e-12
    assert not net.weights[~net.mask].any() and not velocity[~net.mask].any()


@pytest.mark.parametrize("batch", [1, 5, None])
def test_train_backpropagation_hands_its_settings_to_the_kernel(batch, monkeypatch):
    net, X, T = oracles.problem((3, 4, 2))
    start, orders, last = net.copy(), [], None

    def recording(*arguments):
        nonlocal last
        orders.append(arguments[6].copy())
        train_epochs(*arguments)
        last = arguments[1].copy()

    monkeypatch.setattr(passes, "train_epochs", recording)
    settings = {"rate": 0.2, "momentum": 0.7, "weight_decay": 0.05, "error": "cross-entropy"}
    curve = train_backpropagation(net, X, T, batch=batch, epochs=7, every=3, seed=0, **settings)
    assert [len(part) for part in orders] == [3, 3, 1] and curve.epoch == [0, 3, 6, 7]
    orders = np.concatenate(orders)
    assert (np.sort(orders, axis=1) == np.arange(len(X))).all()  # every pattern once an epoch ...
    assert len({tuple(order) for order in orders}) == 7  # ... in a new order
    expected = oracles.backpropagation(start, X, T, orders, batch or len(X), *settings.values())
    assert oracles.relative_error(last, expected) < 1e-12


def test_one_batch_of_all_patterns_goes_down_the_gradient():
    net, X, T = oracles.problem((3, 4, 2), deleted=0)
    expected = net.weights - 0.01 * gradient(net, X, T, weight_decay=0.1)
    train_backpropagation(net, X, T, rate=0.01, batch=None, epochs=1, weight_decay=0.1)
    assert np.allclose(net.weights, expected, rtol=1e-13, atol=1e-15)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    twins = [oracles.problem((3, 4, 2)) for _ in range(3)]
    for (net, X, T), seed in zip(twins, (5, 5, 6), strict=True):
        train_backpropagation(net, X, T, epochs=5, seed=seed)
    first, second, third = (net.weights for net, _, _ in twins)
    assert np.array_equal(first, second) and not np.array_equal(first, third)


def test_without_validation_the_weights_kept_are_those_of_least_training_error():
    net, X, T = oracles.problem((3, 4, 2), "tanh", "linear")
    curve = train_backpropagation(net, X, T, rate=0.4, epochs=40, seed=0)
    assert 0 < curve.best < 40  # so large a rate does not end at its best
    assert network_error(net, X, T) == min(curve.train_error) == curve.train_error[curve.best]


def test_a_training_that_diverges_stops_and_leaves_finite_weights():
    net, X, T = oracles.problem((3, 4, 2), "linear", "linear")
    before = net.weights.copy()
    with np.errstate(all="ignore"):
        curve = train_backpropagation(net, X, T, rate=1e3, epochs=1000, seed=0)
    assert curve.stopped_by == "divergence" and len(curve.epoch) < 1000
    assert np.array_equal(net.weights, before)


# -- Gauss-Newton and quasi-Newton ----------------------------------------------------------------------------------


def levenberg_marquardt(net, X, T, iterations, damping, error, weight_decay):
    """w <- w - (H + damping I)^-1 dE/dw; damping / 10 after a better step, damping * 10 instead of a worse one."""
    net, active, rises = net.copy(), net.mask, 0
    for _ in range(iterations):
        before, w = network_error(net, X, T, error, weight_decay), net.weights.copy()
        H = hessian(net, X, T, "gauss-newton", error, weight_decay)[np.ix_(active, active)]
        slope = gradient(net, X, T, error, weight_decay)[active]
        while True:
            step = np.zeros(net.n)
            step[active] = np.linalg.inv(H + damping * np.eye(len(H))) @ slope
            net.weights = w - step
            if network_error(net, X, T, error, weight_decay) < before:
                break
            damping, rises = damping * 10, rises + 1
        damping /= 10
    return net.weights, rises


@pytest.mark.parametrize("error, output", oracles.KINDS)
def test_damped_gauss_newton_step_by_step(error, output):
    rises = 0
    for seed in range(4):
        net, X, T = oracles.problem((3, 4, 2), "tanh", output, seed=seed)
        expected, more = levenberg_marquardt(net, X, T, 4, 1e-4, error, 1e-2)
        train_gauss_newton(net, X, T, iterations=4, damping=1e-4, error=error, weight_decay=1e-2)
        # Each step solves a system whose condition is at most about 10 / decay = 1e3: 1e-13 a step, growing with each.
        assert oracles.relative_error(net.weights, expected) < 1e-10
        rises += more
    if output != "linear":
        assert rises  # worse steps were taken back on the way


def test_on_a_linear_network_one_undamped_gauss_newton_step_is_least_squares():
    net, X, T = oracles.problem((3, 2), output="linear", deleted=0)
    train_gauss_newton(net, X, T, iterations=1, damping=1e-12)
    expected = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), T, rcond=None)[0].T
    assert np.allclose(net.matrices[0], expected, rtol=1e-9)


def test_where_the_damped_hessian_is_singular_the_damping_rises():
    # Two equal inputs, so large that a damping of 1e-12 is lost in rounding. The target x / 1024 + 1 can be reached.
    x = 1024 * np.array([[1.0], [-1.0], [1.0], [-1.0]])
    net = MLP((2, 1), output="linear", seed=0)
    curve = train_gauss_newton(net, np.hstack([x, x]), x / 1024 + 1, damping=1e-12)
    assert curve.train_error[curve.best] < 1e-15 and net.weights.sum() == pytest.approx(1 / 1024 + 1, rel=1e-6)


@pytest.mark.parametrize("trainer", [GAUSS_NEWTON, QUASI_NEWTON])
@pytest.mark.parametrize("error, output", oracles.KINDS)
def test_the_second_order_trainers_end_at_a_minimum_of_the_error_with_weight_decay(trainer, error, output):
    net, X, T = oracles.problem((3, 3, 2), "tanh", output, deleted=0.2)
    curve = run(trainer, net, X, T, 500, error=error, weight_decay=0.01, gradient_norm=1e-6)
    assert curve.stopped_by == "gradient norm"
    slope = gradient(net, X, T, error, weight_decay=0.01)
    assert np.linalg.norm(slope[net.mask]) <= 1e-6
    H = hessian(net, X, T, error=error, weight_decay=0.01)[np.ix_(net.mask, net.mask)]
    assert np.linalg.eigvalsh(H).min() > 0


@pytest.mark.parametrize("trainer", [GAUSS_NEWTON, QUASI_NEWTON])
def test_at_a_minimum_the_second_order_trainers_find_no_better_step(trainer):
    net, X, _ = oracles.problem((3, 4, 2))
    before = net.weights.copy()
    curve = run(trainer, net, X, net.forward(X), 10, weight_decay=0.0, target_error=0.0)
    assert curve.stopped_by == "target error"  # an error of 0 is the target of 0
    T = MLP((3, 4, 2), seed=1).forward(X)
    run(trainer, net, X, T, 1000, weight_decay=0.1, gradient_norm=1e-9)
    curve = run(trainer, net, X, T, 1000, weight_decay=0.1)
    assert curve.stopped_by == "no better step" and len(curve.epoch) < 20
    assert not np.array_equal(net.weights, before)


@pytest.mark.parametrize("seed", range(8, 12))
def test_at_an_edge_of_rectified_units_there_is_no_better_step_though_the_gradient_is_not_zero(seed):
    rng = np.random.default_rng(seed)
    X, T, options = rng.normal(size=(12, 2)), rng.normal(size=(12, 1)), {"weight_decay": 1e-2}
    net = MLP((2, 3, 1), "relu", "linear", seed=seed)
    curve = train_gauss_newton(net, X, T, **options)
    assert curve.stopped_by == "no better step" and np.linalg.norm(gradient(net, X, T, **options)) > 0.01
    assert np.abs(net.layers(X)[0] @ net.matrices[0].T).min() < 1e-9
    curve = train_quasi_newton(net, X, T, **options)
    assert curve.stopped_by == "no better step" and np.linalg.norm(gradient(net, X, T, **options)) > 0.01


@pytest.mark.parametrize("trainer", [train_gauss_newton, train_quasi_newton])
def test_the_last_weights_are_those_of_the_last_look(trainer):
    for seed in range(8):  # some line searches end beside it
        net, X, T = oracles.problem((3, 4, 2), seed=seed)
        curve = trainer(net, X, T, weight_decay=1e-3, keep="last")
        assert network_error(net, X, T, weight_decay=1e-3) == curve.train_error[-1]


def test_patterns_in_their_own_order():
    net, X, T = oracles.problem((3, 4, 2))
    by_hand = net.copy()
    train_backpropagation(net, X, T, rate=0.1, epochs=2, shuffle=False, keep="last")
    for x, t in zip(np.tile(X, (2, 1)), np.tile(T, (2, 1)), strict=True):
        by_hand.weights = by_hand.weights - 0.1 * by_hand.mask * gradient(by_hand, [x], [t])
    assert oracles.relative_error(net.weights, by_hand.weights) < 1e-12
