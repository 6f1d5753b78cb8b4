"""Optimal Brain Compression, GPTQ and SparseGPT against brute force: least squares anew for each weight that goes."""

import numpy as np
import pytest

from classicnets import MLP, Cost, OptimalBrainCompression, OptimalBrainSurgeon, prune
from classicnets.layerwise import damped_psi, layer_inputs, psi_inverse
from classicnets.pruning import frantar2023
from classicnets.pruning.frantar2022 import cheapest, prune_by_traces, quantize_greedily
from classicnets.pruning.frantar2023 import by_cholesky, by_columns, gptq, sparse_gpt
from classicnets.quantization import unit_grid
from classicnets.shrinking import ShrinkingInverse

RNG = np.random.default_rng(3)
MIX = RNG.normal(size=(6, 6))
X = RNG.normal(size=(50, 6)) @ MIX / 2  # inputs that go together, or no weight would answer
ALPHA = 0.1
CLOSE = {"rtol": 1e-12, "atol": 1e-12}


def net(sizes=(6, 5, 3), deleted=slice(0)):
    net = MLP(sizes, hidden="relu", output="linear", seed=1)
    net.weights = np.random.default_rng(4).normal(size=net.n)
    net.delete(deleted)
    return net


NET = net()
# Enough holes that answers would bring deleted weights back: to another level, or past others of their block.
WITH_HOLES, FULL_OF_HOLES = (net(deleted=np.random.default_rng(seed).random(53) < 0.4) for seed in (1, 9))


class LeastSquares:
    """A layer by brute force: whatever is fixed, the other weights of a unit are solved for anew, by least squares.

    The error of a unit is |Z (w - w0)|^2 / 2P + alpha m |w - w0|^2 / 2: the damping is a decay towards the old weights.
    It shares nothing with the library but the layer's inputs.
    """

    def __init__(self, network, layer, alpha=ALPHA):
        Z, self.matrix = layer_inputs(network, X, layer), np.array(network.matrices[layer])
        scale = np.sqrt(alpha * np.square(Z).mean())
        self.rows = np.vstack([Z / np.sqrt(len(Z)), scale * np.eye(Z.shape[1])])
        self.there = np.array(network.mask_matrices[layer])

    def answer(self, unit, fixed):
        """The weights of a unit with these values {index: value} and the least error; that error."""
        w, free = self.matrix[unit].copy(), [q for q in np.flatnonzero(self.there[unit]) if q not in fixed]
        for q, value in fixed.items():
            w[q] = value
        wanted = self.rows @ (self.matrix[unit] - np.where(np.isin(np.arange(len(w)), free), 0, w))
        if free:
            w[free] = np.linalg.lstsq(self.rows[:, free], wanted, rcond=None)[0]
        return w, np.sum((self.rows @ (w - self.matrix[unit])) ** 2) / 2

    def greedy(self, unit, values, reach=np.inf):
        """Each weight at its value, the cheapest next one by trying all of them: weights, order and what each costs."""
        w, fixed, order, costs, before = self.matrix[unit], {}, [], [], 0.0
        while left := [q for q in np.flatnonzero(self.there[unit]) if q not in fixed]:
            goals = values(w)
            far = [q for q in left if abs(w[q] - goals[q]) > reach]
            rise, q = min((self.answer(unit, fixed | {q: goals[q]})[1], q) for q in far or left)
            fixed[q] = goals[q]
            order.append(q), costs.append(rise - before)
            w, before = self.answer(unit, fixed)
        return w, order, costs


def after(network, layer, change):
    """The network with this layer's matrix and mask changed, for the next layer to see."""
    network, matrices, masks = network.copy(), list(network.matrices), list(network.mask_matrices)
    matrices[layer], masks[layer] = change
    network.mask = np.concatenate([np.ravel(mask) for mask in masks])
    network.matrices = [np.array(matrix) for matrix in matrices]
    return network


def layer_after_layer(network, change):
    for layer in range(len(network.shapes)):
        network = after(network, layer, change(LeastSquares(network, layer)))
    return network


# -- Optimal Brain Compression ----------------------------------------------------------------------------------------


def pruned_by_force(layer, left):
    """The cheapest next weight of all units, until a share is left."""
    traces, taken = [layer.greedy(unit, np.zeros_like)[1:] for unit in range(len(layer.matrix))], {}
    for _ in range(layer.there.sum() - int(np.ceil(left * layer.there.sum()))):
        heads = [(costs[taken.get(u, 0)], u) for u, (_, costs) in enumerate(traces) if taken.get(u, 0) < len(costs)]
        _, unit = min(heads)
        taken[unit] = taken.get(unit, 0) + 1
    matrix, mask = layer.matrix.copy(), layer.there.copy()
    for unit, number in taken.items():
        gone = traces[unit][0][:number]
        matrix[unit], mask[unit, gone] = layer.answer(unit, dict.fromkeys(gone, 0.0))[0], False
    return matrix, mask


@pytest.mark.parametrize("network", [NET, WITH_HOLES], ids=["whole", "with holes"])
@pytest.mark.parametrize("left", [0.7, 0.3])
def test_a_layer_pruned_by_traces_is_what_least_squares_anew_for_each_weight_makes(network, left):
    expected = layer_after_layer(network, lambda layer: pruned_by_force(layer, left))
    ours = prune_by_traces(network, X, left, ALPHA)
    np.testing.assert_array_equal(ours.mask, expected.mask)
    np.testing.assert_allclose(ours.weights, expected.weights, **CLOSE)
    assert ours.n_active == sum(int(np.ceil(left * mask.sum())) for mask in network.mask_matrices)


def test_the_method_deletes_in_the_loop_what_traces_choose_for_a_layer():
    """The same weights and the same answers, whether the loop asks for the least saliency or the traces are merged."""
    one = net((6, 5))
    path = prune(
        one, X, np.zeros((50, 5)), OptimalBrainCompression(ALPHA), at_once=one.n, down_to=0.4, keep_orphans=True
    )
    traced = prune_by_traces(one, X, 0.4, ALPHA)
    np.testing.assert_array_equal(path.network().mask, traced.mask)
    np.testing.assert_allclose(path.network().weights, traced.weights, **CLOSE)
    force = layer_after_layer(one, lambda layer: pruned_by_force(layer, 0.4))
    np.testing.assert_allclose(path.network().weights, force.weights, **CLOSE)


@pytest.mark.parametrize("network", [NET, WITH_HOLES], ids=["whole", "with holes"])
def test_saliencies_are_what_the_layers_own_error_rises_by(network):
    method = OptimalBrainCompression(ALPHA)
    method.look(network, Cost(X, np.zeros((50, 3))))
    saliency, group, begin = method.saliency(network), np.flatnonzero(network.mask)[[1, 2, 6, -3]], 0
    assert np.isinf(saliency[~network.mask]).all()
    together = 0.0
    for layer, matrix in enumerate(network.matrices):
        force = LeastSquares(network, layer)
        for unit, w in enumerate(matrix):
            for q in np.flatnonzero(force.there[unit]):
                assert saliency[begin + q] == pytest.approx(force.answer(unit, {q: 0.0})[1], rel=1e-10)
            together += force.answer(unit, {q: 0.0 for q in range(len(w)) if begin + q in group})[1]
            begin += len(w)
    assert method.group_saliency(network, group) == pytest.approx(together, rel=1e-10)


def test_saliencies_are_brought_up_to_date_by_each_deletion():
    """Of those left what the error rises by on top of what it has risen, all that are gone being fixed."""
    one, method = net((6, 5)), OptimalBrainCompression(ALPHA)
    force, fixed, before = LeastSquares(one, 0), {}, 0.0
    method.look(one, Cost(X, np.zeros((50, 5))))
    for q in (15, 17, 19, 14):  # of the third unit
        method.delete(one, q)
        fixed[q - 14], saliency = 0.0, method.saliency(one)
        w, before = force.answer(2, fixed)
        np.testing.assert_allclose(one.matrices[0][2], w, **CLOSE)
        for left in np.flatnonzero(one.mask[14:21]):
            expected = force.answer(2, fixed | {left: 0.0})[1] - before
            assert saliency[14 + left] == pytest.approx(expected, rel=1e-9)


def test_of_a_linear_layer_it_is_the_surgeon():
    """Of a network that is one linear layer the own error is the error: OBS with its block diagonal Hessian."""
    one, T = net((6, 5)), net((6, 5)).outputs(X)
    alpha = ALPHA * np.trace(damped_psi(one, X, 0, 1e-300)) / 7
    ours, surgeon = OptimalBrainCompression(ALPHA), OptimalBrainSurgeon(alpha)
    for method in (ours, surgeon):
        method.look(one, Cost(X, T))
    np.testing.assert_allclose(ours.saliency(one), surgeon.saliency(one), rtol=1e-10)
    path, other = (prune(one, X, T, m, at_once=9, down_to=12, keep_orphans=True) for m in (ours, surgeon))
    np.testing.assert_allclose(path.network().weights, other.network().weights, atol=1e-10)


def test_the_cheapest_next_one_may_stand_behind_a_dear_one():
    traces = [[5.0, 1.0, 1.0], [3.0, 4.0, 9.0], []]
    assert [cheapest(traces, number).tolist() for number in range(7)] == [
        [0, 0, 0], [0, 1, 0], [0, 2, 0], [1, 2, 0], [2, 2, 0], [3, 2, 0], [3, 3, 0]
    ]  # fmt: skip


@pytest.mark.parametrize("network", [NET, WITH_HOLES], ids=["whole", "with holes"])
@pytest.mark.parametrize("bits", [1, 2, 4])
def test_the_cheapest_weight_goes_to_its_level_first_as_by_least_squares_anew(network, bits):
    def by_force(layer):
        grid = unit_grid(layer.matrix, bits)
        settled = [
            layer.greedy(unit, grid.of(unit).nearest, float(grid.step[unit, 0]) * 0.5 * (1 + 1e-9))[0]
            for unit in range(len(layer.matrix))
        ]
        return np.array(settled), layer.there

    ours, expected = quantize_greedily(network, X, bits, ALPHA), layer_after_layer(network, by_force)
    np.testing.assert_allclose(ours.weights, expected.weights, **CLOSE)
    np.testing.assert_array_equal(ours.mask, network.mask)


# -- GPTQ and SparseGPT -----------------------------------------------------------------------------------------------


def columns_by_force(layer, values):
    """Column after column at its values, the weights behind it solved for anew."""
    W, fixed = layer.matrix.copy(), [{} for _ in layer.matrix]
    layer.there = np.ones_like(
        layer.there
    )  # all units share an inverse over all columns: what was deleted is sent to 0
    for j in range(W.shape[1]):
        goals = values(W, j)
        for unit, own in enumerate(fixed):
            own[j] = goals[unit]
            W[unit] = layer.answer(unit, own)[0]
    return W


@pytest.mark.parametrize("network", [NET, FULL_OF_HOLES], ids=["whole", "full of holes"])
@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_gptq_is_least_squares_anew_for_each_column(network, bits):
    def by_force(layer):
        grid, there = unit_grid(layer.matrix, bits), layer.there
        return columns_by_force(layer, lambda W, j: grid.nearest(W)[:, j] * there[:, j]), there

    ours, expected = gptq(network, X, bits, ALPHA), layer_after_layer(network, by_force)
    np.testing.assert_allclose(ours.weights, expected.weights, **CLOSE)
    for before, matrix in zip(network.matrices, ours.matrices, strict=True):
        np.testing.assert_allclose(matrix, unit_grid(np.array(before), bits).nearest(np.array(matrix)), **CLOSE)


def chosen_by_force(layer, left, block):
    """SparseGPT: at each block, of W as it is then, the least of what each would cost if it went in its column's turn.

    In its turn the columns before it are fixed and those behind it answer: solved for, with no inverse.
    """
    columns, before = layer.matrix.shape[1], layer.there.copy()
    kept, mask = 0, layer.there.copy()
    ends = np.linspace(0, columns, -(-columns // block) + 1).astype(int)

    def cost(w, j):  # of the last columns from j on, the first one to zero
        rows = layer.rows[:, j:]
        answers = np.linalg.lstsq(rows[:, 1:], rows[:, 0] * w, rcond=None)[0] if rows.shape[1] > 1 else []
        return np.sum((rows[:, 0] * w - rows[:, 1:] @ answers) ** 2)

    def values(W, j):
        nonlocal kept
        if j in ends:
            end = ends[list(ends).index(j) + 1]
            wanted = int(np.ceil(left * before[:, :end].sum())) - kept
            kept += wanted
            worth = {(u, c): cost(W[u, c], c) for u in range(len(W)) for c in range(j, end) if before[u, c]}
            for u, c in sorted(worth, key=worth.get)[: len(worth) - wanted]:
                mask[u, c] = False
        return W[:, j] * mask[:, j]

    W = columns_by_force(layer, values)
    return W, mask


@pytest.mark.parametrize("network", [NET, WITH_HOLES], ids=["whole", "with holes"])
@pytest.mark.parametrize("left, block", [(0.5, 3), (0.25, 2), (0.5, 1), (0.6, 99), (0.5, 2)])
def test_sparse_gpt_is_least_squares_anew_for_each_column_and_each_blocks_choice(network, left, block):
    expected = layer_after_layer(network, lambda layer: chosen_by_force(layer, left, block))
    ours = sparse_gpt(network, X, left, ALPHA, block)
    np.testing.assert_array_equal(ours.mask, expected.mask)
    np.testing.assert_allclose(ours.weights, expected.weights, **CLOSE)
    assert ours.n_active == sum(int(np.ceil(left * mask.sum())) for mask in network.mask_matrices)


def test_the_form_to_read_and_the_form_by_cholesky_are_one():
    W, B = np.array(NET.matrices[0]), psi_inverse(damped_psi(NET, X, 0, ALPHA))
    grid = unit_grid(W, 3)
    for values in (lambda W, j: grid.nearest(W)[:, j], lambda W, j: 0 * W[:, j], lambda W, j: W[:, j]):
        np.testing.assert_allclose(by_cholesky(W, B, values), by_columns(W, B, values), **CLOSE)
    np.testing.assert_array_equal(by_cholesky(W, B, lambda W, j: W[:, j]), W)  # nothing goes anywhere: no answer


# -- faults that others have made: each is seen by the tests above -----------------------------------------------------


def eps_on_the_inverse(network, X, layer, alpha):
    """wu2024's trap: what is to damp H is added to the diagonal of its inverse. Here of Psi that undoes it."""
    psi, m = damped_psi(network, X, layer, 1e-9), np.square(layer_inputs(network, X, layer)).mean()
    return np.linalg.inv(np.linalg.inv(psi) + alpha * m * np.eye(len(psi)))


def never_shrunk(self, q):
    """dong2017's: the inverse is the first one for ever, but for the weight being gone."""
    self.diagonal[q] = 0.0


class OldChoice(frantar2023.Chosen):
    """wu2024's: chosen by the weights as they were at the beginning."""

    def __init__(self, mask, B, left, block):
        super().__init__(mask, B, left, block)
        self.first = None

    def _choose(self, W, number):
        self.first = W.copy() if self.first is None else self.first
        super()._choose(self.first, number)


def fails(test, *arguments):
    try:
        test(*arguments)
    except AssertionError:
        return True
    return False


def test_eps_on_the_diagonal_of_the_inverse_is_seen(monkeypatch):
    monkeypatch.setattr("classicnets.layerwise.damped_psi", eps_on_the_inverse)
    assert fails(test_a_layer_pruned_by_traces_is_what_least_squares_anew_for_each_weight_makes, NET, 0.3)
    assert fails(test_gptq_is_least_squares_anew_for_each_column, NET, 2)


def test_an_inverse_that_never_shrinks_is_seen(monkeypatch):
    monkeypatch.setattr(ShrinkingInverse, "remove", never_shrunk)
    assert fails(test_a_layer_pruned_by_traces_is_what_least_squares_anew_for_each_weight_makes, NET, 0.3)
    assert fails(test_the_cheapest_weight_goes_to_its_level_first_as_by_least_squares_anew, NET, 2)
    monkeypatch.setattr(frantar2023, "remove", lambda B, q: B)
    assert fails(test_the_form_to_read_and_the_form_by_cholesky_are_one)


def test_units_that_share_an_inversion_do_not_share_the_inverse(monkeypatch):
    """It is worked on in place once many of a unit's weights have gone: in layers of the papers' width, here in all."""
    monkeypatch.setattr(ShrinkingInverse, "MANY_REMOVED", 2)
    test_a_layer_pruned_by_traces_is_what_least_squares_anew_for_each_weight_makes(NET, 0.3)
    test_the_cheapest_weight_goes_to_its_level_first_as_by_least_squares_anew(NET, 2)


def test_a_choice_by_old_weights_is_seen(monkeypatch):
    monkeypatch.setattr(frantar2023, "Chosen", OldChoice)
    test = test_sparse_gpt_is_least_squares_anew_for_each_column_and_each_blocks_choice
    assert fails(test, NET, 0.25, 2) and not fails(test, NET, 0.6, 99)  # of a single block there is nothing newer


# -- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: gptq(NET, X, 0), "^bits: expected"),
        (lambda: gptq(X, X, 2), "^net: expected an MLP"),
        (lambda: gptq(NET, X, 2, 0.0), "^alpha: expected a finite number above 0"),
        (lambda: gptq(NET, np.repeat(X[:2], 9, axis=0), 2, 1e-18), "^alpha: expected enough"),
        (lambda: gptq(NET, X, 2, 1e308), "^alpha: expected so little"),
        (lambda: sparse_gpt(NET, X, 1.0), "^left: expected a finite number between 0 and 1; got 1.0"),
        (lambda: sparse_gpt(NET, X, 0.5, block=0), "^block: expected"),
        (lambda: prune_by_traces(NET, X, 5), "^left: expected a finite number between 0 and 1; got 5"),
        (lambda: quantize_greedily(NET, X[:, 1:], 2), "^X: expected"),
        (lambda: OptimalBrainCompression(-1.0), "^alpha: expected"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
