"""Hassibi & Stork (1993), table 1: one case a printed row, from real training runs of a few seeds (slow: a hundred)."""

import pytest
import rows

from classicnets import OptimalBrainSurgeon, monks
from classicnets.datasets import monks_instances
from reproductions import hassibi1993_table1 as study
from reproductions import monks_nets

KEYS = rows.keys(*(("hassibi1993", item) for item in ("table 1", "abstract", "fig. 6", "text")))
ROWS = rows.cases([key for key in KEYS if "NETtalk" not in key[2]])


@pytest.mark.parametrize("key", ROWS)
def test_row(key):
    assert rows.measured(study, key, 4) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", ROWS)
def test_row_over_a_hundred_seeds(key):
    assert rows.measured(study, key, 100) == rows.recorded(key)


@pytest.mark.parametrize("problem", [1, 2, 3])
def test_the_rule_read_off_agrees_with_the_network_on_all_robots(problem):
    record = study.measure(problem, monks_nets.FIRST_SEED)
    assert record["rule agrees"] and record["rule"] not in ("always", "never")


def test_the_four_weights_of_monk_3_miss_exactly_the_robots_in_green_with_a_sword_and_an_octagon_body():
    data, values = monks(3), monks_instances()
    net = monks_nets.trained_network(3, monks_nets.FIRST_SEED)
    path = monks_nets.pruned(net, 3, OptimalBrainSurgeon(monks_nets.ALPHA))
    small = path.network(path.index(monks_nets.smallest_as_good(path)))
    wrong = ((small.forward(data.X_test) > 0.5) != (data.T_test > 0.5))[:, 0]
    missed = (values[:, 4] == 3) & (values[:, 3] == 1) & (values[:, 1] == 3)
    assert small.n_active == 4 and missed.sum() == 12
    assert (wrong == missed).all()
