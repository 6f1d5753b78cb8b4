"""The blog post of 2016: each trap of its program by hand, and one case a printed row that a slice can hold."""

from functools import cache

import numpy as np
import oracles
import pytest
import rows

from classicnets import MLP, Cost, OptimalBrainDamage, hessian, hessian_diagonal
from reproductions import shekkizhar2016_blog as study
from reproductions import shekkizhar2016_nets as nets
from reproductions.statistics import mean

ROWS = rows.keys(("shekkizhar2016",))
LOST = {  # of the network trained for two passes, what is known by then
    "magnitude, all layers, plain, 1 % pruned": lambda net: np.abs(net.weights),
    "by position, all layers, plain, 10 % pruned": nets.positions,
}
HELD = [key for key in ROWS if key[2] in LOST]
SLOW = [key for key in ROWS if key not in HELD]
SMALL = (6, 5, 4, 3)


@cache
def small():
    """A small network of the same kind, and patterns."""
    return oracles.problem(SMALL, "relu", "softmax", "cross-entropy", patterns=20, deleted=0)


def test_the_network_has_47410_weights_of_which_210_are_biases():
    net = MLP(nets.SIZES, "relu", "softmax")
    assert net.n == nets.WEIGHTS == 47_410 and net.is_bias.sum() == 210


def test_the_inputs_are_ink_and_most_borders_have_none():
    (X, T), (X_test, _) = nets.patterns()
    assert (
        X.shape == (4000, 784) and len(X_test) == 1000 and X.min() == 0 and X.max() == 1 and (T.sum(axis=1) == 1).all()
    )
    assert not X[:, :28].any()


def test_row_sums_are_the_hessian_times_ones_and_not_its_diagonal():
    """Over all layers those of H, layer by layer those of the parts' own blocks: from the whole Hessian."""
    net, X, T = small()
    H, places = hessian(net, X, T, error="cross-entropy"), nets.places(net)
    found = nets.row_sums(net, (X, T), places["all layers"])
    np.testing.assert_allclose(found, H.sum(axis=1), atol=1e-12)
    blocks = nets.row_sums(net, (X, T), places["layer-wise"])
    for part in places["layer-wise"]:
        np.testing.assert_allclose(blocks[part], H[np.ix_(part, part)].sum(axis=1), atol=1e-12)
    assert (found < 0).any() and np.corrcoef(found, np.diag(H))[0, 1] < 0.9 and np.abs(found - blocks).max() > 1e-3


def test_the_true_damage_of_rectified_units_has_the_exact_diagonal():
    net, X, T = small()
    method = study.METHODS["OBD"]()
    method.look(net, Cost(X, T, "cross-entropy"))
    exact = hessian_diagonal(net, X, T, "exact", "cross-entropy")
    np.testing.assert_allclose(method.saliency(net), exact * net.weights**2 / 2, atol=1e-13)
    assert isinstance(method, OptimalBrainDamage)


def test_places_are_all_weights_or_each_layers_weights_and_its_biases():
    net, _, _ = small()
    places = nets.places(net)
    assert [len(part) for part in places["layer-wise"]] == [30, 5, 20, 4, 12, 3]
    for parts in places.values():
        assert sorted(np.concatenate(parts)) == list(range(net.n))
    assert all(net.is_bias[part].all() == bool(i % 2) for i, part in enumerate(places["layer-wise"]))


def test_the_least_go_first_so_many_percent_of_each_part_rounded_down():
    saliency = np.array([5.0, -1, 3, 0, 2, 2, 9, 8, 7, 1])
    assert list(nets.least(saliency, 30, [np.arange(10)])) == [1, 3, 9]
    assert sorted(nets.least(saliency, 50, [np.arange(5), np.arange(5, 10)])) == [1, 3, 5, 9]
    assert list(nets.least(np.zeros(10), 25, [np.arange(10)])) == [0, 1]  # of equals the first
    assert len(nets.least(saliency, 9, [np.arange(10)])) == 0


def test_without_abs_the_most_negative_weights_go_first():
    net, _, _ = small()
    smaller = nets.without(net, net.weights, 20, [np.arange(net.n)])
    gone = np.flatnonzero(smaller.weights != net.weights)
    assert len(gone) == net.n // 5 and net.weights[gone].max() < np.delete(net.weights, gone).min()
    assert np.abs(net.weights[gone]).max() > np.median(np.abs(net.weights))  # and not the smallest


def test_what_is_restored_is_what_the_pruned_network_deems_least(monkeypatch):
    """Step by step by hand, on the same batches; some weights stay deleted that should have come back."""
    net, X, T = small()
    monkeypatch.setattr(nets, "BATCH", 8)
    seen, parts = [], nets.places(net)["all layers"]
    monkeypatch.setattr(nets, "right", lambda now, test: seen.append(now.weights.copy()) or 0.0)
    nets.restoring(net, (X, T), None, (10, 20), parts, 3)
    rng, now = np.random.default_rng(3), net.copy()
    for share, weights in zip((10, 20), seen, strict=True):
        some, count = rng.choice(20, 8, replace=False), share * net.n // 100
        gone = np.argsort(hessian(now, X[some], T[some], error="cross-entropy").sum(axis=1), kind="stable")[:count]
        values = now.weights.copy()
        values[gone] = 0
        np.testing.assert_array_equal(weights, values)
        now.weights = values
        back = np.argsort(hessian(now, X[some], T[some], error="cross-entropy").sum(axis=1), kind="stable")[:count]
        values[back] = net.weights[back]
        now.weights = values
    assert (now.weights != net.weights).any() and set(gone) != set(back)


def test_positions_go_through_the_image_row_by_row_and_biases_are_last():
    net = MLP((3, 2, 2))
    place = nets.positions(net)
    first, second = net.views(place)
    assert first[:, :-1].tolist() == [[0, 2, 4], [1, 3, 5]] and second[:, :-1].tolist() == [[6, 8], [7, 9]]
    assert first[:, -1].tolist() == [10, 11] and second[:, -1].tolist() == [12, 13]


def test_the_third_network_alone_is_trained_at_a_tenth_of_the_rate(monkeypatch):
    class Stop(Exception):
        pass

    seen = []

    def trained(train, seed, rate, **options):
        seen.append((rate, options.get("dropout", 0)))
        if len(seen) == 3:
            raise Stop
        return MLP((784, 2, 10), "relu", "softmax", seed=0)

    (X, T), _ = nets.patterns()
    few = X[:70], T[:70]
    for name, value in {
        "trained": trained,
        "patterns": lambda: [few, few],
        "SHARES": (1,),
        "ONES": (1,),
        "TENS": (1,),
    }.items():
        monkeypatch.setattr(study, name, value)
    with pytest.raises(Stop):
        study.measure(0)
    assert seen == [(0.05, 0), (0.05, 0.2), (pytest.approx(0.005), 0.2)]


@cache
def networks():
    """Three networks trained for two passes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nets, "EPOCHS", 2)
        return [nets.trained(nets.patterns()[0], study.FIRST_SEED + seed, study.TRAINING["rate"]) for seed in range(3)]


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_row(key):
    share, test = int(key[2].split(", ")[-1].split(" %")[0]), nets.patterns()[1]
    lost = []
    for net in networks():
        saliency = LOST[key[2]](net)
        smaller = nets.without(net, saliency, share, nets.places(net)["all layers"])
        lost.append(nets.right(net, test) - nets.right(smaller, test))
    assert rows.verdict_of(key, mean(*key, lost, "")) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(SLOW))
def test_row_over_ten_seeds(key):
    assert rows.measured(study, key, 30) == rows.recorded(key)
