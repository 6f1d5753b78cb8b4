"""Hassibi et al. (1994), the table: one case a printed row, over a few seeds (slow: fifty)."""

import numpy as np
import pytest
import rows

from reproductions import hassibi1994_table as study

ROWS = rows.cases(rows.keys(("hassibi1994", "table")))


@pytest.mark.parametrize("key", ROWS)
def test_row(key):
    assert rows.measured(study, key, 6) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", ROWS)
def test_row_over_fifty_seeds(key):
    assert rows.measured(study, key, 50) == rows.recorded(key)


def test_more_dimensions_leave_fewer_weights_down_to_those_of_obs():
    for problem in study.HIDDEN:
        left = [record["left"] for record in study.trained_as_printed(rows.records(study, 6), problem)]
        medians = [np.median([each[f"{d}-d, alpha 0.0001"] for each in left]) for d in (1, 5, 20)]
        assert medians == sorted(medians, reverse=True) and medians[0] > medians[-1]
        assert all(each["40-d, alpha 0.0001"] == each["OBS, alpha 0.0001"] for each in left if problem > 1)


def test_the_saliencies_of_the_figure_lie_within_their_bounds():
    (drawn,) = (record["saliencies"] for record in rows.records(study, 6) if "saliencies" in record)
    saliency, lower, upper = (np.array(drawn[name]) for name in ("OBS", "lower", "upper"))
    assert len(saliency) == 58 and (np.diff(saliency) >= 0).all()
    assert (lower <= 1.00001 * saliency).all() and (saliency <= 1.00001 * upper).all()
