"""reproductions/finnoff1993_ranks.py: which data sets are asked, and when a method is behind another."""

import numpy as np
import pytest

from classicnets.datasets.processes import PROCESSES
from classicnets.pruning.nonconvergent import METHODS
from reproductions import finnoff1993_ranks as study


def records(t):
    """Six data sets of one problem: the paired differences of w* from d* have this t, all others are far behind."""
    d = np.array([-1.0, 1, -1, 1, -1, 1])
    sets = 100 * np.arange(6.0)  # which differ more than the methods: not paired, nothing would be significant
    errors = {method: sets + 1000 * number for number, method in enumerate(METHODS, 1)}
    errors |= {"d*": sets, "w*": sets + d / (d.std(ddof=1) / np.sqrt(6)) + t}
    return [
        {"name": "n_0_id", "method": method, "seed": 100 + seed, "error": error}
        for method in METHODS
        for seed, error in enumerate(errors[method])
    ]


@pytest.mark.parametrize("t, rank", [(1.47, 1), (1.48, 2)])
def test_a_method_is_behind_by_a_paired_one_sided_t_test_of_level_nine_tenths(t, rank):
    """Student's t with five degrees of freedom exceeds 1.476 with probability .1."""
    ranks = study.ranks(records(t), "n_0_id")
    assert ranks["d*"] == 1 and ranks["w*"] == rank and ranks["##"] == rank + 1
    assert study.ranks(records(-t), "n_0_id")["d*"] == rank


def test_six_data_sets_of_every_problem_for_every_method_on_seeds_that_chose_no_setting():
    keys = [(task["name"], task["seed"], method) for task in study.tasks(6) for method in task["methods"]]
    assert {(name, seed, method) for name in PROCESSES for seed in range(100, 106) for method in METHODS} <= set(keys)
    assert len(keys) == len(set(keys)) and min(seed for _, seed, _ in keys) == 100
    assert study.FULL == study.RECORDED == 6
