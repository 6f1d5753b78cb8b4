"""Hassibi et al. (1994), figs. 1 and 2: one case a printed row, over four data sets (slow: all), and how it is done."""

import numpy as np
import pytest
import rows

from classicnets import MLP, OptimalBrainSurgeon, gaussian_mixtures, prune
from classicnets.plotting.curves import held
from reproductions import hassibi1994_mixtures as study

ROWS = rows.keys(*(("hassibi1994", item) for item in ("fig. 1", "fig. 2", "text")))
PRINTED = {name: mark for name, mark in study.READINGS.items() if name == "variances"}
DATA_SETS = 4

# What four data sets show as clearly as hundreds; the rest are places of flat minima and differences of about 1 %.
CLEAR = ("train error a pattern", "deletions until OBS's train error is no longer lower", "train error until then, %",
         "test error", "least test error", "least test error, change %")  # fmt: skip
HELD = [key for key in ROWS if key[3] in CLEAR or key[1] == "fig. 2" and key[2].endswith("OBD")]
SLOW = [key for key in ROWS if key not in HELD]


@pytest.fixture
def as_printed(monkeypatch):
    """Only the reading whose rows the paper has, for half of the time."""
    monkeypatch.setattr(study, "READINGS", PRINTED)


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_row(key, as_printed):
    assert rows.measured(study, key, DATA_SETS) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(ROWS))
def test_row_over_all_data_sets(key, as_printed):
    assert rows.measured(study, key, study.RECORDED) == rows.recorded(key)


# -- what four data sets give -----------------------------------------------------------------------------------------


@pytest.fixture
def records(as_printed):
    return rows.records(study, DATA_SETS)


def test_every_net_is_pruned_by_every_method_from_64_to_35_weights(records):
    for errors in (record["errors"] for record in records):
        assert list(errors) == ["net of fig. 1", "stopped on a third set", "stopped on the test set"]
        for paths in errors.values():
            assert list(paths) == ["OBS", "OBS with (t - o)", "OBD"]
            assert len({path[part][0] for path in paths.values() for part in ["train"]}) == 1
            assert all(len(path[part]) == 30 for path in paths.values() for part in ("train", "test"))
            assert np.isfinite(paths["OBS"]["test"]).all()


def test_what_stops_on_a_set_is_best_there_and_fits_less(records):
    first = np.array([[paths["OBS"][part][0] for paths in record["errors"].values()] for record in records
                      for part in ("train", "test")]).reshape(-1, 2, 3)  # fmt: skip
    train, test = first[:, 0], first[:, 1]
    assert (train[:, 0] < train[:, 1:].min(axis=1)).all() and (test[:, 2] <= test[:, :2].min(axis=1)).all()
    assert np.mean(test[:, 1] < test[:, 0]) == 1


def test_retraining_lowers_the_train_error_of_obd_below_that_of_obs(records):
    for record in records:
        paths = record["errors"][study.OVERTRAINED]
        assert paths["OBD"]["train"][-1] < paths["OBS"]["train"][-1]


def test_each_error_is_the_sum_of_squares_over_1000_patterns(records):
    sets, net = gaussian_mixtures(1000, (1000, 1000, 1000)), "stopped on a third set"
    trained = study.trained(sets, 1000, net)
    for part, (X, T) in (("train", sets[0]), ("test", sets[2])):
        assert np.isclose(records[0]["errors"][net]["OBD"][part][0], np.square(trained.forward(X) - T).sum())


# -- how nets are trained and pruned: without the training itself ------------------------------------------------------


@pytest.fixture
def trainings(monkeypatch):
    """What each call of backpropagation is given, and how many weights the net has then."""
    given = []

    def train(net, X, T, *rate, **settings):
        given.append((net, X, T, dict(zip(["rate"], rate, strict=False)) | settings, net.n_active))

    monkeypatch.setattr(study, "train_backpropagation", train)
    return given


@pytest.fixture(scope="module")
def sets():
    return gaussian_mixtures(5, (60, 50, 40))


@pytest.mark.parametrize(
    "name, stop", [("net of fig. 1", None), ("stopped on a third set", 1), ("stopped on the test set", 2)]
)
def test_a_net_is_trained_to_the_end_or_stopped_on_its_set(name, stop, sets, trainings):
    net = study.trained(sets, 5, name)
    ((trained, X, T, settings, _),) = trainings
    assert trained is net and X is sets[0][0] and T is sets[0][1]
    assert net.sizes == (5, 9, 1) and (net.hidden, net.output) == ("tanh", "logistic")
    assert np.array_equal(net.weights, MLP((5, 9, 1), seed=5).weights)
    assert settings.pop("validation", None) is (None if stop is None else sets[stop])
    assert settings.pop("patience", None) == (None if stop is None else 40)
    assert settings == {"rate": 0.05, "epochs": 500, "every": 5, "seed": 5}


def test_obd_is_retrained_60_epochs_after_each_deletion(sets, trainings):
    study.pruned(MLP((5, 9, 1), seed=5), sets, 5, "OBD")
    left = [active for *_, active in trainings]
    assert left[0] == 63 and left[-1] <= 35 and (np.diff(left) < 0).all()
    for _, X, T, settings, _ in trainings:
        assert np.array_equal(X, sets[0][0]) and np.array_equal(T, sets[0][1])
        assert settings == {"rate": 0.05, "epochs": 60, "every": 60, "seed": 5, "keep": "last"}


@pytest.mark.parametrize("method", ["OBS", "OBS with (t - o)"])
def test_obs_is_not_retrained(method, sets, trainings):
    study.pruned(MLP((5, 9, 1), seed=5), sets, 5, method)
    assert trainings == []


@pytest.mark.parametrize("method, kind", [("OBS", "gauss-newton"), ("OBS with (t - o)", "exact")])
def test_obs_is_pruned_with_its_hessian_and_the_test_set_is_the_last(method, kind, sets):
    net = MLP((5, 9, 1), seed=5)
    path = prune(net, *sets[0], OptimalBrainSurgeon(1e-6, kind, saddles=True), down_to=35, test=sets[2])
    ours = study.pruned(net, sets, 5, method)
    for part in ("train", "test"):
        curve = 2000 * held(np.arange(64, 34, -1), path.curve("n_active"), path.curve(f"{part}_error"))
        assert np.allclose(ours[part], curve, rtol=1e-12, equal_nan=True)


@pytest.mark.parametrize("reading, deviations, nets", [("variances", False, 3), ("deviations", True, 2)])
def test_a_data_set_is_drawn_as_the_spreads_are_read(reading, deviations, nets, monkeypatch):
    monkeypatch.setattr(study, "trained", lambda sets, seed, name: (sets, seed, name))
    monkeypatch.setattr(study, "pruned", lambda net, sets, seed, method: [net, sets, seed, method])
    record, drawn = study.measure(reading, 7), gaussian_mixtures(7, (1000, 1000, 1000), deviations)
    assert record["reading"] == reading and list(record["errors"]) == list(study.NETS)[:nets]
    for name, paths in record["errors"].items():
        for method, ((sets, seed, trained), pruned_on, again, by) in paths.items():
            assert (seed, again, trained, by) == (7, 7, name, method) and pruned_on is sets
            assert all(
                np.array_equal(a, b)
                for pair, other in zip(sets, drawn, strict=True)
                for a, b in zip(pair, other, strict=True)
            )


def test_data_sets_are_none_of_those_that_settings_were_chosen_on():
    tasks = study.tasks(3)
    assert tasks == [
        {"reading": reading, "seed": seed} for reading in ("variances", "deviations") for seed in (1000, 1001, 1002)
    ]
