"""Pedersen, Hansen & Larsen (1996), figs. 1 and 2: rows from two starts (slow: twenty)."""

import numpy as np
import pytest
import rows

from reproductions import pedersen1996_mackey_glass as study

ROWS = rows.cases(rows.keys(("pedersen1996",)))


@pytest.mark.parametrize("key", ROWS)
def test_row(key):
    assert rows.measured(study, key, 2) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", ROWS)
def test_row_over_twenty_starts(key):
    assert rows.measured(study, key, 20) == rows.recorded(key)


def test_there_are_250_patterns_to_train_and_8500_to_test_of_six_lags():
    (X, T), _, (X_test, T_test) = study.patterns()
    assert X.shape == (250, 6) and X_test.shape == (8500, 6) and len(T_test) == 8500
    assert np.array_equal(X[6:, 0], T[:-6, 0])  # the nearest lag is six steps


@pytest.mark.parametrize("method", study.METHODS)
def test_the_estimate_is_near_the_test_error_as_long_as_the_net_is_good(method):
    for record in rows.records(study, 2):
        curves = {name: np.array(values) for name, values in record["curves"].items()}
        good = curves["test"] < 2 * curves["test"].min()
        if (record["method"], record["decay"]) == (method, study.DECAY):
            assert np.median(np.abs(curves["estimate"] / curves["test"] - 1)[good]) < 0.1
