"""Layer-wise OBS: eq. 6 against the constrained minimum, its two forms against their definitions, pruning by layers."""

import numpy as np
import pytest

from classicnets import (
    MLP,
    Cost,
    LayerwiseDamage,
    LayerwiseSurgeon,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    RandomChoice,
    checks,
    inverse_hessian,
    layer_errors,
    least_squares,
    prune,
    prune_layers,
    recursion,
)
from classicnets.layerwise import layer_hessian, layer_inputs, layer_inverse
from classicnets.pruning.harang2023 import OutgoingNorm

X = np.random.default_rng(0).normal(size=(60, 5)) @ (np.eye(5) + 0.5)  # correlated, or nothing has an answer
NET = MLP((5, 6, 4, 3), hidden="tanh", output="linear", seed=0)
LOOKED = Cost(X, NET.outputs(X))
ALPHA = 1e-9  # so little that what is exact without it is exact to 1e-6
PLACES = NET.views(np.arange(NET.n))
LAYERS = pytest.mark.parametrize("layer", range(3))
FORMS = pytest.mark.parametrize("shrinking", [True, False])


def looked(method, net=NET):
    method.look(net, LOOKED)
    return method


# -- one weight -------------------------------------------------------------------------------------------------------


@FORMS
@LAYERS
def test_a_weights_answer_is_the_constrained_minimum_and_its_saliency_the_rise(layer, shrinking):
    """By Lagrange's equations, Psi dw + lambda e_q = 0 and dw_q = -w_q; the rise on the house's scale, without a 2."""
    net, method = NET.copy(), looked(LayerwiseSurgeon(ALPHA, shrinking))
    unit, q = 1, 3
    index, psi = PLACES[layer][unit, q], layer_hessian(net, X, layer)
    e = np.eye(len(psi))[q]
    system = np.block([[psi, e[:, None]], [e[None], np.zeros((1, 1))]])
    dw = np.linalg.solve(system, np.append(np.zeros(len(psi)), -net.weights[index]))[:-1]
    saliency = method.saliency(net)[index]
    method.delete(net, index)
    moved = net.weights - NET.weights
    np.testing.assert_allclose(moved[PLACES[layer][unit]], dw, atol=1e-6)
    assert np.count_nonzero(moved) == np.count_nonzero(dw), "only its own unit answers"
    errors = layer_errors(NET, net, X)
    assert errors[layer] == pytest.approx(saliency, rel=1e-5) == pytest.approx(dw @ psi @ dw / 2, rel=1e-5)
    assert np.count_nonzero(errors) == 1


def test_on_one_linear_layer_it_is_optimal_brain_surgeon():
    """Where a network has one layer, of linear units, the layer's error is the network's: same saliencies, same end."""
    net = MLP((5, 3), output="linear", seed=1)
    T = net.outputs(X)
    paths = [
        prune(net, X, T, method, down_to=9, keep_orphans=True)
        for method in (LayerwiseSurgeon(1e-6), OptimalBrainSurgeon(1e-6))
    ]
    assert [step.deleted for step in paths[0]] == [step.deleted for step in paths[1]]
    np.testing.assert_allclose(paths[0][-1].weights, paths[1][-1].weights, atol=1e-9)


@LAYERS
def test_the_recursion_gives_the_layers_inverse(layer):
    """The layer's input of pattern j both above and below the line, where the paper prints y_j and y_j+1."""
    rows = layer_inputs(NET, X, layer)
    np.testing.assert_allclose(recursion(rows, 0.01, len(X)), layer_inverse(NET, X, layer, 0.01), atol=1e-9)


def test_the_layers_inverse_is_not_the_networks():
    """What a layer-wise answer leaves out: the true inverse Hessian couples the layers and weighs the outputs."""
    B = inverse_hessian(NET, X, LOOKED.T, 0.01)
    block = B[np.ix_(PLACES[0][0], PLACES[0][0])]
    assert np.abs(block - layer_inverse(NET, X, 0, 0.01)).max() > 0.1 * np.abs(block).max()


# -- several weights of a unit ----------------------------------------------------------------------------------------


def one_after_another(order, shrinking):
    net, method = NET.copy(), looked(LayerwiseSurgeon(ALPHA, shrinking))
    for q in order:
        method.delete(net, int(q))
    return net


@LAYERS
def test_with_a_shrinking_inverse_all_orders_come_to_the_least_squares_of_what_is_left(layer):
    gone = PLACES[layer][2, [0, 2, 3]]
    there = np.delete(np.arange(NET.shapes[layer][1]), [0, 2, 3])
    z = layer_inputs(NET, X, layer)
    wanted = np.linalg.lstsq(z[:, there], z @ NET.matrices[layer][2], rcond=None)[0]
    for order in (gone, gone[::-1], gone[[1, 2, 0]]):
        net = one_after_another(order, True)
        np.testing.assert_allclose(net.matrices[layer][2, there], wanted, atol=1e-6)
        assert not net.weights[gone].any()
    mask = np.ones(NET.n, dtype=bool)
    mask[gone] = False
    np.testing.assert_allclose(least_squares(NET, X, mask, ALPHA).weights, net.weights, atol=1e-9)


def papers_way(w, B, gone):
    """Eq. 6 again and again with the same inverse, what is deleted zeroed in the end; and how far off zero it was."""
    w = w.copy()
    for q in gone:
        w += -w[q] / B[q, q] * B[:, q]
    off = w[list(gone)].copy()
    w[list(gone)] = 0
    return w, off


@LAYERS
def test_the_papers_inverse_never_shrinks_and_pushes_deleted_weights_off_zero(layer):
    """They are zeroed again, in the end; all in all it is one sweep of Gauss & Seidel, whose limit is the right one."""
    order, B, w = [3, 0, 2], layer_inverse(NET, X, layer, ALPHA), NET.matrices[layer][2]
    wanted, off = papers_way(w, B, order)
    assert np.abs(off).max() > 1e-3
    method, net = looked(LayerwiseSurgeon(ALPHA, shrinking=False)), NET.copy()
    method._delete_together(net, PLACES[layer][2, order])
    np.testing.assert_allclose(net.matrices[layer][2], wanted, atol=1e-12)
    c = np.linalg.solve(np.tril(B[np.ix_(order, order)]), w[order])
    np.testing.assert_allclose(np.delete(w - B[:, order] @ c, order), np.delete(wanted, order), atol=1e-9)
    for _ in range(500):  # further sweeps
        for i, q in enumerate(order):
            c[i] += (w[q] - B[q, order] @ c) / B[q, q]
    right = one_after_another(PLACES[layer][2, order], True).matrices[layer][2]
    np.testing.assert_allclose(w - B[:, order] @ c, right, atol=1e-6)


@LAYERS
def test_least_squares_on_the_same_mask_never_loses_more(layer):
    for shrinking in (True, False):
        keep = [0.5 if other == layer else 1.0 for other in range(3)]
        smaller = prune_layers(NET, X, LayerwiseSurgeon(ALPHA, shrinking), keep)
        error = layer_errors(NET, smaller, X)[layer]
        best = layer_errors(NET, least_squares(NET, X, smaller.mask, ALPHA), X)[layer]
        assert best == pytest.approx(error, rel=1e-5) if shrinking else best < 0.95 * error


@FORMS
def test_the_saliency_of_several_is_what_their_answer_costs_their_layers(shrinking):
    group = np.array([*PLACES[0][1, [0, 4]], *PLACES[1][2, [1, 3]]])
    method, net = looked(LayerwiseSurgeon(ALPHA, shrinking)), NET.copy()
    worth = method.group_saliency(net, group)
    net.delete(group)
    if shrinking:
        net = least_squares(NET, X, net.mask, ALPHA)
    else:
        net = prune(NET, X, LOOKED.T, method, groups=[group], keep_orphans=True).network()
    assert worth == pytest.approx(layer_errors(NET, net, X).sum(), rel=1e-5) and worth > 0


@FORMS
def test_what_was_deleted_before_is_out_of_the_shrinking_inverse_alone(shrinking):
    net = NET.copy()
    net.delete(PLACES[0][1, :2])
    L = LayerwiseSurgeon(ALPHA, shrinking)
    L.look(net, LOOKED)
    psi = layer_hessian(net, X, 0)
    left = np.arange(2, 6) if shrinking else np.arange(6)
    B = np.linalg.inv(psi[np.ix_(left, left)])
    wanted = net.matrices[0][1, 2:] ** 2 / (2 * np.diag(B)[-4:])
    np.testing.assert_allclose(L.saliency(net)[PLACES[0][1]], [np.inf, np.inf, *wanted], rtol=1e-5)


# -- layer-wise OBD ---------------------------------------------------------------------------------------------------


def test_damage_is_the_rise_of_the_layers_error_when_nothing_answers():
    method = looked(LayerwiseDamage())
    saliency = method.saliency(NET)
    for index in (0, 7, PLACES[1][3, 2], PLACES[2][1, 4]):
        net = NET.copy()
        method.delete(net, int(index))
        assert layer_errors(NET, net, X).sum() == pytest.approx(saliency[index], rel=1e-9)
    deleted = prune(NET, X, LOOKED.T, LayerwiseDamage(), at_once=7, down_to=NET.n - 7)[1].deleted
    assert list(deleted) == np.argsort(saliency)[:7].tolist()


# -- steps, and layer by layer ----------------------------------------------------------------------------------------


@FORMS
def test_a_step_takes_the_least_salient_of_its_look_and_lets_the_others_answer(shrinking):
    method = looked(LayerwiseSurgeon(ALPHA, shrinking))
    order = np.argsort(method.saliency(NET))[:20]
    step = prune(NET, X, LOOKED.T, method, at_once=20, down_to=NET.n - 20, keep_orphans=True)[1]
    assert step.deleted == tuple(order)
    net = NET.copy()
    method._delete_together(net, order)
    assert np.array_equal(step.weights, net.weights) and np.isnan(step.predicted)
    one_by_one = prune(NET, X, LOOKED.T, method, down_to=NET.n - 20, keep_orphans=True)
    assert [step.n_active for step in one_by_one] == list(range(NET.n, NET.n - 21, -1))


def test_units_of_one_mask_share_their_inverse(monkeypatch):
    """One inverse a layer for the whole network, the paper's point: 3, not 13."""
    from classicnets.pruning import dong2017

    calls = []
    monkeypatch.setattr(dong2017, "psi_inverse", lambda H: calls.append(1) or np.linalg.inv(H))
    looked(LayerwiseSurgeon()).saliency(NET)
    assert len(calls) == 3
    calls.clear()
    looked(LayerwiseSurgeon(shrinking=False)).saliency(NET)
    assert len(calls) == 3


@pytest.mark.parametrize("method", [LayerwiseSurgeon(), LayerwiseDamage(), Magnitude(), RandomChoice(0)])
def test_each_layer_is_pruned_to_its_share_by_what_its_weights_were_worth_in_the_whole_network(method):
    keep = (0.5, 0.25, 0.8)
    smaller = prune_layers(NET, X, method, keep)
    assert [np.count_nonzero(m) for m in smaller.mask_matrices] == [18, 7, 12]
    assert NET.mask.all(), "the network itself stays as it was"
    if not isinstance(method, RandomChoice):
        worth = looked(method).saliency(NET)
        for place, share in zip(PLACES, keep, strict=True):
            gone = place.ravel()[np.argsort(worth[place.ravel()])][: place.size - round(share * place.size)]
            assert not smaller.mask[gone].any()
    if not isinstance(method, LayerwiseSurgeon):
        assert np.array_equal(smaller.weights, np.where(smaller.mask, NET.weights, 0))


def test_biases_may_be_kept_and_then_are_not_counted():
    smaller = prune_layers(NET, X, LayerwiseSurgeon(), (0.5, 0.5, 0.5), keep_biases=True)
    assert smaller.mask[NET.is_bias].all()
    assert [np.count_nonzero(m[:, :-1]) for m in smaller.mask_matrices] == [15, 12, 6]
    again = prune_layers(smaller, X, LayerwiseSurgeon(), (0.2, 0.9, 0.5), keep_biases=True)
    assert [np.count_nonzero(m[:, :-1]) for m in again.mask_matrices] == [6, 12, 6], "shares of all there ever were"


def test_what_does_not_fit_is_refused():
    with pytest.raises(TypeError, match="^method: expected a LayerwiseSurgeon, or a method whose other"):
        prune_layers(NET, X, OptimalBrainSurgeon(), (0.5, 0.5, 0.5))
    for keep in ((0.5, 0.5), 0.5, (0.5, 0.5, 1.5), (0.5, -0.1, 0.5)):
        with pytest.raises(ValueError, match="^keep: "):
            prune_layers(NET, X, Magnitude(), keep)
    with pytest.raises(TypeError, match="^net: expected an MLP"):
        prune_layers(X, X, Magnitude(), (0.5,))
    with pytest.raises(ValueError, match="^alpha: expected enough to be seen"):
        prune_layers(NET, np.zeros((9, 5)), LayerwiseSurgeon(1e-320, False), (0.5, 0.5, 0.5))


STEPPING = pytest.mark.parametrize("method", [LayerwiseSurgeon(), LayerwiseSurgeon(shrinking=False), LayerwiseDamage()])


@STEPPING
def test_what_is_gone_is_not_chosen_again_and_what_is_no_candidate_never(method):
    """A deleted weight costs nothing by layer-wise OBD: it would be the cheapest of all."""
    options = {"keep_orphans": True, "at_once": 5}
    path = prune(NET, X, LOOKED.T, method, candidates=range(8), **options)
    assert [step.n_active for step in path] == [NET.n, NET.n - 5, NET.n - 8]
    assert sorted(q for step in path[1:] for q in step.deleted) == list(range(8))
    groups = prune(NET, X, LOOKED.T, method, groups=[[0, 1], [1], [1, 2], [2, 3]], **options | {"at_once": 1})
    assert sorted(q for step in groups[1:] for q in step.deleted) == list(range(4))


@FORMS
def test_an_answer_that_overflows_is_refused(shrinking):
    """Weights that are as large as numbers are, one of which the others should take over."""
    net = MLP((5, 1), output="linear", seed=0)
    net.weights = np.full(net.n, 1.7e308)
    method = LayerwiseSurgeon(1e-2, shrinking)
    method.look(net, Cost(np.ones((9, 5)), np.zeros((9, 1))))
    with pytest.raises(checks.Diverged, match="^alpha: expected enough to be seen"):
        method.delete(net, 0)


def test_pruning_by_layers_takes_its_own_outputs_for_targets_and_leaves_the_method_as_it_was():
    keep = (0.5, 0.5, 0.5)
    chosen = prune_layers(NET, X, OptimalBrainDamage("exact"), keep)
    for T, same in ((LOOKED.T, True), (0 * LOOKED.T, False)):
        method = OptimalBrainDamage("exact")
        method.look(NET, Cost(X, T))
        worth = method.saliency(NET)
        kept = [place.ravel()[np.argsort(worth[place.ravel()])][place.size // 2 :] for place in PLACES]
        assert (set(np.concatenate(kept)) == set(np.flatnonzero(chosen.mask))) == same
    method = RandomChoice(0)
    masks = [prune_layers(NET, X, method, keep).mask for _ in range(2)]
    assert np.array_equal(*masks)


def test_a_method_that_knows_of_units_alone_is_refused():
    with pytest.raises(
        ValueError, match="^method: expected one that says what 39 weights are worth.*, by which 0 may go"
    ):
        prune_layers(NET, X, OutgoingNorm(), (0.5, 0.5, 0.5))
