"""What is explored about the Gaussian mixtures: each setting is what its name says, each number what its paths say."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import multivariate_normal
from test_mixtures import A, B

from classicnets import MLP, OptimalBrainDamage, OptimalBrainSurgeon, gaussian_mixtures
from reproductions.explorations import hassibi1994_mixtures as explored

TEST = [
    200 + np.abs(np.arange(30) - 17.0),
    220 + np.abs(np.arange(30) - 10.0),
    np.full(30, 210.0),
]  # their minima: 17, 10, 0


@pytest.fixture
def calls(monkeypatch):
    """What is trained, how, and by what it is pruned, without doing it; paths are the first of TEST."""
    given = {"trained": [], "along": []}

    def trained(sets, seed, name, net=None, **settings):
        given["trained"].append((sets, seed, name, net, settings))
        return net or MLP((5, 9, 1), seed=seed)

    def along(net, sets, method, retrain=None):
        given["along"].append((net, sets, method, retrain))
        return {"train": TEST[0], "test": TEST[0]}

    monkeypatch.setattr(explored, "trained", trained)
    monkeypatch.setattr(explored, "along", along)
    monkeypatch.setattr(explored, "pruned", lambda net, sets, seed, method: along(net, sets, (seed, method)))
    return given


def numbers(key, records):
    return {row.quantity: row.value for row in explored.numbers(key, records)}


@pytest.mark.parametrize("key", explored.KEYS)
def test_data_sets_are_none_of_those_that_settings_were_chosen_on(key):
    tasks = explored.tasks(key, 2)
    assert {task["seed"] for task in tasks} == {1000, 1001} and explored.KEYS[key].seeds >= 12


@pytest.mark.parametrize("key", ["rates", "retraining", "best classifier"])
def test_only_deviations_are_read_as_deviations(key, calls):
    for task in explored.tasks(key, 1):
        explored.measure(key, **task)
        sets = calls["trained"][-1][0]
        drawn = gaussian_mixtures(1000, (1000, 1000, 1000), task.get("setting") == "deviations")
        assert np.array_equal(sets[2][0], drawn[2][0])


@pytest.mark.parametrize(
    "setting, hidden, output, spread, training, alpha",
    [
        ("as in the ledger", "tanh", "logistic", None, {}, 1e-6),
        ("logistic hidden units", "logistic", "logistic", None, {}, 1e-6),
        ("linear output, rate 0.02", "tanh", "linear", None, {"rate": 0.02}, 1e-6),
        ("targets of .1 and .9", "tanh", "logistic", None, {}, 1e-6),
        ("initial weights up to 0.1", "tanh", "logistic", 0.1, {}, 1e-6),
        ("initial weights up to 1", "tanh", "logistic", 1.0, {}, 1e-6),
        ("initial weights up to 2", "tanh", "logistic", 2.0, {}, 1e-6),
        ("rate 0.02", "tanh", "logistic", None, {"rate": 0.02}, 1e-6),
        ("rate 0.1", "tanh", "logistic", None, {"rate": 0.1}, 1e-6),
        ("rate 0.3", "tanh", "logistic", None, {"rate": 0.3}, 1e-6),
        ("rate 1", "tanh", "logistic", None, {"rate": 1.0}, 1e-6),
        ("momentum 0.9", "tanh", "logistic", None, {"momentum": 0.9}, 1e-6),
        ("batches of 10", "tanh", "logistic", None, {"batch": 10, "rate": 0.5}, 1e-6),
        ("weight decay 1e-4", "tanh", "logistic", None, {"weight_decay": 1e-4}, 1e-6),
        ("alpha 1e-08", "tanh", "logistic", None, {}, 1e-8),
        ("alpha 0.0001", "tanh", "logistic", None, {}, 1e-4),
        ("alpha 0.01", "tanh", "logistic", None, {}, 1e-2),
    ],
)
def test_a_stopped_net_is_what_its_setting_says(setting, hidden, output, spread, training, alpha, calls):
    explored.measure("stopped nets", setting, 5)
    ((sets, seed, name, net, settings),), ((_, _, method, retrain),) = calls["trained"], calls["along"]
    assert (seed, name, settings) == (5, "stopped on a third set", training)
    assert (net.hidden, net.output, method, retrain) == (hidden, output, OptimalBrainSurgeon(alpha), None)
    assert np.array_equal(net.weights, MLP((5, 9, 1), seed=5).initialize(5, spread).weights)
    assert set(sets[0][1].ravel()) == ({0.1, 0.9} if "targets" in setting else {0, 1})


def test_all_settings_of_a_stopped_net_are_tried():
    (mark,) = test_a_stopped_net_is_what_its_setting_says.pytestmark
    assert [case[0] for case in mark.args[1]] == [*explored.SETTINGS]


def test_the_extremes_of_the_settings_and_how_many_nets_fall_as_printed():
    records = [{"setting": name, "test": test} for name, test in zip("abc", TEST, strict=True) for _ in range(2)]
    made = numbers("stopped nets", records)
    falls = {"a": 100 * (200 / 217 - 1), "b": 100 * (220 / 230 - 1), "c": 0}
    assert all(np.isclose(made[f"least test error, change %, {name}"], fall, atol=1e-4) for name, fall in falls.items())
    most, least = (made[f"least test error, change %, where it falls {which}"] for which in ("most", "least"))
    assert np.allclose([most, least], [falls["a"], 0], atol=1e-4)
    assert np.isclose(made["nets that fall by 4.4 %, %"], 33.3)  # the second falls by 4.35


@pytest.mark.parametrize(
    "setting, settings",
    [
        ("rate 0.05", {}),
        ("rate 0.1", {"rate": 0.1}),
        ("rate 0.3", {"rate": 0.3}),
        ("momentum 0.9", {"momentum": 0.9}),
    ],
)
def test_rates_are_those_of_the_net_of_fig_1(setting, settings, calls):
    record = explored.measure("rates", setting, 5)
    ((*_, name, _, trained),), ((*_, by, _),) = calls["trained"], calls["along"]
    assert (name, trained, by, list(explored.RATES)[0]) == ("net of fig. 1", settings, (5, "OBS"), "rate 0.05")
    ended = record | {"test": np.append(TEST[0][:25], np.full(5, np.nan))}
    made = numbers("rates", [ended, ended])
    assert made[f"deletions at least test error, {setting}"] == 17
    assert np.isclose(made[f"least test error, change %, {setting}"], 100 * (200 / 217 - 1), atol=1e-4)
    assert made[f"train error a pattern, {setting}"] == 0.217


def test_each_alpha_prunes_both_nets(calls):
    record = explored.measure("alpha", "variances", 5)
    alphas = [method.alpha for _, _, method, _ in calls["along"]]
    assert alphas == [1e-6, 1e-4, 1e-3, 1e-2] * 2 and all(
        method.kind == "gauss-newton" for _, _, method, _ in calls["along"]
    )
    assert [name for _, _, name, *_ in calls["trained"]] == ["net of fig. 1", "stopped on a third set"]
    other = record | {"stopped on a third set, alpha 0.001": TEST[2]}
    made = numbers("alpha", [record, record, other])
    changes = {number: 100 * (TEST[0][number] / 217 - 1) for number in (15, 17, 22, 27)}
    for number in (15, 22, 27):
        assert np.isclose(made[f"change % after {number}, net of fig. 1, alpha 0.01, mean"], changes[number], atol=1e-4)
    name = "change % after 17, stopped on a third set, alpha 0.001"
    assert np.isclose(made[f"{name}, median"], changes[17], atol=1e-4)
    assert np.isclose(made[f"{name}, mean"], 2 / 3 * changes[17], atol=1e-4)


def test_obd_is_retrained_weakly_or_not(calls, monkeypatch):
    given = []
    monkeypatch.setattr(
        explored, "train_backpropagation", lambda *arguments, **settings: given.append((arguments, settings))
    )
    explored.measure("retraining", "variances", 5)
    by, retrain = zip(*(call[2:] for call in calls["along"]), strict=True)
    assert by == ((5, "OBS"), OptimalBrainDamage(), OptimalBrainDamage()) and (retrain[0], retrain[2]) == (None, None)
    retrain[1]("net", "X", "T")
    settings = {"epochs": 60, "every": 60, "keep": "last", "seed": 5, "batch": None, "rate": 0.1}
    assert given == [(("net", "X", "T"), settings)]
    assert [name for _, _, name, *_ in calls["trained"]] == ["net of fig. 1"]


def test_how_long_obs_is_lower_than_obd_so_retrained():
    lower = np.where(np.arange(30) <= 20, 90.0, 110.0)
    records = [
        {"setting": "variances", "OBS": lower, "60 full-batch epochs": np.full(30, 100.0), "none": np.full(30, 80.0)}
    ] * 2
    made = numbers("retraining", records)
    assert made["deletions until no longer lower, 60 full-batch epochs, variances"] == 20
    assert made["deletions until no longer lower, none, variances"] == 0
    assert np.isclose(made["OBS - OBD, train error, %, 60 full-batch epochs, variances"], -10 * 17 / 23, atol=1e-4)


def test_the_best_output_is_the_probability_of_the_second_class():
    X = np.random.default_rng(0).normal(size=(50, 5))
    for deviations in (False, True):
        density = [
            sum(
                multivariate_normal(m, np.diag(np.power(v, 1 + deviations))).pdf(X)
                for m, v in zip(*mixture, strict=True)
            )
            for mixture in (A, B)
        ]
        best = expit(np.log(density[1]) - np.log(density[0]))
        assert np.allclose(explored.best_output(X, deviations)[:, 0], best, rtol=1e-9)


@pytest.mark.parametrize("reading, error", [("variances", 200), ("deviations", 167)])
def test_the_best_classifier_and_the_net_are_compared_on_the_test_set(reading, error, calls):
    record = explored.measure("best classifier", reading, 5)
    ((sets, _, name, _, settings),) = calls["trained"]
    net = MLP((5, 9, 1), seed=5)
    assert (name, settings) == ("stopped on a third set", {}) and abs(record["best"] - error) < 15
    assert np.isclose(record["net"], np.square(net.forward(sets[2][0]) - sets[2][1]).sum())


def test_how_often_the_best_classifier_has_the_printed_error():
    records = [{"setting": "variances", "best": best, "net": best + 12.0} for best in (194.0, 195.0, 196.0, 211.0)]
    made = numbers("best classifier", records)
    assert made["test error, variances"] == 199 and made["test error of a stopped net above it, variances"] == 12
    assert made["test sets where it has 195 or less, %, variances"] == 50


def test_further_training_takes_gauss_newton_steps_after_the_epochs(calls, monkeypatch):
    given = []
    monkeypatch.setattr(
        explored, "train_gauss_newton", lambda net, X, T, iterations: given.append((net, X, T, iterations))
    )
    record = explored.measure("further training", "variances", 5)
    (net, X, T, iterations), ((sets, _, name, _, settings),) = given[0], calls["trained"]
    assert X is sets[0][0] and T is sets[0][1] and (name, settings, iterations) == ("net of fig. 1", {}, 200)
    assert np.isclose(record["error"], np.mean((net.forward(X) - T) ** 2))
    assert numbers("further training", [record, record]) == {"train error a pattern": round(record["error"], 4)}


def test_residual_terms_are_tried_on_every_net(calls):
    record = explored.measure("residuals", "variances", 5)
    assert [by for *_, by, _ in calls["along"]] == [(5, "OBS"), (5, "OBS with (t - o)")] * 3
    ended = record | {"OBS, net of fig. 1": np.append(TEST[1][:20], np.full(10, np.nan))}
    made = explored.numbers("residuals", [record, *6 * [ended]])
    made = {row.quantity: row for row in made}
    assert len(made) == 12 and made["change % after 29, OBS, net of fig. 1"].value == np.inf
    assert np.isclose(made["change % after 29, OBS, net of fig. 1"].best, 100 * (212 / 217 - 1), atol=1e-4)
    assert np.isclose(made["least test error, change %, OBS, net of fig. 1"].value, 100 * (220 / 230 - 1), atol=1e-4)
    assert np.isclose(
        made["least test error, change %, OBS, stopped on the test set"].value, 100 * (200 / 217 - 1), atol=1e-4
    )
