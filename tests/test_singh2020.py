"""WoodFisher: its inverse against numpy's of the definition, and what it has in common with the Surgeon."""

import numpy as np
import oracles
import pytest

from classicnets import MLP, Cost, WoodFisher, hessian, prune, recursion
from classicnets.backprop import pattern_gradients
from classicnets.pruning.singh2020 import inverse_fisher

PROBLEMS = pytest.mark.parametrize("error, output", [("squared", "linear"), ("cross-entropy", "softmax")])
ALPHA, DECAY = 0.05, 0.02


def fisher(net, X, T, error):
    """The damped Fisher over the active weights, from gradients by complex steps, one pattern after another."""
    F = np.zeros((net.n, net.n))
    for x, t in zip(X, T, strict=True):
        g = oracles.complex_step(lambda w, x=x, t=t: oracles.error(net, x[None], t[None], error, 0.0, w), net.weights)
        F += np.outer(g, g) / len(X)
    F = F[np.ix_(net.mask, net.mask)]
    return F + (ALPHA * np.trace(F) / len(F) + DECAY) * np.eye(len(F))


def least_rise(F, w, gone):
    """The weights (k,) of least (w' - w)^T F (w' - w) / 2 with these at zero, solved for anew; that rise."""
    kept, move = np.setdiff1d(np.arange(len(w)), gone), np.zeros(len(w))
    move[gone] = -w[gone]
    move[kept] = -np.linalg.solve(F[np.ix_(kept, kept)], F[np.ix_(kept, gone)] @ move[gone])
    return w + move, move @ F @ move / 2


def looking(net, X, T, error):
    method = WoodFisher(ALPHA)
    method.look(net, Cost(X, T, error, DECAY))
    return method


@PROBLEMS
def test_saliencies_and_answers_are_those_of_the_least_rise_by_the_fisher(error, output):
    net, X, T = oracles.problem((3, 4, 2), output=output)
    F, method, active = fisher(net, X, T, error), looking(net, X, T, error), np.flatnonzero(net.mask)
    saliency = method.saliency(net)
    assert np.isinf(saliency[~net.mask]).all() and (~net.mask).any()
    expected = [least_rise(F, net.weights[net.mask], [k])[1] for k in range(len(F))]
    np.testing.assert_allclose(saliency[net.mask], expected, rtol=1e-9)
    pair = [3, 7]
    assert method.group_saliency(net, active[pair]) == pytest.approx(least_rise(F, net.weights[net.mask], pair)[1])
    before = net.weights[net.mask]
    for k in pair:
        method.delete(net, int(active[k]))
    np.testing.assert_allclose(net.weights[active], least_rise(F, before, pair)[0], atol=1e-11)


@PROBLEMS
def test_it_is_the_recursion_of_1993_fed_with_gradients(error, output):
    net, X, T = oracles.problem((3, 4, 2), output=output, deleted=0)
    rows = pattern_gradients(net, X, T, error)
    expected = recursion(rows, ALPHA * np.square(rows).mean(), len(X))
    np.testing.assert_allclose(inverse_fisher(rows, ALPHA, 0.0), expected, rtol=1e-10, atol=1e-10 * expected.max())
    twice = inverse_fisher(2 * rows, ALPHA, 0.0)
    np.testing.assert_allclose(4 * twice, expected, rtol=1e-10, atol=1e-10 * expected.max())  # for any scale of errors


def test_over_the_targets_that_the_network_expects_it_is_the_hessian():
    """Each class as often as its output says: sum_c p_c g_c g_c^T is the Gauss-Newton Hessian, pattern by pattern."""
    net, X, _ = oracles.problem((3, 4, 3), output="softmax", deleted=0)
    total, O = np.zeros((net.n, net.n)), net.outputs(X)
    for c, one in enumerate(np.eye(3)):
        rows = pattern_gradients(net, X, np.tile(one, (len(X), 1)), "cross-entropy") * np.sqrt(O[:, [c]])
        total += rows.T @ rows / len(X)
    np.testing.assert_allclose(total, hessian(net, X, O, "gauss-newton", "cross-entropy"), atol=1e-13)


def test_a_network_that_fits_every_pattern_has_no_fisher():
    """All gradients are zero: what is left of F is alpha, and of the saliencies the sizes of the weights."""
    net, X, _ = oracles.problem((3, 4, 2), output="linear", deleted=0)
    method = WoodFisher(ALPHA)
    method.look(net, Cost(X, net.outputs(X)))
    np.testing.assert_allclose(method.saliency(net), ALPHA * net.weights**2 / 2, rtol=1e-10)
    assert np.trace(hessian(net, X, net.outputs(X))) > 1


def test_gradients_that_overflow_end_the_path():
    net = MLP((2, 1), output="linear", seed=0)
    X = np.array([[1e160, 1.0], [1.0, 2.0]])
    assert prune(net, X, np.zeros((2, 1)), WoodFisher()).ended_by == "divergence"


def test_a_damping_is_a_number_above_zero():
    with pytest.raises(ValueError, match="^alpha: expected a finite number above 0"):
        WoodFisher(0.0)
