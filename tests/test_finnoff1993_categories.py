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


<<<<<<< HEAD
def drawn(seed):
    """Errors that vary more from data set to data set than from method to method."""
    rng = np.random.default_rng(seed)
    sets = rng.normal(size=6)
    return {method: 3 + 0.3 * rng.random() + sets + 0.1 * rng.normal(size=6) for method in METHODS}


def categories(errors, critical=T_90, paired=True):
    """The twin: t of the differences from the head of the category, of all methods that have none yet."""
    ranks, rank = {}, 0
    while left := [method for method in METHODS if method not in ranks]:
        rank, head = rank + 1, min(left, key=lambda method: sum(errors[method]))
        for method in left:
            d = errors[method] - errors[head]
            variance = d.var(ddof=1) if paired else errors[method].var(ddof=1) + errors[head].var(ddof=1)
            if method == head or d.mean() / np.sqrt(variance / 6) <= critical:
                ranks[method] = rank
    return ranks


@pytest.mark.parametrize("seed", range(12))
def test_categories_line_by_line(seed):
    assert study.ranks(records(drawn(seed)), "n_0_id") == categories(drawn(seed))


def test_another_test_would_put_these_methods_into_other_categories():
    """Of level .5, two-sided (the critical t of level .95), and of errors that are not paired."""
    for rival in ({"critical": T_50}, {"critical": 2.015}, {"paired": False}):
        differ = [categories(drawn(seed), **rival) != categories(drawn(seed)) for seed in range(12)]
        assert sum(differ) >= 6


def test_methods_of_the_same_errors_share_a_category_and_nothing_is_divided_by_their_spread():
    errors = {method: np.arange(6.0) for method in METHODS}
    with warnings.catch_warnings(action="error"):
        assert set(study.ranks(records(errors), "n_0_id").values()) == {1}


def test_six_data_sets_of_every_problem_for_every_method_on_seeds_that_chose_no_setting():
    tasks = study.tasks(6)
    keys = {(task["name"], task["seed"], task["method"]) for task in tasks}
    all_methods = {(name, seed, method) for name in PROCESSES for seed in range(100, 106) for method in METHODS}
    converged_or_not = {
        (name, s, method) for name in study.NOISELESS for s in range(106, 130) for method in ("##", "nN")
    }
    assert keys == all_methods | converged_or_not and study.FULL == study.RECORDED == 6
    assert len(tasks) == len(keys) == 18 * 6 * 16 + 5 * 24 * 2


def test_the_error_measured_is_the_mean_square_on_the_generalization_patterns():
    train, validation, (X, T) = finnoff("id_8_n", 101)
    net = fit("P*", Problem(train, validation, (0.05, 0.005), 101))
    record = study.measure("id_8_n", 101, "P*")
    assert record.pop("error") == pytest.approx(np.mean((net.forward(X) - T) ** 2), rel=1e-12)
    assert record == {"name": "id_8_n", "method": "P*", "seed": 101, "weights": net.n_active}


def test_there_are_five_problems_without_noise_and_thirteen_with():
    assert study.NOISELESS == ["exp_0_n", "n_0_id", "n_0_sin", "net_0_n", "sin_0_n"]
    assert len(study.NOISY) == 13 and set(study.NOISY) | set(study.NOISELESS) == set(PROCESSES)
=======
@pytest.mark.parametrize("t, rank", [(1.47, 1), (1.48, 2)])
def test_a_method_is_behind_by_a_paired_one_sided_t_test_of_level_nine_tenths(t, rank):
    """Student's t with five degrees of freedom exceeds 1.476 with probability .1."""
    ranks = study.ranks(records(t), "n_0_id")
    assert ranks["d*"] == 1 and ranks["w*"] == rank and ranks["##"] == rank + 1
    assert study.ranks(records(-t), "n_0_id")["d*"] == rank


def test_six_data_sets_of_every_problem_for_every_method_on_seeds_that_chose_no_setting():
    keys = [(task["name"], task["seed"], task["method"]) for task in study.tasks(6)]
    assert {(name, seed, method) for name in PROCESSES for seed in range(100, 106) for method in METHODS} <= set(keys)
    assert len(keys) == len(set(keys)) and min(seed for _, seed, _ in keys) == 100
    assert study.FULL == study.RECORDED == 6
>>>>>>> wt-methods
