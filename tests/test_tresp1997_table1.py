"""Tresp et al. (1997), table 1: one case a printed row, over a few divisions (slow: three hundred)."""

import numpy as np
import pytest
import rows

from classicnets import prune
from reproductions import tresp1997_table1 as study

ROWS = rows.keys(("tresp1997",))
# What sets EBD apart from OBD is a hundredth of the error: it takes hundreds of divisions to see.
CELLS = [key for key in ROWS if "EBD - OBD" not in key[2]]


@pytest.mark.parametrize("key", rows.cases(CELLS))
def test_row(key):
    assert rows.measured(study, key, 60) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(ROWS))
def test_row_over_three_hundred_divisions(key):
    assert rows.measured(study, key, 300) == rows.recorded(key)


@pytest.mark.parametrize("problem", study.PROBLEMS)
def test_the_parts_are_of_the_papers_sizes_and_scaled_by_the_training_part(problem):
    (X, T), *others = study.division(problem, 0)
    assert [len(X), *(len(x) for x, _ in others)] == list(study.PROBLEMS[problem][1])
    assert np.allclose(X.mean(axis=0), 0) and np.allclose(X.std(axis=0), 1)
    assert np.allclose(T.std(), 1) == (problem == "Boston Housing")


def test_half_of_all_weights_are_removed_at_once(monkeypatch):
    paths = []
    monkeypatch.setattr(study, "prune", lambda *a, **k: paths.append(prune(*a, **k)) or paths[-1])
    study.measure(study.HEADLINE, "Diabetes", 0)
    assert len(paths) == len(study.METHODS)
    for path in paths:
        assert len(path) == 2 and path[0].n_active == 51 and path[1].n_active == 51 - 25


def test_averages_are_of_five_divisions():
    assert np.array_equal(study._averages(np.arange(12.0)), [2, 7])
