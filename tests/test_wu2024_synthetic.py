"""wu2024_synthetic and wu2024_pruning: the rival's bug, closed forms, what is measured when; a case a printed row."""

import functools
from dataclasses import asdict

import numpy as np
import pytest
import rows

from classicnets import monks, network_error, prune
from classicnets.pruning.wu2024 import IterativeSurgeon, one_by_one
from reproductions import ledger, verdicts, wu2024_pruning
from reproductions import wu2024_synthetic as study
from reproductions.records import where

KEYS = rows.keys(("wu2024",))
HELD = [key for key in KEYS if key[1:3] == (study.GAUSSIAN, "k-IHT beside topk-I-OBS")]  # numbers need the hundred runs
SLOW = [key for key in KEYS if key not in HELD]


@functools.cache
def without_the_rival():
    """The rows over eight runs of the two methods that take no time."""
    with pytest.MonkeyPatch.context() as patch:
        steps = study._steps
        patch.setattr(study, "_steps", lambda *given: dict(list(steps(*given).items())[:2]))
        records = [study.measure(study.GAUSSIAN, 1000 + seed) for seed in range(8)]
    return {ledger.key_of(row): row for row in map(asdict, study.rows(records))}


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_row(key):
    assert verdicts.verdict(ledger.targets()[key], without_the_rival()[key]) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(SLOW))
def test_row_over_twenty_seeds(key):
    assert rows.measured(study, key, 20) == rows.recorded(key)


# -- the rival as coded -----------------------------------------------------------------------------------------------


def inverse_of(d=12, n=30, seed=0):
    X = np.random.default_rng(seed).normal(size=(n, d)) / np.sqrt(n)
    return np.linalg.inv(X.T @ X), np.random.default_rng(seed + 1).normal(size=d)


def test_the_first_mask_is_that_of_one_by_one_but_the_inverse_is_gone():
    """Trap: the second call is not given what the first was."""
    inverse, w = inverse_of()
    intact = inverse.copy()
    mask = study.in_place(w, inverse, 5, eps=1e-9)
    assert (mask == (one_by_one(w, intact, 5)[0] != 0)).all()
    assert np.abs(inverse - intact).max() > 0.1 * np.abs(intact).max()
    other = -w[::-1]
    assert (study.in_place(other, inverse, 5) != study.in_place(other, intact.copy(), 5)).any()


def test_what_is_zero_already_is_kept():
    """Trap: its score of zero is made the largest, so that the rival deletes others instead."""
    inverse, w = inverse_of()
    w[[2, 5, 7]] = 0.0
    assert study.in_place(w, inverse.copy(), 11)[[2, 5, 7]].all()
    np.testing.assert_array_equal(one_by_one(w, inverse, 11)[0], w)  # a weight of zero goes first, and costs nothing


def test_the_weights_and_the_intact_inverse_stay_as_they_are_in_a_run():
    H = np.linalg.inv(inverse_of()[0])
    steps = study._steps(H, 5, study.GAUSSIAN)
    theta, slope = np.ones(12), np.zeros(12)
    first = steps[study.OBC](theta, slope)
    assert (theta == 1).all() and set(first) <= {0.0, 1.0} and first.sum() == 5
    np.testing.assert_allclose(steps[study.RIGHT](theta, slope), one_by_one(theta, np.linalg.inv(H), 5)[0], atol=1e-12)


def test_the_mask_is_chosen_for_the_weights_before_the_step_and_applied_to_those_after_it():
    """Trap: the weights that the step makes small may stay, those that it makes large may go."""
    inverse, w = inverse_of()
    H, slope = np.linalg.inv(inverse), np.linalg.inv(inverse) @ (w - w[::-1])
    after = study._steps(H, 5, study.GAUSSIAN)[study.OBC](w, slope)  # a Newton step to the weights in reverse
    mask = study.in_place(w, inverse.copy(), 5)
    np.testing.assert_allclose(after, mask * w[::-1], atol=1e-9)
    assert (mask != study.in_place(w[::-1].copy(), inverse.copy(), 5)).any()


@pytest.mark.parametrize("experiment", [study.GAUSSIAN, study.IMAGES])
def test_as_many_are_kept_as_the_authors_keep(experiment, monkeypatch):
    """64 of 128, or twice the image's nonzeros; n is 256, or twice as many as there are weights."""

    class Stop(Exception):
        pass

    def stop(H, k, name):
        raise Stop(len(H), k, name)

    monkeypatch.setattr(study, "_steps", stop)
    with pytest.raises(Stop) as stopped:
        study.measure(experiment, 1000)
    d, k, _ = stopped.value.args
    target, n, kept = (study._gaussian if experiment == study.GAUSSIAN else study._image)(np.random.default_rng(1000))
    assert n == 2 * d == 2 * len(target) and k == kept
    assert k == 64 and np.count_nonzero(target) == 16 if d == 128 else k == 2 * np.count_nonzero(target)


# -- runs -------------------------------------------------------------------------------------------------------------


def test_losses_are_taken_before_a_step_and_distances_after_it():
    H, target, start = np.diag([1.0, 2.0]), np.array([1.0, 0.0]), np.array([0.0, 1.0])
    run = study._run(lambda theta, slope: theta - slope / 4, H, target, start, 10, 2, 2.0)
    np.testing.assert_allclose(run[study.LOSS], [0.3, 0.025], rtol=1e-12)  # of (-1, 1), then of (-1/2, 0)
    np.testing.assert_allclose(run[study.DISTANCE], [0.5, 0.25], rtol=1e-12)


@pytest.mark.parametrize("experiment, n", [(study.GAUSSIAN, 256), (study.IMAGES, 1568)])
def test_as_coded_a_step_is_two_nths_of_one_and_with_matching_scales_it_is_the_last(experiment, n):
    with rows.heirs_slice(study) as records:
        record = where(records, experiment=experiment)[0]
        assert record["matched"][study.TOPK]["distance"][0] < 1e-12 * record["length"]
        assert record["matched"][study.IHT]["distance"][0] > 0.1 * record["length"]
        last = record["coded"][study.TOPK]["distance"][-1] / record["start"]
    shortest = (1 - 2 / n) ** 30
    if experiment == study.IMAGES:  # where T_k takes next to nothing away
        assert last == pytest.approx(shortest, rel=1e-3)
    else:
        assert shortest < last < 1


# -- on networks ------------------------------------------------------------------------------------------------------


def test_what_is_measured_is_the_best_round_and_what_the_loop_would_leave():
    record, trained = wu2024_pruning.measure("MONK 3", 7), wu2024_pruning.PROBLEMS["MONK 3"](7)
    data, down = monks(3), record["one-shot OBS, 1"]["n_active"]
    method = IterativeSurgeon(1.0, scale="mean", rounds=10)
    options = {"at_once": 39 - down, "down_to": down, "weight_decay": 1e-2, "keep_orphans": True}
    path = prune(trained.net, data.X, data.T, method, **options)
    ours = record["iterated, one by one, 1"]
    assert down == 12 and len(ours["rounds"]) == 10 and path[-1].train_error == pytest.approx(ours["train"], rel=1e-5)
    assert network_error(trained.net, data.X, data.T) == pytest.approx(record["whole"]["train"], rel=1e-5)
    for name, left in record.items():
        assert name in ("problem", "seed", "whole") or left["n_active"] == 12
    steps, once = record["one-shot OBS and steps, 1"], record["one-shot OBS, 1"]
    assert steps["train"] < once["train"]
    found = {(row.row, row.quantity): row.value for row in wu2024_pruning.rows([record])}
    ratio = found["iterated, one by one, 1, MONK 3", "train error / one-shot's after steps"]
    assert ratio == pytest.approx(ours["train"] / steps["train"], abs=1e-4)
