"""The approximations side by side: the order that the theory says, on real networks."""

from functools import lru_cache

import numpy as np
import pytest
import rows

from reproductions import approximations as study
from reproductions.monks_nets import trained_network


@lru_cache
def median(quantity):
    return {row.row: row.value for row in study.rows(rows.records(study, 2)) if row.quantity == quantity}


def test_the_exact_hessian_predicts_the_cost_of_a_deletion():
    assert median("actual / predicted")["OBS, exact Hessian"] == pytest.approx(1, abs=0.05)


def test_the_exact_hessian_ranks_deletions_best():
    ranks = median("rank correlation")
    assert max(ranks, key=ranks.get) == "OBS, exact Hessian"


def test_with_one_hidden_layer_the_sweep_of_lecun1990_is_the_exact_diagonal():
    net = trained_network(1, 0)
    sweep, exact = (
        study.deletions(net, 1, study.METHODS[f"OBD, {name}"][0]) for name in ("lecun1990 sweep", "exact diagonal")
    )
    np.testing.assert_allclose(sweep, exact, rtol=1e-9)
