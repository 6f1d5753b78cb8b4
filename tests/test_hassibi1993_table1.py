"""Hassibi & Stork (1993), table 1: one case a printed row, from real training runs of a few seeds (slow: a hundred)."""

import numpy as np
import pytest
import rows

from classicnets import OptimalBrainSurgeon, monks
from classicnets.datasets import monks_instances
from classicnets.pruning import Path, Step
from reproductions import hassibi1993_retrained as retrained
from reproductions import hassibi1993_table1 as study
from reproductions import monks_nets

KEYS = rows.keys(*(("hassibi1993", item) for item in ("table 1", "abstract", "fig. 6", "text")))
HELD, SLOW = [key for key in KEYS if "NETtalk" not in key[2]], []


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_row(key):
    assert rows.measured(study, key, 4) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(HELD))
def test_row_over_a_hundred_seeds(key):
    assert rows.measured(study, key, 100) == rows.recorded(key)


# -- how a network is chosen ------------------------------------------------------------------------------------------


def path_of(*steps):
    """A path of networks for MONK 3 of these (number of weights, accuracy in training, in test)."""
    net = monks_nets.untrained(3)
    path = Path(net)
    for n, train, test in steps:
        mask, numbers = np.arange(net.n) >= net.n - n, np.ones(net.n)
        path.append(Step((), 0.0, 0.0, n, *(0.0, train), *(0.0, np.nan), *(0.0, test), numbers * mask, mask))
    return path


def test_the_training_set_alone_chooses():
    path = path_of((39, 0.9, 0.9), (20, 0.9, 0.8), (10, 0.95, 0.5), (9, 0.89, 1.0), (8, 0.8, 0.9))
    assert monks_nets.smallest_as_good(path).n_active == 10
    assert study.at_most(path, 15).n_active == 10 and study.at_most(path, 9).n_active == 9


def test_ties_are_counted_and_shunned():
    data, net = monks(3), monks_nets.untrained(3)
    net.delete(np.arange(net.n))  # answers 1/2 to everything
    assert monks_nets.ties(net, data.X_test).all()
    assert study.tied(net, 3) == [432, pytest.approx(100 * data.T_test.mean())]
    path = path_of((39, 0.9, 0.9), (3, 0.9, 0.9), (0, 0.9, 0.9))
    assert not monks_nets.ties(path.network(1), data.X_test).any()
    assert monks_nets.smallest_without_ties(path, 3).n_active == 3
    assert monks_nets.smallest_as_good(path).n_active == 0
    assert monks_nets.smallest_without_ties(path, 3, lambda step, first: step.n_active > 3).n_active == 39


def test_networks_that_did_not_learn_are_left_out_whatever_they_do_in_test():
    before = {1: [100, 90], 2: [99.4, 100], 3: [93.44, 80]}
    records = [{"problem": problem, "before": accuracies} for problem, accuracies in before.items()]
    assert [len(monks_nets.trained(records, problem)) for problem in (1, 2, 3)] == [1, 0, 1]


def test_rows_after_pruning_are_of_networks_that_learned_and_those_before_of_all():
    first, *others = rows.records(study, 4)
    made = study.rows([first | {"before": [90.0, 100.0]}, *others])
    seeds = {row.row: row.seeds for row in made if row.row.startswith("MONK 1")}
    assert seeds.pop("MONK 1 BPWD") == 4 and set(seeds.values()) == {3}


def test_pruning_may_count_the_decay():
    net = monks_nets.trained_network(3, monks_nets.FIRST_SEED)
    paths = [monks_nets.pruned(net, 3, OptimalBrainSurgeon(1e-4), decay) for decay in (0.0, 1e-2)]
    assert [monks_nets.smallest_as_good(path).n_active for path in paths] == [4, 5]
    assert monks_nets.percent(paths[0][0]) == [pytest.approx(100 * 114 / 122), pytest.approx(100 * 420 / 432)]


# -- what is left -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", [1, 2, 3])
def test_the_rule_read_off_agrees_with_the_network_on_all_robots(problem):
    record = rows.records(study, 4)[4 * (problem - 1)]
    assert record["rule agrees"] and record["rule"] not in ("always", "never")


def test_the_table_counts_what_the_text_says_of_ties():
    ours = {(row.row, row.quantity): row.value for row in study.rows(rows.records(study, 4))}
    monk_3 = monks_nets.OBS[3]
    assert ours[monk_3, "robots at 1/2"] == 108 and ours[monk_3, "test % if 1/2 were yes"] == pytest.approx(77.7778)
    assert ours[monks_nets.NO_TIES[3], "weights"] == 5 and ours["MONK 1 OBS", "robots at 1/2"] == 0


def test_the_four_weights_of_monk_3_miss_exactly_the_robots_in_green_with_a_sword_and_an_octagon_body():
    data, values = monks(3), monks_instances()
    net = monks_nets.trained_network(3, monks_nets.FIRST_SEED)
    path = monks_nets.pruned(net, 3, OptimalBrainSurgeon(monks_nets.ALPHA))
    small = path.network(path.index(monks_nets.smallest_as_good(path)))
    wrong = ((small.forward(data.X_test) > 0.5) != (data.T_test > 0.5))[:, 0]
    missed = (values[:, 4] == 3) & (values[:, 3] == 1) & (values[:, 1] == 3)
    assert small.n_active == 4 and missed.sum() == 12
    assert (wrong == missed).all()


def test_retraining_leaves_no_more_weights_than_are_printed_but_one():
    left = {row.row: row for row in retrained.rows(rows.records(retrained, 2)) if row.quantity == "weights"}
    most = {1: 15, 2: 16, 3: 4}
    assert all(left[f"MONK {problem} OBS, retrained"].value <= most[problem] for problem in most)
    tests = [row.value for row in retrained.rows(rows.records(retrained, 2)) if row.quantity == "test %"]
    assert tests == [100, 100, pytest.approx(97.2222)]
