"""harang2023.py: the damage of a unit by deletion, by dropout masks, by merging; and the study that compares them."""

import numpy as np
import oracles
import pytest

from classicnets import (
    MLP,
    Cost,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    RandomChoice,
    RecurrentNetwork,
    checks,
    prune,
)
from classicnets.pruning.harang2023 import DropoutDamage, Merging, OutgoingNorm, TrueDamage

DEEP = (4, 5, 6, 3)


def looked(method, net, X, T, **options):
    """The method, after a look."""
    method.look(net, Cost(X, T, **options))
    return method


def by_hand(net, X, T, gone):
    """The error of the naive twin when all weights of these hidden units, numbered through all layers, are zero."""
    weights, starts = net.weights.copy(), np.cumsum([0, *net.sizes[1:-1]])
    matrices = net.views(weights)
    for unit in gone:
        layer = int(np.searchsorted(starts, unit, side="right")) - 1
        matrices[layer][unit - starts[layer]] = 0
        matrices[layer + 1][:, unit - starts[layer]] = 0
    return oracles.error(net, X, T, "squared", weights=weights)


# -- the truth --------------------------------------------------------------------------------------------------------


def test_true_damage_is_the_error_of_the_naive_twin_without_the_unit():
    net, X, T = oracles.problem(DEEP, output="linear")
    found = [looked(TrueDamage(), net, X, T).group_saliency(net, g[net.mask[g]]) for g in net.hidden_units()]
    expected = [by_hand(net, X, T, [unit]) - by_hand(net, X, T, []) for unit in range(11)]
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_what_deletion_costs_is_what_was_predicted_and_no_other_unit_would_cost_less():
    """Unit after unit, through the one loop."""
    net, X, T = oracles.problem((4, 6, 2), deleted=0)
    path = prune(net, X, T, TrueDamage(), groups=net.hidden_units(), keep_orphans=True)
    steps = path[1:]
    assert len(steps) == 6 and all(step.predicted == pytest.approx(step.actual, abs=1e-13) for step in steps)
    for before, step in zip(path, steps, strict=False):
        net.mask = before.mask
        net.weights = before.weights
        left = [group[net.mask[group]] for group in net.hidden_units() if net.mask[group].any()]
        damages = [looked(TrueDamage(), net, X, T).group_saliency(net, group) for group in left]
        assert step.actual == pytest.approx(min(damages), abs=1e-13)


def test_single_weights_have_a_true_damage_too():
    net, X, T = oracles.problem((3, 4, 2))
    found = looked(TrueDamage(), net, X, T, weight_decay=0.1).saliency(net)
    before = oracles.error(net, X, T, "squared", 0.1)
    for q in range(net.n):
        weights = net.weights.copy()
        weights[q] = 0
        assert found[q] == pytest.approx(oracles.error(net, X, T, "squared", 0.1, weights) - before, abs=1e-13)


# -- the estimates ----------------------------------------------------------------------------------------------------


def test_outgoing_norm_is_of_what_leads_away_alone():
    net, X, T = oracles.problem(DEEP, deleted=0)
    method = looked(OutgoingNorm(), net, X, T)
    norms = [np.sqrt((net.matrices[1][:, 2] ** 2).sum()), np.sqrt((net.matrices[2][:, 4] ** 2).sum())]
    units = net.hidden_units()
    assert [method.group_saliency(net, units[q]) for q in (2, 9)] == pytest.approx(norms)
    both = np.union1d(units[2], units[9])
    assert method.group_saliency(net, both) == pytest.approx(sum(norms))


@pytest.mark.parametrize("method", [OutgoingNorm(), DropoutDamage(masks=20, seed=0), Merging()], ids=repr)
def test_weights_that_silence_no_unit_are_never_chosen(method):
    """Neither single ones nor groups: nor what leads into a unit, nor all but one of what leads away."""
    net, X, T = oracles.problem((4, 5, 2), deleted=0)
    looked(method, net, X, T)
    incoming, both = np.arange(5), net.hidden_units()[0]
    assert method.group_saliency(net, incoming) == np.inf == method.group_saliency(net, both[:-1])
    assert np.isfinite(method.group_saliency(net, both))
    path = prune(net, X, T, method)
    assert len(path) == 1 and path.ended_by == "saliency"


def additive(units=5):
    """A network each of whose units speaks for one pattern alone: the errors of deletions add up."""
    net = MLP((units, units, 2), hidden="relu", output="linear", seed=3)
    first, second = (matrix.copy() for matrix in net.matrices)
    first[:], second[:, -1] = np.column_stack([np.eye(units), np.zeros(units)]), 0
    net.matrices = [first, second]
    return net, np.eye(units), np.random.default_rng(0).normal(size=(units, 2))


@pytest.mark.parametrize("share", [0.1, 0.6])
def test_where_damages_add_up_dropout_masks_say_them_exactly(share):
    net, X, T = additive()
    units = net.hidden_units()
    true, method = looked(TrueDamage(), net, X, T), looked(DropoutDamage(share, 60, seed=1), net, X, T)
    found = [method.group_saliency(net, unit) for unit in units]
    np.testing.assert_allclose(found, [true.group_saliency(net, unit) for unit in units], atol=1e-13)


def test_dropout_masks_are_fitted_by_least_squares():
    """The normal equations of the masks that the same seed draws, the errors those of the naive twin."""
    net, X, T = oracles.problem(DEEP, output="linear", deleted=0)
    method = looked(DropoutDamage(0.3, 40, seed=5), net, X, T)
    dropped = np.random.default_rng(5).random((40, 11)) < 0.3
    errors = np.array([by_hand(net, X, T, np.flatnonzero(row)) for row in dropped])
    A = np.column_stack([np.ones(40), dropped])
    fitted = np.linalg.solve(A.T @ A, A.T @ errors)[1:]
    found = [method.group_saliency(net, unit) for unit in net.hidden_units()]
    np.testing.assert_allclose(found, fitted, rtol=1e-8)


def with_twin(slope, constant, hidden="tanh"):
    """A network in which unit 3 of the second hidden layer says slope times what unit 1 does, and a constant."""
    net, X, T = oracles.problem((4, 5, 6, 3), hidden, "linear", deleted=0, patterns=30, seed=4)
    matrices = [matrix.copy() for matrix in net.matrices]
    matrices[1][3] = slope * matrices[1][1]
    matrices[1][3, -1] += constant
    net.matrices = matrices
    return net, X, T


@pytest.mark.parametrize(
    "slope, constant, hidden",
    [(1, 0, "tanh"), (-1, 0, "tanh"), (2.5, 0, "relu"), (0.5, 3, "linear"), (0, 0.7, "tanh")],
    ids=["equal", "opposite", "proportional", "affine", "constant"],
)
def test_merging_is_exact_where_outputs_are_equal_or_affinely_dependent(slope, constant, hidden):
    net, X, T = with_twin(slope, constant, hidden)
    before, units = net.outputs(X), net.hidden_units()
    path = prune(net, X, T, Merging(), groups=units)
    smaller = path.network(1)
    assert set(path[1].deleted) in (set(units[8]), set(units[6]))  # of a pair one goes
    np.testing.assert_allclose(smaller.outputs(X), before, atol=1e-12)
    silent = net.copy()
    silent.delete(path[1].deleted)
    assert np.abs(silent.outputs(X) - before).max() > 0.1  # which deletion alone is not


def test_what_takes_a_unit_over_is_fitted_by_least_squares():
    """Outgoing weights and biases above move as a polynomial of degree one says; the most correlated pair goes."""
    net, X, T = oracles.problem((4, 6, 3), output="linear", deleted=0, patterns=40)
    z = net.layers(X)[1][:, :-1]
    r = np.abs(np.corrcoef(z.T)) - np.eye(6)
    pair = np.unravel_index(np.argmax(r), r.shape)
    method = looked(Merging(), net, X, T)
    found = [method.group_saliency(net, unit) for unit in net.hidden_units()]
    np.testing.assert_allclose(found, 1 - r.max(axis=0), atol=1e-12)
    slope, constant = np.polyfit(z[:, pair[1]], z[:, pair[0]], 1)
    expected = net.matrices[1].copy()
    expected[:, pair[1]] += slope * expected[:, pair[0]]
    expected[:, -1] += constant * expected[:, pair[0]]
    expected[:, pair[0]] = 0
    path = prune(net, X, T, Merging(), groups=net.hidden_units())
    np.testing.assert_allclose(path.network(1).matrices[1], expected, atol=1e-12)
    assert not path.network(1).matrices[0][pair[0]].any()


def test_the_last_unit_of_a_layer_leaves_its_mean():
    net, X, T = oracles.problem((4, 1, 3), output="linear", deleted=0)
    mean = net.outputs(X).mean(axis=0)
    smaller = prune(net, X, T, Merging(), groups=net.hidden_units()).network()
    np.testing.assert_allclose(smaller.outputs(X), np.tile(mean, (len(X), 1)), atol=1e-12)


def test_nothing_is_taken_over_by_what_is_deleted():
    """Neither by deleted weights above nor by units that are gone."""
    net, X, T = oracles.problem(DEEP, deleted=0.3)
    path = prune(net, X, T, Merging(), groups=net.hidden_units(), at_once=3)
    for step in path[1:]:
        assert not step.weights[~net.mask].any() and not (step.mask & ~net.mask).any()
    assert path[-1].mask.sum() <= 3 and path.ended_by == "size"


def test_at_random_large_units_go_as_often_as_small_ones():
    """Of 400 choices between a group of two and one of twelve weights about half take each."""
    net, method = MLP((3, 4, 2)), RandomChoice(0)
    small = sum(method.group_saliency(net, [0, 1]) < method.group_saliency(net, np.arange(4, 16)) for _ in range(400))
    assert 150 < small < 250


def test_what_the_surgeon_and_damage_say_of_units_goes_through_the_same_loop():
    net, X, T = oracles.problem((4, 5, 2), deleted=0)
    for method in (OptimalBrainDamage("gauss-newton"), OptimalBrainSurgeon(1e-2), OutgoingNorm(), Merging()):
        path = prune(net, X, T, method, groups=net.hidden_units(), at_once=2, weight_decay=0.1)
        assert [step.n_active for step in path] == [37, 23, 9, 2]


def test_networks_without_layers_of_units_are_refused():
    net, X, T = oracles.problem((3, 4, 2), kind=RecurrentNetwork)
    with pytest.raises(TypeError, match="^net: expected an MLP"):
        looked(Merging(), net, X, T)
    with pytest.raises(ValueError, match="^share: expected less than 1; got 1"):
        DropoutDamage(1)


# -- several at once, and those that are silent -----------------------------------------------------------------------


@pytest.mark.parametrize("method", [DropoutDamage(0.5, 40, seed=0), Merging()], ids=repr)
def test_a_unit_that_says_nothing_any_more_is_worth_nothing_to_delete(method):
    """Its incoming weights are left, and they silence no unit."""
    net, X, T = oracles.problem((4, 5, 2), deleted=0)
    unit = net.hidden_units()[2]
    net.delete(unit[5:])
    looked(method, net, X, T)
    assert method.group_saliency(net, unit[:5]) == np.inf


def test_of_two_units_that_go_together_neither_takes_over_the_other():
    """Three that say the same: the third takes over what both have said, though each is closest to the other."""
    net, X, T = with_twin(1, 0)
    matrices = [matrix.copy() for matrix in net.matrices]
    matrices[1][4] = matrices[1][1]
    net.matrices = matrices
    units, before = net.hidden_units(), net.outputs(X)
    path = prune(net, X, T, Merging(), groups=[np.union1d(units[5 + 1], units[5 + 3])])
    np.testing.assert_allclose(path.network().outputs(X), before, atol=1e-12)


def test_what_dropout_masks_say_is_a_prediction():
    net, X, T = additive()
    path = prune(net, X, T, DropoutDamage(0.3, 60, seed=1), groups=net.hidden_units(), keep_orphans=True)
    assert all(step.predicted == pytest.approx(step.actual, abs=1e-12) for step in path[1:]) and len(path) == 6


def test_costs_that_overflow_under_a_mask_are_refused():
    """Two units that make up for each other: one alone says too much."""
    net = MLP((1, 2, 1), "linear", "linear", seed=0)
    net.weights = [1.0, 0.0, 1.0, 0.0, 1e200, -1e200, 0.0]
    with pytest.raises(checks.Diverged, match="^net: expected finite errors without some units"):
        looked(DropoutDamage(0.5, 20, seed=0), net, np.ones((3, 1)), np.zeros((3, 1)))
