"""network.py: the layout of the weights, the forward pass, the mask, saving and loading."""

import pickle
from copy import deepcopy

import numpy as np
import oracles
import pytest

from classicnets import MLP
from classicnets.network import Network


@pytest.mark.parametrize(
    "sizes, weights",
    [((17, 3, 1), 58), ((17, 2, 1), 39), ((2, 2, 1), 9), ((203, 24, 26), 5546), ((5, 9, 1), 64)],
)
def test_the_papers_networks_have_the_papers_numbers_of_weights(sizes, weights):
    # Hassibi & Stork (1993), table 1, section 4 and section 5; Hassibi et al. (1994), section 4.
    net = MLP(sizes)
    assert net.n == net.n_active == weights == len(net.weights)


@pytest.mark.parametrize("hidden", ["tanh", "logistic", "linear"])
@pytest.mark.parametrize("output", ["tanh", "logistic", "linear", "softmax"])
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 3, 4, 2)])
def test_forward_is_each_unit_on_its_own_in_plain_loops(sizes, hidden, output):
    net, X, _ = oracles.problem(sizes, hidden, output)
    assert np.allclose(net.forward(X), oracles.outputs(net, X), rtol=1e-13, atol=1e-15)


def test_saturated_units_give_finite_outputs_without_a_warning(recwarn):
    X = np.array([[1e4], [-1e4]])
    for output, expected in (("logistic", [1, 0]), ("tanh", [1, -1])):
        net = MLP((1, 1), output=output)
        net.weights = [1.0, 0.0]
        assert np.allclose(net.forward(X)[:, 0], expected, atol=1e-300)
    net = MLP((1, 2), output="softmax")
    net.weights = [1.0, 0.0, -1.0, 0.0]
    assert np.array_equal(net.forward(X), [[1, 0], [0, 1]])
    assert not recwarn.list


def test_matrices_are_views_of_the_weights_bias_last():
    net = MLP((2, 3, 1), seed=0)
    first, second = net.matrices
    assert first.shape == (3, 3) and second.shape == (1, 4)
    assert np.shares_memory(first, net.weights) and np.shares_memory(second, net.weights)
    oracles.change(net, [5, 12], [7.0, 8.0])
    assert first[1, 2] == 7.0 and second[0, 3] == 8.0  # the bias of hidden unit 2, and that of the output
    assert np.flatnonzero(net.is_bias).tolist() == [2, 5, 8, 12]
    assert net.shapes == [(3, 3), (1, 4)]
    net.delete(5)
    assert not net.mask_matrices[0][1, 2] and net.mask_matrices[0].sum() == 8


def test_weights_are_named_as_in_the_papers():
    assert MLP((2, 2, 1)).weight_names() == ["u11", "u12", "u13", "u21", "u22", "u23", "v1", "v2", "v3"]
    assert MLP((1, 2, 2)).weight_names()[-3:] == ["w2_21", "w2_22", "w2_23"]
    assert MLP((10, 1, 1)).weight_names()[10] == "u1,11"
    for sizes in [(12, 3, 1), (2, 11, 2), (3, 2, 2, 1)]:
        names = MLP(sizes).weight_names()
        assert len(set(names)) == len(names) == MLP(sizes).n


def test_a_deleted_weight_is_zero_and_stays_zero_when_weights_are_assigned():
    net = MLP((2, 2, 1), seed=0)
    net.delete([1, 4])
    assert net.n_active == 7 and net.n == 9
    assert net.weights[1] == net.weights[4] == 0 and np.count_nonzero(net.weights) == 7
    net.weights = np.ones(9)
    assert net.weights.tolist() == [1, 0, 1, 1, 0, 1, 1, 1, 1]
    net.initialize(seed=3)
    assert not net.weights[~net.mask].any() and net.weights[net.mask].all()


def test_assigning_weights_or_a_mask_copies_them():
    net, values, mask = MLP((2, 1)), np.ones(3), np.array([True, False, True])
    net.weights = values
    values[0] = 5.0
    assert net.weights.tolist() == [1, 1, 1]
    net.mask = mask
    mask[:] = False
    assert net.mask.tolist() == [True, False, True] and net.weights.tolist() == [1, 0, 1]
    assert np.shares_memory(net.mask_matrices[0], net.mask) and not net.mask_matrices[0][0, 1]


def test_initial_weights_fill_plus_minus_one_over_root_fan_in_and_repeat_with_the_seed():
    net = MLP((16, 50, 4), seed=7)
    for matrix, fan_in in zip(net.matrices, (16, 50), strict=True):
        # 200 uniform draws all stay inside 98 % of the interval with probability .98^200 < 2 %: not so for this seed.
        assert 0.98 / np.sqrt(fan_in) < np.abs(matrix).max() <= 1 / np.sqrt(fan_in)
        assert matrix.min() < 0 < matrix.max()
    assert np.array_equal(net.weights, MLP((16, 50, 4), seed=7).weights)
    assert not np.array_equal(net.weights, MLP((16, 50, 4), seed=8).weights)
    assert 0.49 < np.abs(net.initialize(seed=0, spread=0.5).weights).max() <= 0.5


def test_a_copy_is_independent():
    net = MLP((2, 2, 1), hidden="logistic", output="tanh", seed=0)
    net.delete(3)
    twin = net.copy()
    assert (twin.sizes, twin.hidden, twin.output) == (net.sizes, net.hidden, net.output)
    assert np.array_equal(twin.weights, net.weights) and np.array_equal(twin.mask, net.mask)
    twin.delete(0)
    oracles.change(twin, 1, 9.0)
    assert net.mask[0] and net.weights[0] != 0 and net.weights[1] != 9.0


@pytest.mark.parametrize("twin_of", [MLP.copy, deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_the_matrices_of_a_copied_or_pickled_network_are_views_of_its_own_weights(twin_of):
    net = MLP((2, 2, 1), seed=0)
    twin = twin_of(net)
    for matrices, whole in ((twin.matrices, twin.weights), (twin.mask_matrices, twin.mask)):
        assert all(np.shares_memory(matrix, whole) for matrix in matrices)
    twin.weights = np.zeros(9)
    twin.delete(0)
    assert twin.forward([[1, 1]]) == 0.5 and not twin.mask_matrices[0][0, 0]
    assert net.weights.all() and net.mask.all()


def test_a_saved_network_comes_back_bit_by_bit(tmp_path):
    net, X, _ = oracles.problem((3, 4, 2), "logistic", "softmax", deleted=0.3)
    net.save(tmp_path / "net.npz")
    twin = MLP.load(tmp_path / "net.npz")
    assert (twin.sizes, twin.hidden, twin.output) == (net.sizes, net.hidden, net.output)
    assert twin.weights.tobytes() == net.weights.tobytes() and twin.mask.tobytes() == net.mask.tobytes()
    assert np.array_equal(twin.forward(X), net.forward(X))


def test_a_network_describes_itself():
    net = MLP((17, 3, 1))
    net.delete([0, 1])
    assert repr(net) == "MLP 17-3-1, tanh hidden, logistic output, 56 of 58 weights"


class Titled(MLP):
    SETTINGS = (*MLP.SETTINGS, "title", "rows")

    def __init__(self, sizes, title, rows):
        Network.__init__(self, sizes, "tanh", "logistic", title, rows, seed=0)

    def _settle(self, sizes, hidden, output, title, rows):
        super()._settle(sizes, hidden, output)
        self.title, self.rows = title, tuple(map(tuple, rows))


def test_a_kind_may_have_settings_of_its_own(tmp_path):
    net = Titled((2, 2, 1), "xor", ((1, 2), (3, 4)))
    net.save(tmp_path / "net")
    for twin in (net.copy(), Titled.load(tmp_path / "net"), pickle.loads(pickle.dumps(net))):
        assert twin.settings == net.settings and twin.title == "xor" and twin.rows == ((1, 2), (3, 4))
        assert np.array_equal(twin.weights, net.weights)
