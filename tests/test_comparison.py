"""comparison: every method on every problem, how small a network each leaves; what is not defined is shown."""

from dataclasses import dataclass

import numpy as np
import pytest
import rows

from classicnets import MLP, GammaOBD, Magnitude, RandomChoice, checks, network_error, prune
from classicnets.pruning import Method
from reproductions import comparison
from reproductions.comparison import LEFT, METHODS, PROBLEMS, RANK, TEST, WAYS

# -- where a path is cut ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "errors, last",
    [
        ([1.0, 1.1, 1.3, 2.0], 1),
        ([1.0, 1.2, 1.3, 2.0], 1),  # what is at the bound is not above it
        ([1.0, 2.0, 1.1, 2.0], 2),  # it has not passed for good where it comes back
        ([1.0, 2.0, 3.0], 0),
        ([1.0, 0.5, 0.4], 2),
    ],
)
def test_the_smallest_network_is_the_last_before_the_error_passes_for_good(errors, last):
    assert comparison.last_below(np.array(errors), 1.2) == last


@pytest.mark.parametrize("problem, output", [("Diabetes", "linear"), ("iris", "softmax")])
def test_the_constant_is_the_best_that_a_network_of_nothing_but_biases_says(problem, output):
    trained = PROBLEMS[problem](0)
    X, T = trained.train
    net, mean = MLP((X.shape[1], 1, T.shape[1]), output=output), T.mean(axis=0)
    weights, biases = np.zeros(net.n), np.flatnonzero(net.is_bias)[1:]  # the first is the hidden unit's
    weights[biases] = mean if output == "linear" else np.log(mean)
    net.weights = weights
    least = comparison.constant_error(trained)
    assert network_error(net, X, T, trained.error) == pytest.approx(least)
    weights[biases[0]] += 0.1
    net.weights = weights
    assert network_error(net, X, T, trained.error) > least + 1e-4


def test_what_is_measured_is_that_network_of_the_path(monkeypatch):
    monkeypatch.setattr(comparison, "METHODS", {"magnitude": METHODS["magnitude"]})
    trained = PROBLEMS["MONK 3"](7)
    record = comparison.measure("MONK 3", 7)
    for way, again in zip(WAYS, (None, trained.again), strict=True):
        options = {"at_once": 0.05, "weight_decay": 1e-2, "test": trained.test, "retrain": again}
        path = prune(trained.net, *trained.train, Magnitude(), **options)
        share = trained.train[1].mean()  # of targets of 0 and 1
        bound = path[0].train_error + 0.02 * (share * (1 - share) / 2 - path[0].train_error)
        least = min((step for step in path if step.train_error <= bound), key=lambda step: step.n_active)
        ours = record[way]["magnitude"]
        assert ours["left"] == pytest.approx(100 * least.n_active / 39) and 0 < ours["left"] < 100
        assert ours["test"] == pytest.approx(least.test_error / path[0].test_error)
    assert record["retrained"]["magnitude"]["left"] < record["not retrained"]["magnitude"]["left"]


# -- what is not defined ----------------------------------------------------------------------------------------------


@dataclass
class Failing(Method):
    """A method that fails: in its first look or in its first answer."""

    error: type
    where: str

    def look(self, net, cost):
        if self.where == "look":
            raise self.error("net: expected another; got this")

    def saliency(self, net):
        raise self.error("net: expected another; got this")


def left_by(method, monkeypatch):
    monkeypatch.setattr(comparison, "METHODS", {"it": lambda net, seed: method})
    return comparison.measure("MONK 3", 0)["not retrained"]["it"]


@pytest.mark.parametrize("error", [ValueError, TypeError])
def test_a_method_that_refuses_a_network_is_not_defined_there_in_its_own_words(error, monkeypatch):
    assert left_by(Failing(error, "look"), monkeypatch) == {"undefined": "net: expected another; got this"}


def test_a_method_whose_derivatives_overflow_is_defined_and_leaves_all(monkeypatch):
    left = left_by(Failing(checks.Diverged, "look"), monkeypatch)
    assert (left["left"], left["test"], left["ended by"]) == (100, 1, "divergence")


def test_a_method_that_breaks_on_its_way_is_not_hidden(monkeypatch):
    with pytest.raises(ValueError, match="expected another"):
        left_by(Failing(ValueError, "saliency"), monkeypatch)


def test_what_would_take_hours_is_too_dear(monkeypatch):
    monkeypatch.setattr(comparison, "METHODS", {name: METHODS[name] for name in ("magnitude", "gammaOBS")})
    monkeypatch.setattr(comparison, "DEAR", {"gammaOBS": 38})
    left = comparison.measure("MONK 3", 0)["retrained"]
    assert left["gammaOBS"] == {"undefined": "too dear for 39 weights"} and "left" in left["magnitude"]


def test_what_is_not_defined_is_shown_and_ranked_on_the_other_problems_alone(tmp_path):
    with rows.comparison_slice() as records:
        found = {(row.row, row.quantity): row for row in comparison.rows(records)}
        assert ("gammaOBD, XOR, retrained", LEFT) not in found and ("gammaOBD, MONK 3, retrained", TEST) in found
        rank = found["gammaOBD, retrained", RANK]
        assert rank.seeds == 2 and "2 of 3, on the others not defined" in rank.settings
        notes = list(comparison.notes(records))
        assert "  gammaOBD is not defined: weight_decay: expected a finite number above 0; got 0.0" in notes
        drawn = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(comparison, "save", lambda ax, path: drawn.append(ax) or path)
            list(comparison.figures(records, tmp_path))
    for ax in drawn[0].figure.axes[:2]:
        names, texts = [tick.get_text() for tick in ax.get_yticklabels()], [text.get_text() for text in ax.texts]
        (gap,) = (i for i, text in enumerate(texts) if text == "-")
        assert len(texts) == 9 and gap % 3 == 0 and names[gap // 3].startswith("gammaOBD")
        assert ax.images[0].get_array().mask.ravel()[gap]


# -- methods and problems ---------------------------------------------------------------------------------------------


def test_a_method_joins_by_a_line(monkeypatch):
    few = {"magnitude": METHODS["magnitude"], "OBD": METHODS["OBD"], "new": lambda net, seed: Magnitude()}
    monkeypatch.setattr(comparison, "METHODS", few | {"last": lambda net, seed: RandomChoice(seed)})
    records = [comparison.measure("MONK 3", seed) for seed in range(2)]
    found = {(row.row, row.quantity): row.value for row in comparison.rows(records)}
    for way in WAYS:
        assert found[f"new, {way}", RANK] == found[f"magnitude, {way}", RANK]  # the same networks, the same choices
        assert found[f"last, {way}", RANK] == 4 > found[f"new, {way}", RANK]
    assert sum(line.startswith("  new: ") for line in comparison.notes(records)) == 2


def test_large_networks_are_measured_on_every_fourth_seed_and_not_where_a_few_are_shown():
    for seeds in (1, comparison.RECORDED - 1):
        tasks = comparison.tasks(seeds)
        assert {task["problem"] for task in tasks} == set(PROBLEMS) - {"digits", "NETtalk, small"}
        assert len(tasks) == seeds * (len(PROBLEMS) - 2)
    numbers = [task["problem"] for task in comparison.tasks(comparison.FULL)]
    assert numbers.count("digits") == numbers.count("NETtalk, small") == 5 and numbers.count("XOR") == 20


@pytest.mark.parametrize("problem", sorted(set(PROBLEMS) - {"sunspots, recurrent"}))
def test_networks_are_trained_and_trained_on_for_what_they_say(problem):
    trained = PROBLEMS[problem](1000)
    before = network_error(trained.net, *trained.train, trained.error, trained.weight_decay)
    constant = comparison.constant_error(trained)
    assert network_error(trained.net, *trained.train, trained.error) < 0.8 * constant
    assert network_error(trained.net, *trained.test, trained.error) < constant
    net = trained.net.copy()
    largest = int(np.argmax(np.abs(net.weights)))
    net.delete(largest)
    cut = network_error(net, *trained.train, trained.error, trained.weight_decay)
    trained.again(net, *trained.train)
    after = network_error(net, *trained.train, trained.error, trained.weight_decay)
    assert not net.mask[largest] and before < after < cut


def test_gamma_is_refused_only_where_there_is_no_decay():
    refused = {
        name for name in ("XOR", "MONK 1", "mixtures", "iris") if comparison.refusal(PROBLEMS[name](0), GammaOBD())
    }
    assert refused == {"XOR", "mixtures"}
