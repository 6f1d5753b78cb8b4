"""Harang & Sanders (2023): the same passes for both, the same mask, and one case a printed row."""

from functools import cache

import numpy as np
import pytest
import rows

from classicnets import MLP, Magnitude, OptimalBrainDamage
from reproductions import harang2023_units as study

ROWS = rows.keys(("harang2023",))
HELD = [key for key in ROWS if key[2].startswith("units, 64-16-10, 10 % kept")]
SLOW = [key for key in ROWS if key not in HELD]


def test_from_scratch_has_as_many_passes_in_all_as_training_and_fine_tuning(monkeypatch):
    """And the same rates one after the other; it begins anew, on the same mask."""
    seen, starts = [], []

    def train(net, X, T, epochs, rate, **options):
        seen.append((epochs, rate))
        starts.append((net.weights.copy(), net.mask.copy()))

    monkeypatch.setattr(study, "train_backpropagation", train)
    net, train_set = MLP((3, 4, 2), seed=0), (np.zeros((5, 3)), np.zeros((5, 2)))
    small = net.copy()
    small.delete([0, 3, 6])
    study._tuned(study.learn(net.copy(), train_set, study.EPOCHS, 0), train_set, 0)
    study.from_scratch(small, train_set, 0)
    assert seen[:2] == seen[2:] == [(study.EPOCHS, 0.02), (study.TUNING, 0.005)]
    assert np.array_equal(starts[2][1], small.mask) and not (starts[2][0] == small.weights)[small.mask].any()


def test_from_scratch_a_network_without_some_units_is_a_smaller_one(monkeypatch):
    """Its weights are drawn for the inputs that its units have, not for those that are gone."""
    shapes = []
    monkeypatch.setattr(study, "train_backpropagation", lambda net, *patterns, **options: shapes.append(net.sizes))
    net = MLP((3, 6, 2), "relu", "softmax", seed=0)
    for unit in net.hidden_units()[:4]:
        net.delete(unit)
    study.from_scratch(net, (np.zeros((5, 3)), np.zeros((5, 2))), 0)
    assert shapes == [(3, 2, 2)] * 2


def test_what_is_kept_is_a_share_of_the_weights_or_of_the_units():
    net, rng = MLP((5, 20, 4), "relu", "softmax", seed=0), np.random.default_rng(0)
    train, wide = (rng.normal(size=(30, 5)), np.eye(4)[rng.integers(4, size=30)]), MLP((60, 5, 4), seed=0)
    weights = study.pruned(wide, (rng.normal(size=(30, 60)), train[1]), Magnitude(), "weights")
    for small, kept in zip(weights, study.KEPT, strict=True):
        limit = round(wide.n * kept / 100)
        assert 0.75 * limit - 5 < small.n_active <= limit  # a step takes a quarter, and orphans
    units = study.pruned(net, train, OptimalBrainDamage("gauss-newton"), "units")
    assert [study._units(small) for small in units] == [10, 5, 2, 1]
    assert [small.n_active for small in units] == [10 * k + 4 for k in (10, 5, 2, 1)]


@cache
def few():
    """The rows of OBD's masks of the smaller net over four seeds, 10 % kept; what its scores say is left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "METHODS", {level: {"OBD": study.METHODS[level]["OBD"]} for level in study.METHODS})
        patch.setattr(study, "_scores", lambda *arguments: {"ranks": {"OBD": 0.0}, "units": {}})
        patch.setattr(study, "SCRATCH", ("OBD",))
        patch.setattr(study, "KEPT", (10,))
        records = [study.measure(**task) for task in study.tasks(4) if task["network"] == "64-16-10"]
        return {(row.paper, row.item, row.row, row.quantity): row for row in study.rows(records)}


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_row(key):
    assert rows.verdict_of(key, few()[key]) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(SLOW))
def test_row_over_twenty_seeds(key):
    assert rows.measured(study, key, 20) == rows.recorded(key)


def test_the_correlation_of_ranks_is_with_the_damage_itself():
    net, rng = MLP((5, 8, 4), "relu", "softmax", seed=0), np.random.default_rng(0)
    train = rng.normal(size=(30, 5)), np.eye(4)[rng.integers(4, size=30)]
    found = study._scores(net, train, "units", 0)
    true, norms = (np.argsort(np.argsort(found["units"][name])) for name in ("true damage", "outgoing norm"))
    assert found["ranks"]["outgoing norm"] == pytest.approx(np.corrcoef(true, norms)[0, 1], abs=1e-4)
    assert abs(found["ranks"]["outgoing norm"]) > 0.1
