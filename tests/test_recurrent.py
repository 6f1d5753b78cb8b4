"""recurrent.py: the layout of the weights, the run through time against plain loops, run-ups, impulse responses."""

import pickle
import re
from copy import deepcopy

import numpy as np
import oracles
import pytest

from classicnets import (
    MLP,
    OptimalBrainSurgeon,
    RecurrentNetwork,
    accuracy,
    gradient,
    hessian,
    hessian_diagonal,
    impulse_response,
    network_error,
    output_derivatives,
    prune,
    train_gauss_newton,
)

NAMES = ["h1<x1", "h1<x2", "h1<h1", "h1<h2", "h1<o1", "h1<bias", "h2<x1", "h2<x2", "h2<h1", "h2<h2", "h2<o1", "h2<bias"]
NAMES += ["o1<h1", "o1<h2", "o1<o1", "o1<bias"]
RECURRENT_NAMES = [["h1<h1", "h1<h2", "h1<o1"], ["h2<h1", "h2<h2", "h2<o1"], ["o1<h1", "o1<h2", "o1<o1"]]


# -- the weights ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sizes, weights", [((4, 4, 1), 46), ((1, 1, 1), 7), ((2, 3, 2), 3 * 8 + 2 * 6), ((2, 2, 1), 16)]
)
def test_the_papers_network_has_the_papers_number_of_weights(sizes, weights):
    # Pedersen & Hansen (1995), section 3: (4-4-1) with 4 (4 + 1 + 4 + 1) + (4 + 1 + 1) weights.
    net = RecurrentNetwork(sizes)
    inputs, hidden, outputs = sizes
    assert net.n == net.n_active == weights == len(net.weights)
    assert [m.shape for m in net.matrices] == [(hidden, sum(sizes) + 1), (outputs, hidden + outputs + 1)] == net.shapes
    assert net.is_bias.sum() == hidden + outputs
    assert np.array_equal(net.is_bias, [name.endswith("<bias") for name in net.weight_names()])
    assert len(set(net.weight_names())) == net.n


def test_the_weights_go_unit_by_unit_and_have_names_that_say_from_where_to_where():
    net = RecurrentNetwork((2, 2, 1))
    assert net.weight_names() == NAMES
    assert [[NAMES[q] for q in row] for row in net.places] == RECURRENT_NAMES
    net.weights = np.arange(16.0)
    assert np.array_equal(net.recurrent, net.places)
    net.recurrent[:] = 7.0  # a copy
    assert np.array_equal(net.weights, np.arange(16))


def test_initial_weights_fill_plus_minus_one_over_root_fan_in_and_repeat_with_the_seed():
    net = RecurrentNetwork((8, 40, 1), seed=5)
    for matrix, fan_in in zip(net.matrices, (49, 41), strict=True):
        assert 0.85 / np.sqrt(fan_in) < np.abs(matrix).max() <= 1 / np.sqrt(fan_in)
    assert np.array_equal(net.weights, RecurrentNetwork((8, 40, 1), seed=5).weights)


def test_a_deleted_weight_is_zero_and_stays_zero():
    net, X, T = oracles.recurrent_problem(deleted=0)
    net.delete([1, 4])
    net.mask = net.mask & (np.arange(net.n) != 7)
    net.weights = np.ones(net.n)
    train_gauss_newton(net, X, T, iterations=2)
    assert np.flatnonzero(net.weights == 0).tolist() == [1, 4, 7] == np.flatnonzero(~net.mask).tolist()
    assert net.n_active == net.n - 3 and net.places.size == 25


@pytest.mark.parametrize("twin_of", [RecurrentNetwork.copy, deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copied_or_pickled_network_is_the_same_and_independent(twin_of):
    net, X, _ = oracles.recurrent_problem(hidden="logistic", output="tanh")
    twin, before = twin_of(net), net.forward(X)
    assert type(twin) is RecurrentNetwork and repr(twin) == repr(net)
    assert np.array_equal(twin.forward(X), before) and np.array_equal(twin.places, net.places)
    assert all(np.shares_memory(matrix, twin.weights) for matrix in twin.matrices)
    twin.delete(0)
    twin.weights = twin.weights + 1
    assert np.array_equal(net.forward(X), before) and not np.array_equal(twin.forward(X), before)


def test_a_saved_network_comes_back_bit_by_bit_and_as_no_other_kind(tmp_path):
    net, X, _ = oracles.recurrent_problem(output="logistic")
    net.save(tmp_path / "net.npz")
    twin = RecurrentNetwork.load(tmp_path / "net.npz")
    assert (twin.sizes, twin.hidden, twin.output) == (net.sizes, net.hidden, net.output)
    assert twin.weights.tobytes() == net.weights.tobytes() and twin.mask.tobytes() == net.mask.tobytes()
    assert np.array_equal(twin.forward(X), net.forward(X))
    with pytest.raises(ValueError, match="^path: expected a network written by save; got .*net.npz"):
        MLP.load(tmp_path / "net.npz")


def test_a_network_describes_itself():
    net = RecurrentNetwork((4, 4, 1))
    net.delete([0, 1])
    assert repr(net) == "RecurrentNetwork 4-4-1, tanh hidden, linear output, 44 of 46 weights"


# -- the run through time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", ["tanh", "logistic", "linear"])
@pytest.mark.parametrize("output", ["tanh", "logistic", "linear"])
@pytest.mark.parametrize("sizes, steps", [((1, 1, 1), 1), ((2, 3, 2), 2), ((3, 2, 1), 9), ((1, 2, 4), 9)])
def test_the_outputs_are_those_of_each_unit_on_its_own_in_plain_loops(sizes, steps, hidden, output):
    net, X, _ = oracles.recurrent_problem(sizes, hidden, output, run_up=0, patterns=steps)
    s, _, _ = net.trajectory(X)
    assert np.allclose(s, oracles.states(net, X, net.weights), rtol=1e-12, atol=1e-14)
    assert np.array_equal(net.forward(X), s[:, sizes[1] :])


def test_saturated_units_give_finite_outputs_without_a_warning(recwarn):
    for kind, ends in (("logistic", (1, 0)), ("tanh", (1, -1))):
        net = RecurrentNetwork((1, 1, 1), kind, kind)
        net.weights = [1e4, 0, 0, 0, 1e4, 0, -5e3 if kind == "logistic" else 0]
        assert np.allclose(net.forward([[1.0], [-1.0]])[:, 0], ends, atol=1e-300)
    assert not recwarn.list


@pytest.mark.parametrize("error, output", oracles.RECURRENT_KINDS)
@pytest.mark.parametrize("run_up", [0, 1, 5, 11])
def test_the_error_is_the_mean_over_the_steps_after_the_run_up(run_up, error, output):
    net, X, T = oracles.recurrent_problem(output=output, run_up=0)
    ours = network_error(net, X, T[run_up:], error, weight_decay=0.3)
    assert ours == pytest.approx(oracles.error(net, X, T[run_up:], error, 0.3), rel=1e-12)
    alone = [network_error(net, X[: t + 1], T[[t]], error) for t in range(run_up, 12)]  # all steps before as run-up
    assert ours == pytest.approx(np.mean(alone) + 0.15 * net.weights @ net.weights, rel=1e-12)
    assert accuracy(net, X, T[run_up:]) == np.mean([accuracy(net, X[: t + 1], T[[t]]) for t in range(run_up, 12)])
    if run_up:  # which is not the same as beginning there, with empty memory
        assert network_error(net, X[run_up:], T[run_up:], error) != pytest.approx(np.mean(alone), rel=1e-3)


# -- the feedforward MLP as a special case --------------------------------------------------------------------------


def both_kinds(hidden="tanh", output="logistic", deleted=0.2):
    """An MLP, a recurrent network of the same weights and no others, where those are in it, and (X, T)."""
    mlp, X, T = oracles.problem((3, 4, 2), hidden, output, deleted=deleted)
    net = RecurrentNetwork((3, 4, 2), hidden, output)
    forward = [q for q, name in enumerate(net.weight_names()) if not re.match(r"h\d<[ho]|o\d<o", name)]
    net.weights = np.zeros(net.n)
    oracles.change(net, forward, mlp.weights)
    net.delete(np.array(forward)[~mlp.mask])
    return mlp, net, forward, X, T


@pytest.mark.parametrize("hidden", ["tanh", "logistic", "linear"])
@pytest.mark.parametrize("error, output", oracles.RECURRENT_KINDS)
def test_with_recurrent_weights_at_zero_it_is_the_mlp_with_all_its_derivatives(hidden, error, output):
    mlp, net, forward, X, T = both_kinds(hidden, output)
    some = np.ix_(forward, forward)
    for ours, theirs in [
        (net.forward(X), mlp.forward(X)),
        (network_error(net, X, T, error, 0.1), network_error(mlp, X, T, error, 0.1)),
        (gradient(net, X, T, error, 0.1)[forward], gradient(mlp, X, T, error, 0.1)),
        (output_derivatives(net, X)[:, :, forward], output_derivatives(mlp, X)),
        (hessian(net, X, T, "exact", error, 0.1)[some], hessian(mlp, X, T, "exact", error, 0.1)),
        (hessian(net, X, T, "gauss-newton", error)[some], hessian(mlp, X, T, "gauss-newton", error)),
        (hessian_diagonal(net, X, T, "exact", error)[forward], hessian_diagonal(mlp, X, T, "exact", error)),
    ]:
        assert oracles.relative_error(ours, theirs) < 1e-13
    if output != "relu":  # the others, at zero, have theirs, but for those that lead to a rectified unit at 0
        assert np.abs(gradient(net, X, T, error)).min() > 0


def test_with_recurrent_weights_deleted_it_is_trained_and_pruned_as_the_mlp_is():
    mlp, net, forward, X, T = both_kinds(deleted=0)
    net.mask = np.isin(np.arange(net.n), forward)
    paths = []
    for each in (mlp, net):
        train_gauss_newton(each, X, T, iterations=10, weight_decay=1e-3)
        paths.append(prune(each, X, T, OptimalBrainSurgeon(1e-3), weight_decay=1e-3))
    theirs, ours = paths
    assert len(theirs) == len(ours) > 5
    assert max(len(step.deleted) for step in theirs) > 1  # orphans
    for step, their_step in zip(ours, theirs, strict=True):
        assert step.deleted == tuple(forward[q] for q in their_step.deleted)
        assert np.allclose(step.weights[forward], their_step.weights, rtol=0, atol=1e-8)
        assert step.train_error == pytest.approx(their_step.train_error, rel=1e-8)
        assert step.train_accuracy == their_step.train_accuracy


# -- impulse responses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settle, size", [(200, 1.0), (0, -0.5), (7, 3.0)])
def test_an_impulse_response_is_the_difference_of_two_runs(settle, size):
    net, _, _ = oracles.recurrent_problem((4, 3, 2), deleted=0)
    series = np.zeros(settle + 4 + 12)
    series[settle + 4 - 1] = size  # the value before the one predicted first
    quiet, disturbed = (
        net.forward([[values[t - lag] for lag in (1, 2, 3, 4)] for t in range(4, len(series))])[settle:, 0]
        for values in (np.zeros(len(series)), series)
    )
    response = impulse_response(net, 12, size, settle)
    assert response.shape == (12,) and np.allclose(response, disturbed - quiet, rtol=1e-12, atol=1e-15)
    assert np.array_equal(impulse_response(net, 2, size, settle), response[:2])  # shorter than the lags
    if settle == 200 and size == 1:
        assert np.array_equal(impulse_response(net, 12), response)


def test_the_impulse_response_of_a_linear_network_is_its_powers():
    # z(t) = A z(t-1) + B x(t) + constants, z = (hidden, output): the response is the sum over lags of A^(t-lag) B_lag.
    net, _, _ = oracles.recurrent_problem((3, 2, 1), "linear", deleted=0)
    hidden, output = net.matrices
    A, B = np.zeros((3, 3)), np.zeros((3, 3))
    A[:2], B[:2] = hidden[:, 3:6], hidden[:, :3]
    A[2], B[2] = output[0, :2] @ A[:2], output[0, :2] @ B[:2]
    A[2, 2] += output[0, 2]
    assert np.abs(np.linalg.eigvals(A)).max() < 1
    expected = [
        2.0 * sum((np.linalg.matrix_power(A, t - lag) @ B[:, lag])[2] for lag in range(3) if lag <= t) for t in range(8)
    ]
    assert np.allclose(impulse_response(net, 8, size=2.0), expected, rtol=1e-12, atol=1e-12)


def test_the_impulse_response_of_a_feedforward_network_ends_with_its_lags():
    response = impulse_response(MLP((3, 2, 1), seed=0), 9)
    assert response[:3].all() and not response[3:].any()
