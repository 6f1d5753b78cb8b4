"""pedersen1995.py: Optimal Brain Surgeon with the decay left out of what counts, against minimising as it stands."""

import numpy as np
import oracles
import pytest

from classicnets import (
    MLP,
    Cost,
    GammaOBD,
    GammaOBS,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    OptimalBrainSurgeonWithDecay,
    gradient,
    hessian,
    network_error,
    prune,
    train_gauss_newton,
)
from classicnets.checks import Indefinite

DECAY = 0.05
PROBLEMS = {
    "MLP": lambda error, output: oracles.problem((3, 3, 2), output=output, patterns=20, deleted=0.3),
    "recurrent": lambda error, output: oracles.recurrent_problem((2, 2, 1), output=output, patterns=20, deleted=0.3),
}
problems = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
kinds = pytest.mark.parametrize("kind", ["gauss-newton", "exact"])


def looking(net, X, T, error="squared", decay=DECAY, kind="gauss-newton", alpha=1e-12):
    """The method, having looked."""
    method = OptimalBrainSurgeonWithDecay(alpha, kind)
    method.look(net, Cost(X, T, error, decay))
    return method


def linear_problem(decay=DECAY, outputs=1):
    """A linear network, one weight deleted, at the minimum of its quadratic error with decay: (net, X, T)."""
    net, X, T = oracles.problem((4, outputs), output="linear", patterns=15, deleted=0)
    net.delete(2)
    return at_minimum(net, X, T, decay), X, T


def at_minimum(net, X, T, decay):
    """One Newton step of the weights not deleted: where a quadratic error and its decay are least."""
    H, slope = hessian(net, X, T, weight_decay=decay), gradient(net, X, T, weight_decay=decay)
    step = np.linalg.solve(H[np.ix_(net.mask, net.mask)], slope[net.mask])
    oracles.change(net, net.mask, net.weights[net.mask] - step)
    return net


# -- one weight -----------------------------------------------------------------------------------------------------


@problems
@pytest.mark.parametrize("error, output", oracles.RECURRENT_KINDS)
def test_saliency_and_answer_are_those_of_the_least_rise_of_error_and_decay(problem, error, output):
    net, X, T = problem(error, output)
    saliency = looking(net, X, T, error).saliency(net)
    assert np.isinf(saliency[~net.mask]).all() and (~net.mask).any()
    H = hessian(net, X, T, "gauss-newton", error)
    for q in np.flatnonzero(net.mask):
        kept = net.mask & (np.arange(net.n) != q)
        move, rise = oracles.surgery(H, net.weights, DECAY, [q], kept)
        assert saliency[q] == pytest.approx(rise, rel=1e-8)
        pruned = net.copy()
        looking(net, X, T, error).delete(pruned, q)
        assert np.allclose(pruned.weights, net.weights + move, rtol=1e-8, atol=1e-10)
        assert np.array_equal(pruned.mask, kept) and pruned.weights[q] == 0


@problems
def test_with_the_exact_hessian_it_needs_a_minimum(problem):
    net, X, T = problem("squared", "tanh")
    H, some = hessian(net, X, T), np.ix_(net.mask, net.mask)
    assert np.linalg.eigvalsh(H[some] + DECAY * np.eye(net.n_active)).min() < 0
    with pytest.raises(Indefinite, match="^alpha: expected enough for H "):
        looking(net, X, T, kind="exact")
    decay = DECAY - np.linalg.eigvalsh(H[some]).min()
    saliency = looking(net, X, T, "squared", decay, "exact").saliency(net)
    for q in np.flatnonzero(net.mask):
        _, rise = oracles.surgery(H, net.weights, decay, [q], net.mask & (np.arange(net.n) != q))
        assert saliency[q] == pytest.approx(rise, rel=1e-7)


@problems
@kinds
def test_without_weight_decay_it_is_optimal_brain_surgeon(problem, kind):
    net, X, T = problem("squared", "linear")
    alpha = 1e-3 if kind == "gauss-newton" else 1e-3 - np.linalg.eigvalsh(hessian(net, X, T)).min()
    surgeon = OptimalBrainSurgeon(alpha, kind)
    surgeon.look(net, Cost(X, T))
    for decay, tolerance in ((0.0, 1e-14), (1e-10, 1e-5)):
        saliency = looking(net, X, T, "squared", decay, kind, alpha=alpha).saliency(net)
        assert np.allclose(saliency, surgeon.saliency(net), rtol=tolerance, atol=0)


@problems
def test_with_weight_decay_it_answers_as_optimal_brain_surgeon_does_but_ranks_differently(problem):
    net, X, T = problem("squared", "linear")
    q, surgeon, pruned = np.flatnonzero(net.mask)[2], OptimalBrainSurgeon(1e-12), [net.copy(), net.copy()]
    surgeon.look(net, Cost(X, T, "squared", DECAY))
    ours = looking(net, X, T)
    assert not np.allclose(ours.saliency(net), surgeon.saliency(net), rtol=0.01)
    for method, each in zip((surgeon, ours), pruned, strict=True):
        method.delete(each, q)
    assert np.array_equal(pruned[0].weights, pruned[1].weights)


# -- where the error is quadratic the theory is exact ---------------------------------------------------------------


@kinds
@pytest.mark.parametrize("outputs", [1, 2])
def test_on_a_linear_network_at_its_minimum_every_prediction_comes_true(outputs, kind):
    net, X, T = linear_problem(outputs=outputs)
    path = prune(net, X, T, OptimalBrainSurgeonWithDecay(1e-12, kind), weight_decay=DECAY)
    assert path[-1].n_active == 0 and len(path) == net.n_active + 1
    for i, step in enumerate(path[1:]):
        assert step.actual == pytest.approx(step.train_error - path[i].train_error, rel=1e-9)
        assert step.predicted == pytest.approx(step.actual, rel=1e-7, abs=1e-12)
        expected = at_minimum(path.network(i + 1), X, T, DECAY)
        assert np.allclose(step.weights, expected.weights, rtol=1e-7, atol=1e-10)


def test_it_deletes_what_costs_least_error_where_optimal_brain_surgeon_deletes_what_costs_least_cost():
    differs = 0
    for seed in range(12):
        net, X, T = oracles.problem((5, 1), output="linear", patterns=15, deleted=0, seed=seed)
        at_minimum(net, X, T, 0.5)
        rises = []  # of error, of cost
        for q in range(net.n):
            smaller = net.copy()
            smaller.delete(q)
            at_minimum(smaller, X, T, 0.5)
            rises.append([network_error(smaller, X, T, weight_decay=decay) for decay in (0.0, 0.5)])
        least = np.argmin(rises, axis=0)
        for q, method in zip(least, (OptimalBrainSurgeonWithDecay(1e-12), OptimalBrainSurgeon(1e-12)), strict=True):
            assert prune(net, X, T, method, weight_decay=0.5, down_to=net.n - 1)[1].deleted == (q,)
        differs += least[0] != least[1]
    assert differs


def test_several_at_once_from_one_look_are_as_good_as_one_after_another_on_a_linear_network():
    net, X, T = linear_problem(outputs=2)
    together = prune(net, X, T, OptimalBrainSurgeonWithDecay(1e-12), weight_decay=DECAY, at_once=4, down_to=5)
    single = prune(net, X, T, OptimalBrainSurgeonWithDecay(1e-12), weight_decay=DECAY, down_to=5)
    assert together[1].deleted == sum((step.deleted for step in single[1:]), ())
    assert together[1].predicted == pytest.approx(together[1].actual, rel=1e-7)
    assert np.allclose(together[1].weights, single[-1].weights, rtol=1e-7, atol=1e-10)


# -- what the path says was predicted and what came -----------------------------------------------------------------


@pytest.mark.parametrize(
    "method, predicts",
    [
        (Magnitude, None),
        (lambda: OptimalBrainDamage("exact"), "cost"),
        (OptimalBrainSurgeon, "cost"),
        (OptimalBrainSurgeonWithDecay, "train_error"),
        (GammaOBD, None),
        (GammaOBS, None),
    ],
)
@pytest.mark.parametrize("kind", ["MLP", "recurrent"])
def test_actual_is_the_change_of_what_the_method_predicts_or_of_the_cost(kind, method, predicts):
    net, X, T = PROBLEMS[kind]("squared", "tanh")
    train_gauss_newton(net, X, T, iterations=5, weight_decay=DECAY)
    assert method().predicts == predicts
    retrained = []

    def retrain(net, X, T):
        retrained.append(net.weights.copy())
        train_gauss_newton(net, X, T, iterations=1, weight_decay=DECAY)

    decay = 0.0 if predicts == "train_error" else DECAY
    path = prune(net, X, T, method(), weight_decay=DECAY, retrain=retrain, at_once=2)
    assert len(path) > 3
    for i, (step, weights) in enumerate(zip(path[1:], retrained, strict=True)):
        before, after = path.network(i), oracles.with_weights(net, weights)
        change = network_error(after, X, T, weight_decay=decay) - network_error(before, X, T, weight_decay=decay)
        assert step.actual == pytest.approx(change, rel=1e-9, abs=1e-13)
        assert np.isnan(step.predicted) == (predicts is None)
        assert step.train_error == pytest.approx(network_error(path.network(i + 1), X, T), rel=1e-12)


def test_it_takes_a_linear_network_without_hidden_units_to_nothing():
    net, X, T = MLP((2, 1), output="linear", seed=0), np.eye(2), np.ones((2, 1))
    path = prune(net, X, T, OptimalBrainSurgeonWithDecay(), weight_decay=DECAY)
    assert [step.n_active for step in path] == [3, 2, 1, 0] and path[-1].train_error == 0.5
