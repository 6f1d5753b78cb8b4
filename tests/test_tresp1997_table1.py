"""Tresp et al. (1997), table 1: its rows over a few divisions, what a stranger would measure, and what chance would."""

from dataclasses import asdict
from functools import lru_cache

import numpy as np
import pytest
import rows

from classicnets import MLP, breast_cancer, diabetes, divide, housing, output_derivatives, prune, train_backpropagation
from reproductions import early_stopping, ledger, verdicts
from reproductions import tresp1997_table1 as study

ROWS = rows.keys(("tresp1997",))
DIVISIONS, MORE = 60, 1000
DIFFERENCES = "MSE, % of stopped"
THREE, BOTH = ", three epochs", ("ESP", "EBD")
# What sets EBD apart from OBD is a hundredth of the error, from ESP a thousandth: what sixty divisions do not show.
BY_A_THOUSAND = [
    *[(f"{problem}, {method}", "MSE / stopped") for problem in ("Breast Cancer", "Boston Housing") for method in BOTH],
    ("Boston Housing, OBD", "MSE / stopped"),
    ("Boston Housing, EBD - OBD", DIFFERENCES),
    ("Breast Cancer, EBD - OBD" + THREE, DIFFERENCES),
    *[("Diabetes, EBD - stopped" + setting, DIFFERENCES) for setting in ("", THREE)],
    *[
        (f"{problem}, EBD - stopped{setting}", DIFFERENCES)
        for problem in ("Breast Cancer", "Boston Housing")
        for setting in ("", THREE)
    ],
]
BY_ALL = [
    *[("Diabetes, EBD - OBD" + setting, DIFFERENCES) for setting in ("", THREE)],
    ("Boston Housing, EBD - OBD" + THREE, DIFFERENCES),
    *[
        (f"{problem}, EBD - {rival}{setting}", DIFFERENCES)
        for problem in study.PROBLEMS
        for rival in ("ESP", "better of OBD and ESP")
        for setting in ("", THREE)
    ],
]
HELD = [key for key in ROWS if key[2:] not in BY_A_THOUSAND + BY_ALL]
SLOW = [key for key in ROWS if key not in HELD]


@lru_cache
def records():
    """Of the first divisions, stopped at the first rise, where there is most to see."""
    return [study.measure(**task) for task in study.tasks(DIVISIONS) if task["setting"] == study.HEADLINE]


def words(given):
    """The verdict of each printed row that these records are about."""
    made = study.cells(given)
    for problem in study.PROBLEMS:
        made += study.comparisons(given, study.HEADLINE, problem)
    ours = {ledger.key_of(row): row for row in map(asdict, made)}
    return {key: verdicts.verdict(target, ours[key]) for key, target in ledger.targets().items() if key in ours}


@lru_cache
def measured():
    return words(records())


@pytest.mark.parametrize("key", rows.cases(HELD))
def test_row(key):
    assert measured()[key] == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(key for key in ROWS if key[2:] in BY_A_THOUSAND))
def test_row_over_a_thousand_divisions(key):
    assert rows.measured(study, key, MORE) == rows.recorded(key)


@pytest.mark.slow
@pytest.mark.parametrize("key", rows.cases(key for key in ROWS if key[2:] in BY_ALL))
def test_row_over_all_divisions(key):
    assert rows.measured(study, key, study.RECORDED) == rows.recorded(key)


# -- what a stranger would measure ------------------------------------------------------------------------------------

AS_PRINTED = {  # the data, the sizes of their parts and of the network, and whether the targets are scaled
    "Breast Cancer": (breast_cancer, (233, 233, 233), (9, 10, 1), False),
    "Diabetes": (diabetes, (256, 256, 256), (8, 5, 1), False),
    "Boston Housing": (housing, (168, 169, 169), (13, 3, 1), True),
}
STOPS = {"first rise": (0.002, 1), "three epochs": (0.01, 3)}
SALIENCIES = {
    "OBD": lambda g, h, w: h * w**2 / 2,
    "ESP": lambda g, h, w: h * w**2 / 2 - g * w,
    "EBD": lambda g, h, w: h * (w - g / h) ** 2 / 2,
}


def by_hand(setting, problem, seed):
    """The errors of the stopped net, after each method and of the control, with no word of the study."""
    load, parts, sizes, scaled = AS_PRINTED[problem]
    (X, T), *others = divide(load(), parts, seed)
    place, unit = (T.mean(), T.std()) if scaled else (0, 1)
    training, validation, test = [
        ((x - X.mean(axis=0)) / X.std(axis=0), (t - place) / unit) for x, t in ((X, T), *others)
    ]
    rate, patience = STOPS[setting]

    def trained(net):
        rules = {"validation": validation, "patience": patience}
        train_backpropagation(net, *training, rate, epochs=10_000, seed=seed, **rules)
        return net

    def error(net):
        return np.mean((net.forward(test[0]) - test[1]) ** 2)

    net = trained(MLP(sizes, output="linear", seed=seed))
    slopes = output_derivatives(net, training[0])[:, 0]
    g, h = np.mean((net.forward(training[0]) - training[1]) * slopes, axis=0), np.mean(slopes**2, axis=0)
    errors = {"stopped": error(net)}
    for name, saliency in SALIENCIES.items():
        half = net.copy()
        half.delete(np.argsort(saliency(g, h, net.weights))[: net.n // 2])
        errors[name] = error(trained(half))
    return errors | {"nothing deleted": error(trained(net))}


@pytest.mark.parametrize("problem", study.PROBLEMS)
@pytest.mark.parametrize("setting", study.SETTINGS)
def test_the_errors_are_what_a_stranger_would_measure(setting, problem):
    ours, expected = study.measure(setting, problem, 4)["errors"], by_hand(setting, problem, 4)
    assert {name: ours[name] for name in expected} == pytest.approx(expected, rel=1e-9)


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


def test_the_divisions_that_decide_are_none_that_were_looked_at_before():
    assert min(task["seed"] for task in study.tasks(3)) > 1299


# -- from errors to rows ----------------------------------------------------------------------------------------------


def made_up(errors):
    """Records of both settings and all problems with the same errors: a dict of lists, a number a division."""
    number = len(errors["stopped"])
    missing = {name: [9.0] * number for name in (*study.METHODS, study.CONTROL) if name not in errors}
    each = [{name: values[i] for name, values in (errors | missing).items()} for i in range(number)]
    kinds = [(setting, problem) for setting in study.SETTINGS for problem in study.PROBLEMS]
    return [{"setting": s, "problem": p, "errors": {**one}} for one in each for s, p in kinds]


def found(given, row, quantity):
    (one,) = [made for made in study.rows(given) if (made.row, made.quantity) == (row, quantity)]
    return one


def test_averages_are_of_five_divisions_and_a_ratio_is_one_of_averages():
    assert np.array_equal(study.averages(np.arange(12.0)), [2, 7])
    given = made_up({"stopped": [1.0] * 5 + [2.0] * 10, "EBD": [1.0, 2, 3, 4, 5] + [1.0] * 9 + [-19.0]})
    error, ratio = found(given, "Diabetes, EBD", "MSE"), found(given, "Diabetes, EBD", "MSE / stopped")
    assert (error.value, error.q1, error.q3, error.best) == (0.3333, -3, 3, -3)  # of 3, 1 and -3
    assert (error.low, error.high, error.seeds, error.statistic) == (-2.8, 2.9, 5, "estimate")
    assert (ratio.value, ratio.q1, ratio.q3, ratio.best) == (0.6667, -1.5, 3, -1.5)  # of 3, 1/2 and -3/2
    assert error.paper_quantile == pytest.approx(1 / 3, abs=1e-4) and ratio.paper_quantile == pytest.approx(
        2 / 3, abs=1e-4
    )
    half = 4.30265 * np.std([3, 0.5, -1.5], ddof=1) / np.sqrt(3)  # Student's, of three
    assert ratio.low == pytest.approx(2 / 3 - half, abs=1e-3) and ratio.high == pytest.approx(2 / 3 + half, abs=1e-3)
    assert (ratio.seeds, ratio.statistic) == (15, "mean")


@pytest.mark.parametrize("setting", ["", ", three epochs"])
def test_ebd_is_compared_division_by_division_in_percent_of_the_stopped_error(setting):
    given = made_up({"stopped": [1.0, 3.0], "EBD": [2.0, 4.0], "OBD": [3.0, 4.0], "ESP": [2.0, 3.5], "EBS": [0.0, 0.0]})
    expected = {"OBD": -25, "ESP": 12.5, "stopped": 50, "nothing deleted": -300, "better of OBD and ESP": 12.5}
    for name, value in expected.items():
        row = found(given, f"Boston Housing, EBD - {name}{setting}", "MSE, % of stopped")
        assert row.value == value and row.seeds == 2 and row.statistic == "mean"


def test_tables_of_five_are_won_where_ebd_is_before_both_in_each_problem():
    given = made_up({"stopped": [1.0] * 15, "EBD": [2.0] * 5 + [1.0] * 10, "OBD": [2.0] * 15, "ESP": [1.5] * 15})
    for record in given[-6:]:  # the last division
        record["errors"] |= {"ESP": -9.0} if record["problem"] == "Diabetes" else {}
    assert found(given, "EBD best in all three", "tables of five divisions, %").value == pytest.approx(33.3)


# -- chance -----------------------------------------------------------------------------------------------------------

LEVELS = {("tresp1997", "table 1", f"{problem}, stopped", "MSE") for problem in study.PROBLEMS}  # not of an effect


def instead(change):
    """The rows reproduced when `change` of each record's errors stands in their place."""
    given = [record | {"errors": change(record["errors"])} for record in records()]
    return {key for key, word in words(given).items() if word == "reproduced"}


def test_no_effect_reproduces_no_row_about_an_effect():
    assert instead(lambda errors: dict.fromkeys(errors, errors["stopped"])) <= LEVELS


def test_more_training_with_nothing_deleted_reproduces_no_row_about_an_effect():
    assert instead(lambda errors: errors | dict.fromkeys(study.METHODS, errors[study.CONTROL])) <= LEVELS


@pytest.mark.parametrize("setting", ["", THREE])
@pytest.mark.parametrize("problem", study.PROBLEMS)
def test_without_effect_ebd_gains_over_the_stopped_net_what_more_training_does(problem, setting):
    keys = [(*ROWS[0][:2], f"{problem}, EBD - {rival}{setting}", DIFFERENCES) for rival in ("stopped", study.CONTROL)]
    stopped, control = (float(ledger.results()[key]["value"]) for key in keys)
    assert float(ledger.targets()[keys[0]]["no_effect"]) == pytest.approx(stopped - control, abs=0.005)


@pytest.mark.parametrize("problem", study.PROBLEMS)
def test_without_effect_a_method_has_the_error_of_the_control(problem):
    ratios = {key[2].split(", ")[1]: key for key in ROWS if key[2].startswith(problem) and key[3] == "MSE / stopped"}
    control = ledger.results()[*ratios["EBD"][:2], f"{problem}, {study.CONTROL}", "MSE / stopped"]["value"]
    no_effect = {name: float(ledger.targets()[key]["no_effect"]) for name, key in ratios.items()}
    assert no_effect == dict.fromkeys(("OBD", "ESP", "EBD"), float(control))


def test_shuffled_methods_reproduce_no_row_about_an_effect():
    rng = np.random.default_rng(0)
    assert instead(lambda errors: dict(zip(errors, rng.permutation([*errors.values()]), strict=True))) <= LEVELS


def test_one_constant_reproduces_no_row_about_an_effect_but_its_own_number():
    for problem in study.PROBLEMS:
        key = ("tresp1997", "table 1", f"{problem}, EBD", "MSE")
        printed = float(ledger.targets()[key]["paper_value"])
        assert instead(lambda errors, value=printed: dict.fromkeys(errors, value)) <= {*LEVELS, key}


def test_the_level_without_effect_is_the_error_of_saying_the_mean_target():
    for problem in study.PROBLEMS:
        parts = [early_stopping.division(problem, seed) for seed in range(100)]
        error = np.mean([np.mean((t - T.mean()) ** 2) for (_, T), _, (_, t) in parts])
        target = ledger.targets()["tresp1997", "table 1", f"{problem}, stopped", "MSE"]
        assert float(target["no_effect"]) == pytest.approx(error, rel=0.04)
