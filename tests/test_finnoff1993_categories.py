"""reproductions/finnoff1993_ranks.py: what is measured, and the categories of the methods by a paired t-test."""

import warnings

import numpy as np
import pytest

from classicnets.datasets.processes import PROCESSES, finnoff
from classicnets.pruning.nonconvergent import METHODS, Problem, fit
from reproductions import finnoff1993_ranks as study

# Student's t with five degrees of freedom exceeds this with probability .1, and the other level's with .5.
T_90, T_50 = 1.476, 0.0


def records(errors):
    """What six data sets of one problem would give, from six errors a method; and another, which does not count."""
    return [
        {"name": name, "method": method, "seed": 100 + seed, "error": error if name == "n_0_id" else seed}
        for name in ("exp_0_n", "n_0_id")
        for method in METHODS
        for seed, error in enumerate(errors[method])
    ]


def drawn(seed):
    """Errors that vary more from data set to data set than from method to method."""
    rng = np.random.default_rng(seed)
    sets = rng.normal(size=6)
    return {method: 3 + 0.3 * rng.random() + sets + 0.1 * rng.normal(size=6) for method in METHODS}


def categories(errors, critical=T_90, paired=True):
    """The twin: t of the differences from the head of the category, all of its methods from the best one down."""
    ranks, rank, head = {}, 1, None
    for method in sorted(errors, key=lambda method: sum(errors[method])):
        d = errors[method] - errors[head or method]
        variance = d.var(ddof=1) if paired else errors[method].var(ddof=1) + errors[head or method].var(ddof=1)
        if head is None:
            head = method
        elif d.mean() / np.sqrt(variance / 6) > critical:
            rank, head = rank + 1, method
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
    assert keys == {(name, seed, method) for name in PROCESSES for seed in range(100, 106) for method in METHODS}
    assert len(tasks) == len(keys) == 18 * 6 * 16 and study.FULL == study.RECORDED == 6


def test_the_error_measured_is_the_mean_square_on_the_generalization_patterns():
    train, validation, (X, T) = finnoff("id_8_n", 101)
    net = fit("P*", Problem(train, validation, (0.05, 0.005), 101))
    record = study.measure("id_8_n", 101, "P*")
    assert record.pop("error") == pytest.approx(np.mean((net.forward(X) - T) ** 2), rel=1e-12)
    assert record == {"name": "id_8_n", "method": "P*", "seed": 101, "weights": net.n_active}


def test_there_are_five_problems_without_noise_and_thirteen_with():
    assert study.NOISELESS == ["exp_0_n", "n_0_id", "n_0_sin", "net_0_n", "sin_0_n"]
    assert len(study.NOISY) == 13 and set(study.NOISY) | set(study.NOISELESS) == set(PROCESSES)
