"""Hassibi et al. (1994), figs. 1 and 2: one case a printed row, over a few data sets (slow: fifty)."""

import numpy as np
import pytest
import rows

from classicnets import gaussian_mixtures
from reproductions import hassibi1994_mixtures as study

ROWS = rows.keys(*(("hassibi1994", item) for item in ("fig. 1", "fig. 2", "text")))

# What one data set shows as clearly as fifty.
CLEAR = [key for key in ROWS if key[2:] == ("unpruned", "train error a pattern") or key[2].endswith("set, OBD")]


@pytest.mark.parametrize("key", rows.cases(CLEAR))
def test_row(key):
    assert rows.measured(study, key, 1) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(ROWS))
def test_row_over_fifty_data_sets(key):
    assert rows.measured(study, key, study.RECORDED) == rows.recorded(key)


@pytest.fixture(scope="module")
def record():
    return study.measure("deviations", study.FIRST_SEED)


def test_both_nets_are_pruned_by_every_method_from_64_weights(record):
    errors = record["errors"]
    assert list(errors) == [study.OVERTRAINED, study.STOPPED]
    for paths in errors.values():
        assert list(paths) == list(study.METHODS)
        assert len({path["train"][0] for path in paths.values()}) == 1
        assert all(len(path[part]) == 30 for path in paths.values() for part in ("train", "test"))
    assert np.isfinite([errors[net]["OBS"]["test"] for net in errors]).all()


def test_the_stopped_net_generalizes_better_and_fits_less(record):
    best, stopped = (record["errors"][net]["OBS"] for net in (study.OVERTRAINED, study.STOPPED))
    assert stopped["test"][0] < best["test"][0] and stopped["train"][0] > best["train"][0]


def test_errors_are_summed_squared_errors_of_1000_patterns(record):
    sets = gaussian_mixtures(study.FIRST_SEED, (1000, 1000, 1000), deviations=True)
    net = study.trained(sets, study.FIRST_SEED, study.OVERTRAINED)
    for part, (X, T) in (("train", sets[0]), ("test", sets[2])):
        first = record["errors"][study.OVERTRAINED]["OBD"][part][0]
        assert np.isclose(first, np.square(net.forward(X) - T).sum())


def test_retraining_lowers_the_train_error_of_obd_below_that_of_obs(record):
    paths = record["errors"][study.OVERTRAINED]
    assert paths["OBD"]["train"][-1] < paths["OBS"]["train"][-1]


def test_minima_and_changes_are_taken_path_by_path_and_after_the_end_there_is_nothing():
    paths = [np.linspace(10, 5, 30), np.append([8.0, 4.0], np.full(28, np.nan))]
    ours = [{"net": {"OBS": {"test": path}}} for path in paths]
    assert study.least(ours, "net", "OBS").tolist() == [5, 4]
    assert study.at_least(ours, "net", "OBS").tolist() == [29, 1]
    assert study.after(ours, "net", "OBS", 1)[1] == -50 and np.isnan(study.after(ours, "net", "OBS", 17)[1])
