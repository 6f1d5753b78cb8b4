"""Whether pruning is practical: what the study measures, on three of its networks for wine."""

import numpy as np
import pytest

from reproductions import practical

SEEDS = range(practical.FIRST_SEED, practical.FIRST_SEED + 3)


@pytest.fixture(scope="module")
def records():
    return [practical.measure("wine", seed) for seed in SEEDS]


def values(records, row, quantity):
    """The median of a row's quantity."""
    return {(found.row, found.quantity): found.value for found in practical.rows(records)}[row, quantity]


@pytest.mark.parametrize(("rival", "ahead"), [("OBD", 1), ("magnitude", 2)])
def test_nine_weights_of_ten_go_and_the_surgeon_keeps_most_patterns_right(records, rival, ahead):
    quantity = "test accuracy %, 90 % deleted"
    surgeon, other = (values(records, f"{name}, wine, not retrained", quantity) for name in ("OBS", rival))
    assert surgeon >= 90 and surgeon >= other + ahead


def test_each_row_is_read_from_the_networks_of_its_size(records):
    """The last network with no more than the share that is left, counted in the path itself."""
    curve = records[0]["magnitude, retrained"]
    left = np.ceil(0.25 * records[0]["weights"])
    there = next(test for n, test in zip(curve["n_active"], curve["test %"], strict=True) if n <= left)
    assert values(records[:1], "magnitude, wine, retrained", "test accuracy %, 75 % deleted") == there


def test_retraining_is_counted_in_the_seconds_and_only_the_retrained_ways_have_it(records):
    """In the sum: the very first pruning also loads its kernels."""
    seconds = {way: 0.0 for way in practical.WAYS}
    for record in records:
        for name in practical.METHODS:
            fast, slow = record[f"{name}, not retrained"], record[f"{name}, retrained"]
            assert slow["test %"][1:] != fast["test %"][1:]
            seconds["not retrained"] += fast["seconds"]
            seconds["retrained"] += slow["seconds"]
    assert seconds["retrained"] > 1.1 * seconds["not retrained"]


def test_all_seeds_recorded_are_measured_on_the_digits_too():
    problems = [task["problem"] for task in practical.tasks(practical.RECORDED)]
    assert all(problems.count(problem) == practical.RECORDED for problem in practical.TABLES)
    assert not set(practical.LARGE) & {task["problem"] for task in practical.tasks(practical.SEEDS)}


def test_shares_are_rounded_up_and_where_a_path_has_ended_none_is_right():
    curve = {"n_active": [147, 74, 73, 14], "test %": [97.0, 95.0, 90.0, 80.0], "seconds": 1.0}
    ways = {f"{name}, {way}": curve for name in practical.METHODS for way in practical.WAYS}
    made_up = [{"problem": "wine", "weights": 147} | ways]
    found = [values(made_up, "OBS, wine, retrained", f"test accuracy %, {share} % deleted") for share in (50, 90, 95)]
    assert found == [95, 80, 0] and values(made_up, "nothing deleted, wine", "test accuracy %") == 97
