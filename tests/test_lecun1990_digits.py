"""Le Cun et al. (1990) on digits: the printed rows (slow, with the zip codes), and a slice of the bundled digits."""

import os

import numpy as np
import pytest
import rows

from classicnets import digit_recogniser
from reproductions import lecun1990_digits as study
from reproductions import lecun1990_nets, lecun1990_sibling, lecun1990_surgeon

KEYS = rows.keys(("lecun1990",))
# The counts need no digits; all else is of the zip codes, which are not bundled.
HELD = [key for key in KEYS if key[2] == "shared-weight network"]
SLOW = [key for key in KEYS if key not in HELD]


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_counts(key):
    row = next(row for row in study._counts() if row.quantity == key[3])
    assert rows.verdict_of(key, row) == rows.recorded(key) == "reproduced"


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(SLOW))
def test_row(key):
    if not os.environ.get("ZIP_CODES"):
        pytest.skip("ZIP_CODES does not name the folder of the zip codes")
    module = lecun1990_sibling if key[2] == lecun1990_sibling.ITEM else study
    assert rows.measured(module, key, module.RECORDED) == rows.recorded(key)


@pytest.fixture(scope="module")
def small():
    with rows.digits_slice() as few:
        yield few


@pytest.fixture(scope="module")
def record(small):
    return rows.slice_records(study)[0]


def test_a_slice_goes_the_papers_way(record):
    at = {left: study._index(left) for left in study.REMAINING}
    actual = {order: record[order]["actual"] for order in study.ORDERS}
    assert record["whole"]["train errors %"] < 20
    for left in (1500, 1000):
        assert actual["OBD"][at[left]] < actual["magnitude"][at[left]] < 20
    assert actual["random"][2] > actual["OBD"][2] + 1  # 200 deleted
    assert actual["OBD"][0] == record["OBD"]["predicted"][0] == 0
    assert len(actual["OBD"]) == study.LAST // study.STEP + 1


def test_the_prediction_is_the_error_and_the_saliencies_that_are_gone(small, record):
    net = lecun1990_nets.trained(small, 0)
    worth = study.hessian_diagonal(net, small.X, small.T, "lecun1990") * net.weights**2 / 2
    before = study.network_error(net, small.X, small.T)
    gone = np.sort(np.where(worth >= 0, worth, np.inf))[:500].sum()
    index = study._index(net.n - 500)
    assert record["OBD"]["predicted"][index] == pytest.approx(10 * np.log10((before + gone) / before), rel=1e-3)


def test_retraining_takes_back_what_the_deletions_cost(record):
    for state in record["retrained"]:
        assert state["train MSE"] < state["before"]
    assert [state["deleted"] for state in record["retrained"]] == [1000, 1500, 2000]


def test_cut_off_weights_make_no_level_too_small(small, monkeypatch):
    net = lecun1990_nets.trained(small, 0)
    net.delete(net.n - 10 * (16 * 12 + 1) + np.flatnonzero(np.arange(1930) % 193 < 96))  # half of H3 is not heard
    levels = (net.n - net.n_active + 20, net.n - net.n_active + 40)
    monkeypatch.setattr(study, "LEVELS", levels)
    states = study._retrained(net, small, 0)
    assert tuple(state["deleted"] for state in states) == levels
    assert all(state["train MSE"] < 1 for state in states)


def test_parted_and_nearly_unchanged_are_read_off_the_curves():
    curves = {"actual": [0, 0.1, 0.9, 0.2], "predicted": [0, 0.2, 0.3, 0.2]}
    assert study.parted(curves) == 2 * study.STEP
    assert study.parted({"actual": [0, 1], "predicted": [0, 1]}) == study.LAST
    states = [{"train MSE": mse} for mse in np.full(len(study.LEVELS), 1.2)]
    assert study.nearly_unchanged({"whole": {"train MSE": 1.0}, "retrained": states}, "train MSE") == study.LEVELS[-1]
    states[1]["train MSE"] = 1.3
    assert study.nearly_unchanged({"whole": {"train MSE": 1.0}, "retrained": states}, "train MSE") == study.LEVELS[0]


def test_decibels_and_mse_have_their_scale(small):
    assert lecun1990_nets.decibels([10.0, 1.0], 1.0).tolist() == [10.0, 0.0]
    net = digit_recogniser(0)
    seen = lecun1990_nets.seen(net, small)
    assert seen["test MSE"] == pytest.approx(np.square(net.forward(small.X_test) - small.T_test).mean())
    wrong = net.forward(small.X).argmax(axis=1) != small.labels
    assert seen["train errors %"] == pytest.approx(100 * wrong.mean())


def test_the_surgeon_moves_the_others_and_loses_less(small):
    (record,) = rows.slice_records(lecun1990_surgeon)
    last = {name: record[name]["train"][-1] for name in ("OBS 1e-2", "OBD", "magnitude")}
    assert last["OBS 1e-2"] < last["OBD"] < last["magnitude"]


def test_without_its_last_hidden_layer_the_other_network_has_5590_weights(small):
    (record,) = rows.slice_records(lecun1990_sibling)
    assert (record["whole"]["weights"], record["excised"]["weights"]) == (9760, 5590)
    assert all(record[name]["train errors %"] < 50 for name in ("whole", "excised"))
    found = {row.quantity: row.value for row in lecun1990_sibling.rows([record])}
    ratio = record["excised"]["train MSE"] / record["whole"]["train MSE"]
    assert found["train MSE after / before"] == pytest.approx(ratio, abs=1e-4)
