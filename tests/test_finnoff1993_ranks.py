"""Finnoff et al. (1993), tables 6.2.1 and 6.2.2 and section 5: verdicts over slices, and of what chance would give.

The ranks are of sixteen methods on all problems, which takes minutes: those rows are held by slow tests. What a claim
needs is measured on one cheap problem, two methods at a time.
"""

from dataclasses import asdict

import numpy as np
import pytest
import rows

from classicnets.datasets.processes import finnoff
from classicnets.pruning import nonconvergent
from classicnets.pruning.nonconvergent import METHODS
from reproductions import chance, ledger
from reproductions import finnoff1993_ranks as study
from reproductions.explorations import finnoff1993_ranks as explorations
from reproductions.ranking import least_lead
from reproductions.verdicts import verdict

PRINTED, TARGETS = study.printed(), ledger.targets()


# -- made up: what is known beforehand --------------------------------------------------------------------------------


def made_up(level, seed=0):
    """Records of errors that are level(table's item, method) on every problem, but for a little noise."""
    rng = np.random.default_rng(seed)
    for item, (_, names) in study.TABLES.items():
        for name in names:
            for method in METHODS:
                for s in range(6):
                    error = np.exp(
                        0.1 * level(item, method) + 0.002 * rng.normal() + s
                    )  # sets differ more than methods
                    yield {"name": name, "seed": s, "method": method, "error": error, "weights": 1}


def verdicts_of(records):
    """From the keys of the printed rows, without the paper, to verdicts."""
    measured = {ledger.key_of(row): row for row in map(asdict, study.rows([{"runs": list(records)}]))}
    return {key[1:]: verdict(TARGETS[key], row) for key, row in measured.items() if key in TARGETS}


def reproduced(words, quantity):
    return [key for key, word in words.items() if key[2] == quantity and word == "reproduced"]


def test_methods_in_the_printed_order_reproduce_all_orders_and_claims():
    words = verdicts_of(made_up(lambda item, method: PRINTED[item, method]))
    assert len(reproduced(words, study.CORRELATION)) == 4
    claims = [key for key in words if key[2] == "least lead, ranks" and " is best " not in key[1]]
    assert len(claims) == 10 and all(words[key] == "reproduced" for key in claims)
    assert len(reproduced(words, "error, ## / nN")) == 5


def test_methods_that_are_all_alike_reproduce_no_order_and_no_claim():
    words = verdicts_of(made_up(lambda item, method: 0.0))
    for quantity in (study.CORRELATION, "least lead, ranks", "error, ## / nN"):
        assert not reproduced(words, quantity)


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_methods_reproduce_no_order_and_hardly_a_claim(seed):
    dealt = dict(zip(METHODS, np.random.default_rng(seed).permutation(list(METHODS)), strict=True))
    words = verdicts_of(made_up(lambda item, method: PRINTED[item, dealt[method]]))
    assert not reproduced(words, study.CORRELATION)
    assert len(reproduced(words, "least lead, ranks")) <= 4


@pytest.mark.parametrize("t, rank", [(1.45, 1), (1.5, 2)])  # with five degrees of freedom the level .9 is at 1.476
def test_the_level_is_09(t, rank):
    d = np.array([-1.0, 1, -1, 1, -1, 1])
    d = d / (d.std(ddof=1) / np.sqrt(6)) + t
    errors = {method: 10 * np.arange(6) + (d if method == "nN" else 0) for method in METHODS}
    records = [{"name": "a", "method": m, "error": error} for m in METHODS for error in errors[m]]
    assert study.ranks(records, "a")["nN"] == rank


def test_what_overfits_is_asked_on_thirty_data_sets():
    seen = [task["seed"] for task in study.tasks(6) if task["name"] == "exp_0_n" and "nN" in task["methods"]]
    assert seen == list(range(100, 130))


def test_ranks_are_from_the_data_sets_that_all_methods_have_seen():
    records = list(made_up(lambda item, method: PRINTED[item, method]))
    more = [
        r | {"seed": 6 + r["seed"], "error": 9.0} for r in records if r["method"] == "nN" and r["name"] == "exp_0_n"
    ]
    assert study.everywhere(records + more) == study.everywhere(records)


@pytest.mark.parametrize("item", study.TABLES)
def test_of_the_recorded_ranks_no_effect_reproduces_none_and_what_chance_does_is_counted(item):
    targets, ours = chance.tables()["finnoff1993", item, "average rank"]
    assert len(targets) == 16 and chance.no_effect(targets, ours) == 0
    assert chance.shuffled(targets, ours) <= 0.25 * 16


@pytest.mark.parametrize("item", study.TABLES)
def test_no_effect_is_the_mean_of_the_printed_ranks_and_a_benchmark_that_comes_earlier_is_not_better(item):
    table = {key[2]: row for key, row in TARGETS.items() if key[:2] == ("finnoff1993", item)}
    middle = np.mean([PRINTED[item, method] for method in METHODS])
    for method in METHODS:
        row = table[method]
        assert float(row["no_effect"]) == pytest.approx(middle, abs=1e-9)
        assert float(row["tolerance"]) <= min(1, abs(PRINTED[item, method] - middle) / 2)
        good = PRINTED[item, method] < middle and method in study.NONCONVERGENT
        assert row["better"] == ("less" if good else "")
    for group, methods in study.GROUPS.items():
        printed = [PRINTED[item, method] for method in methods]
        dealt = study.shuffled_interval(printed, printed)
        assert 1 - float(table[group]["tolerance"]) > dealt[2]


# -- which problems and pairs -----------------------------------------------------------------------------------------


def test_the_printed_tables_bear_out_every_pair_of_a_claim():
    for claim, pairs in study.CLAIMS.items():
        for item in study.TABLES:
            assert all(PRINTED[item, a] < PRINTED[item, b] for a, b in pairs), claim
    assert PRINTED["table 6.2.1", "D*"] > PRINTED["table 6.2.1", "##"]  # so it is in no pair with it


def test_a_method_that_is_said_to_be_best_is_before_all_that_are_not_of_its_kind():
    pairs = {row: {rival for _, rival in pairs} for row, _, pairs in study.claims() if " is best " in row}
    assert len(pairs) == 5
    assert all(rivals == set(METHODS) - {"p*", "e*"} for row, rivals in pairs.items() if "noise" in row)
    penalties = {"d*", "w*", "wF", "D*", "W*"}
    assert all(rivals == set(METHODS) - penalties for row, rivals in pairs.items() if "nonlinear" in row)


def test_six_problems_have_much_noise():
    assert study.MUCH_NOISE == ["exp_6_n", "id_7_n", "id_8_n", "id_9_n", "net_6_n", "sin_6_n"]


@pytest.mark.parametrize("name", study.NOISELESS)
def test_highly_nonlinear_is_what_a_linear_fit_leaves_a_third_of(name):
    left = []
    for seed in range(6):
        (X, T), _, (Z, targets) = finnoff(name, seed)
        X, Z = (np.column_stack([inputs, np.ones(len(inputs))]) for inputs in (X, Z))
        left.append(np.var(targets - Z @ np.linalg.lstsq(X, T, rcond=None)[0]) / np.var(targets))
    assert np.mean(left) > 1 / 3 if name in study.NONLINEAR else np.mean(left) < 0.12


# -- the rows ---------------------------------------------------------------------------------------------------------

ROWS = rows.keys(("finnoff1993",))
PENALTY = ("finnoff1993", "text", "penalty: better from overtraining on, with noise", "least lead, ranks")
SETS = {"net_0_n": 2, "sin_0_n": 6, "n_0_id": 5}  # data sets after which the verdict stands
OVERFITTING = [("finnoff1993", "text", f"overfitting, {name}", "error, ## / nN") for name in SETS]
HELD = [PENALTY, *OVERFITTING]
SLOW = [key for key in ROWS if key not in HELD]


def measured(name, methods, sets):
    seeds = range(study.FIRST_SEED, study.FIRST_SEED + sets)
    return study.apart(study.measure(name, seed, methods) for seed in seeds)


@pytest.mark.parametrize("key", rows.cases(OVERFITTING))
def test_overfitting_without_noise(key):
    name = key[2].removeprefix("overfitting, ")
    ours = study._converged(measured(name, ("##", "nN"), SETS[name]), name)
    assert verdict(TARGETS[key], asdict(ours)) == rows.recorded(key)


@pytest.mark.parametrize("key", rows.cases([PENALTY]))
def test_a_penalty_is_better_from_overtraining_on_where_patterns_are_few_and_noisy(key, monkeypatch):
    """Of the claim's four methods alone, on the three problems of 200 patterns."""
    monkeypatch.setattr(study, "METHODS", ("d*", "D*", "w*", "W*"))
    places = {name: study.ranks(measured(name, study.METHODS, 3), name) for name in ("id_7_n", "id_8_n", "id_9_n")}
    (_, low, high), _ = least_lead(study.ranked(places, places), study.CLAIMS["penalty: better from overtraining on"])
    assert verdict(TARGETS[key], {"low": low, "high": high}) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(ROWS))
def test_row(key):
    assert rows.measured(study, key, 6) == rows.recorded(key)


# -- explorations -----------------------------------------------------------------------------------------------------


def test_an_exploration_changes_a_setting_for_its_own_measurement_only():
    before, task = nonconvergent.PATIENCE, {"key": "patience", "name": "id_8_n", "seed": 101, "method": "nN"}
    usual, few = (explorations.measure(**task, settings={"PATIENCE": epochs}) for epochs in (before, 1))
    (run,) = study.measure("id_8_n", 101, ["nN"])["runs"]
    assert few["error"] != usual["error"] == run["error"]
    assert nonconvergent.PATIENCE == before and few["label"] == "nN, patience 1"


def test_an_exploration_compares_with_a_rival_in_the_geometric_mean():
    records = [
        {"name": name, "seed": seed, "label": label, "error": error * (2.0 if seed else 0.5)}
        for name in explorations.MIDDLE
        for seed in (0, 1)
        for label, error in (("nN", 1.0), ("wF", 0.25 if name == "id_8_n" else 1.0))
    ]
    (row,) = explorations.numbers("lambda", records)
    assert row.row == "lambda" and row.quantity == "wF" and row.value == round(0.25 ** (1 / 6), 4)
