"""The lineage: what the study measures is what it says, on a table of seconds; what it finds, on its own digits."""

import numpy as np
import pytest
import rows

from classicnets import MLP, accuracy, hessian, layer_errors, least_squares, network_error
from classicnets.quantization import round_to_bits, round_to_half, unit_grid
from reproductions import lineage, lineage_heirs
from reproductions.lineage_heirs import COST, PRUNED, ROUNDED
from reproductions.practical_nets import trained

LAYERS = [name for name in PRUNED if name.endswith("layer by layer")]


@pytest.fixture(scope="module")
def records():
    with rows.lineage_slice() as made:
        return made


@pytest.fixture(scope="module")
def found(records):
    return {(row.row, row.quantity): row for row in lineage.rows(records)}


# -- each heir --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wine():
    return trained("wine", 3)


@pytest.mark.parametrize("name", PRUNED)
def test_as_many_weights_are_left_as_are_said_to_be(name, wine):
    net, train, _ = wine
    smaller = PRUNED[name](net, train, 0.25)
    orphans = not name.startswith("SparseGPT") and name not in LAYERS  # weights of cut off units go on top
    assert smaller.n_active <= np.ceil(0.25 * net.n) and (orphans or smaller.n_active >= 0.25 * net.n)
    if name in LAYERS:
        for before, after in zip(net.mask_matrices, smaller.mask_matrices, strict=True):
            assert after.sum() == np.ceil(0.25 * before.size)


def test_magnitude_layer_by_layer_keeps_the_largest_of_each(wine):
    net, train, _ = wine
    for before, after in zip(net.matrices, PRUNED["magnitude, layer by layer"](net, train, 0.5).matrices, strict=True):
        kept = np.sort(np.abs(before[after != 0]))
        assert kept[0] >= np.sort(np.abs(before[after == 0]))[-1] and (after[after != 0] == before[after != 0]).all()


def test_layer_wise_obs_is_the_papers_whose_inverse_never_shrinks(wine):
    """With one that does, the weights left would be the best that the mask allows."""
    net, train, _ = wine
    smaller = PRUNED["L-OBS, layer by layer"](net, train, 0.5)
    best = least_squares(net, train[0], smaller.mask, lineage_heirs.ALPHA)
    ours, least = (layer_errors(net, each, train[0]) for each in (smaller, best))
    assert (ours > 1.05 * least).all()


def test_by_the_whole_hessian_each_weight_is_rounded_and_all_behind_it_answer():
    """Against solving anew: what is rounded is fixed, the rest is where the quadratic model with H is least."""
    net, rng = MLP((2, 2, 3), output="softmax", seed=0), np.random.default_rng(1)
    X, T = rng.normal(size=(30, 2)), np.eye(3)[rng.integers(3, size=30)]
    H = hessian(net, X, T, "gauss-newton", **COST)
    H = H + lineage_heirs.SURGEON * np.trace(H) / net.n * np.eye(net.n)
    w = np.array(net.weights)
    grids = [unit_grid(np.array(m), 3).of(u) for m in net.matrices for u in range(len(m))]
    home = np.concatenate([np.full(m.shape[1], u) for u, m in enumerate(row[None] for m in net.matrices for row in m)])
    for j in range(net.n):
        w[j] = grids[home[j]].nearest(w[j])[0]
        done, rest = slice(0, j + 1), slice(j + 1, net.n)
        moved = (w - net.weights)[done]
        w[rest] = net.weights[rest] - np.linalg.solve(H[rest, rest], H[rest, done] @ moved)
    ours = ROUNDED["GPTQ's order, H of the network"](net, (X, T), 3).weights
    np.testing.assert_allclose(ours, w, atol=1e-10)
    assert not np.allclose(ours, round_to_bits(net, 3).weights)


# -- what is measured -------------------------------------------------------------------------------------------------


def test_errors_and_rises_are_those_of_the_networks(records):
    record = records[0]
    net, train, test = trained("wine", record["seed"])
    before = network_error(net, *train, **COST)
    assert record["whole"]["error"] == network_error(net, *train, COST["error"])
    half = record[lineage.HALF]
    rounded = round_to_half(net)
    dw, H = rounded.weights - net.weights, hessian(net, *train, **COST)
    assert half["rise"] == pytest.approx(network_error(rounded, *train, **COST) - before)
    assert half["test %"] == 100 * accuracy(rounded, *test)
    assert half["diagonal"] == pytest.approx(np.diag(H) @ dw**2 / 2, rel=1e-6)
    assert half["second order"] == pytest.approx(half["rise"], rel=1e-3)  # the slope is most of it
    pruned = PRUNED["OBC"](net, train, 0.5)
    assert record["OBC, 50 %"]["error"] == network_error(pruned, *train, COST["error"])


def test_rivals_are_heirs_and_stand_beside_each_other_seed_by_seed(found):
    assert {*lineage.RIVALS, *(each for rivals in lineage.RIVALS.values() for each in rivals)} <= {*PRUNED, *ROUNDED}
    made = [{"OBD, 50 %": {"error": 3.0 * e}, "magnitude, 50 %": {"error": 2.0 * e}} for e in (1.0, 5.0, 7.0)]
    (row,) = lineage._beside(made, "OBD", "50 %")
    assert (row.value, row.low, row.high) == (1.5, 1.5, 1.5)
    assert ("GPTQ", "training error, times that of nearest level, 2 bits") in found


def test_every_heir_has_its_answers_in_the_figure():
    assert all(lineage._labelled(name).startswith(f"{name} (") for name in PRUNED)


# -- what is found, on the digits: seed by seed, over a few -----------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    return [trained(lineage.TABLE, seed) for seed in (1000, 1001)]


def error(net, train):
    return network_error(net, *train, COST["error"])


def test_who_lets_the_others_answer_is_ahead_of_who_does_not(digits):
    for net, train, _ in digits:
        of = {name: error(PRUNED[name](net, train, 0.25), train) for name in [*LAYERS, "OBC", "magnitude"]}
        assert of["OBC, layer by layer"] < of["L-OBS, layer by layer"]
        assert of["OBC, layer by layer"] < of["SparseGPT, layer by layer"] < of["magnitude, layer by layer"]
        assert of["OBC"] < of["OBC, layer by layer"] and of["OBC"] < of["magnitude"]
        two = {name: error(rounded(net, train, 2), train) for name, rounded in list(ROUNDED.items())[:3]}
        assert max(two["GPTQ"], two["OBC's order"]) < two["nearest level"]
