"""recipe.py: deleted, decreased, adapting again, by hand on a linear network; and the study that compares them."""

import numpy as np
import pytest
import rows
from test_revival import Recorded, linear_problem

from classicnets import MLP, Cost, Magnitude, OptimalBrainDamage, monks, prune, train_backpropagation
from classicnets.pruning.recipe import recipe
from reproductions import lecun1990_nets
from reproductions import lecun1990_recipe as study

METHOD = OptimalBrainDamage("levenberg-marquardt")
FACTORS = (None, 0.5, 0.0, 1.0)


def moved(net, X, T):
    """A retraining that is easy to follow: the first weight grows by 1, the last, the least salient at first, by 2."""
    net.weights = net.weights + [1, 0, 0, 0, 2]


def by_hand(factor, numbers=(1, 2), retrain=moved, method=METHOD, deleted=()):
    """The recipe on weights 3, 1, .5, 2, .2, whose saliencies are half their squares."""
    net, X, T = linear_problem(deleted)
    return recipe(net, X, T, method, numbers, retrain, factor=factor)


# -- the three forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "factor, weights",
    [
        (None, [5, 1, 0, 2, 0]),  # what is deleted stays so: the next to go is .5
        (0.5, [5, 0, 0, 2, 4.1]),  # .2 is halved and grows to 2.1: the two least are .5 and 1, and 2.1 grows on
        (0.0, [5, 0, 0, 2, 4]),
        (1.0, [5, 0, 0, 2, 4.2]),
    ],
)
def test_by_hand(factor, weights):
    first, second = by_hand(factor)
    assert first.weights == pytest.approx([4, 1, 0.5, 2, 0])  # the first stage is the same to all, if it is the last
    assert second.weights == pytest.approx(weights)
    assert (first.mask == [True, True, True, True, False]).all() and (second.mask == (second.weights != 0)).all()


@pytest.mark.parametrize("factor", FACTORS)
def test_all_forms_have_as_many_weights_and_trainings(factor):
    retrain = Recorded(moved)
    networks = by_hand(factor, (1, 2, 4), retrain)
    assert [net.n_active for net in networks] == [4, 3, 1]
    assert [net.weights[0] for net in networks] == [4, 5, 6]  # a training each stage
    assert len(retrain.seen) == (3 if factor is None else 5)  # and none for a stage that does not come


def test_halving_costs_a_quarter_of_deleting_and_setting_to_zero_the_same():
    net, X, T = linear_problem()
    rises = {}
    for factor in (0.5, 0.0):
        retrain = Recorded()
        recipe(net, X, T, METHOD, (2, 3), retrain, factor=factor)
        rises[factor] = [Cost(X, T).value(seen) - Cost(X, T).value(net) for seen in retrain.seen[:2]]
    deleted = (0.5**2 + 0.2**2) / 2
    assert rises[0.5] == pytest.approx([deleted, deleted / 4]) and rises[0.0] == pytest.approx([deleted, deleted])


def test_deleting_is_what_prune_does():
    data = monks(2)

    def retrain(net, X, T):
        train_backpropagation(net, X, T, epochs=3, seed=0, weight_decay=1e-3, keep="last")

    net, decay = MLP((17, 2, 1), seed=3), {"weight_decay": 1e-3}
    options = {"at_once": 8, "down_to": 7, "keep_orphans": True, "retrain": retrain}
    path = prune(net, data.X, data.T, METHOD, **options, **decay)
    networks = recipe(net, data.X, data.T, METHOD, range(8, 33, 8), retrain, **decay)
    assert len(networks) == len(path) - 1 == 4
    for i, ours in enumerate(networks, 1):
        assert (ours.mask == path.network(i).mask).all()
        assert ours.weights == pytest.approx(path.network(i).weights, abs=1e-12)


@pytest.mark.parametrize("factor", FACTORS)
def test_what_was_deleted_before_stays_so_and_counts(factor):
    first, second = by_hand(factor, (2, 3), deleted=[0])
    assert not first.mask[[0, 4]].any() and first.n_active == 3 and second.n_active == 2 and not second.mask[0]


def test_the_network_and_the_method_stay_as_they_are():
    net, X, T = linear_problem()
    method, before = OptimalBrainDamage(), net.weights.copy()
    recipe(net, X, T, method, (2, 3), moved, factor=0.5)
    assert (net.weights == before).all() and net.mask.all() and vars(method) == vars(OptimalBrainDamage())


class Spared(OptimalBrainDamage):
    def saliency(self, net):
        return np.array([1.0, np.inf, 2.0, np.inf, 3.0])


@pytest.mark.parametrize(
    "options, complaint",
    [
        ({"numbers": (2, 2)}, r"numbers: expected numbers that rise, each above 0 and at most 5; got \(2, 2\)"),
        ({"numbers": ()}, "numbers: expected numbers that rise"),
        ({"numbers": (2, 6)}, "numbers: expected .* at most 5; got"),
        ({"numbers": (1, 2), "deleted": [0]}, "numbers: expected .* above 1"),
        ({"factor": 1.5}, "factor: expected None, or a number from 0 to 1; got 1.5"),
        ({"factor": -0.5}, "factor: expected"),
        ({"method": Magnitude()}, "method: expected one such as OptimalBrainDamage"),
        ({"retrain": None}, "retrain: expected a function; got None"),
        ({"numbers": (3, 4), "method": Spared()}, "numbers: expected at most 3, .* negative curvature; got 4"),
    ],
)
def test_bad_input(options, complaint):
    with pytest.raises((ValueError, TypeError), match=complaint):
        by_hand(**{"factor": None, **options})


# -- the study --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def records():
    return [study.measure(**task) for task in study.tasks(3) if task["problem"] == "MONK 1"]


def test_all_forms_delete_as_many_and_start_alike(records):
    for record in records:
        assert record["whole"]["n_active"] == [58]
        for form in study.FORMS:
            assert record[form]["n_active"] == [58 - number for number in study.STAGES["MONK 1"]]
            assert record[form]["train"][0] == record["deleted"]["train"][0]


def test_of_monk_1_the_recipe_as_printed_loses_less_than_its_variants(records):
    found = {(row.row.split(",")[0], row.quantity): row.value for row in study.rows(records)}
    for form in ("halved", "adapting again", "all at the end"):
        assert found[form, "train error, dB, - deleted"] > 1


def test_differences_are_those_of_each_network():
    errors = {
        "deleted": (1, 100, 10),
        "halved": (10, 10, 100),
        "adapting again": (1, 1, 1),
        "all at the end": (1, 1, 1),
    }
    stages = len(study.STAGES["MONK 2"])
    made = [
        {"problem": "MONK 2", "whole": {"train": [1.0]}}
        | {form: {"train": [each[i]] * stages, "test errors %": [each[i]] * stages} for form, each in errors.items()}
        for i in range(3)
    ]
    found = {(row.row, row.quantity): row.value for row in study.rows(made)}
    assert found["halved, 20 deleted, MONK 2", "train error, dB"] == 10  # of 10, 10, 20
    assert found["halved, 20 deleted, MONK 2", "train error, dB, - deleted"] == 10  # of 10, -10, 10
    assert found["halved, 20 deleted, MONK 2", "test errors %, - deleted"] == 9  # of 9, -90, 90


def test_retraining_is_a_pass_of_the_digits_and_five_epochs_of_monks(monkeypatch):
    calls = []
    for name in ("train_diagonal_newton", "train_backpropagation"):
        monkeypatch.setattr(study, name, lambda net, X, T, *rates, **options: calls.append((*rates, len(X), options)))
    with rows.digits_slice() as few:
        net, _, retrain, decay = study._digits(7)
        retrain(net, few.X, few.T)
    (_, _, first), (rates, patterns, again) = calls
    assert (first["epochs"], again["epochs"], rates, patterns) == (2, 1, (lecun1990_nets.RETRAINING,), 500)
    assert decay == 0 and again["keep"] == "last" and again["seed"] == 7
    net, robots, retrain, decay = study._monks(3, 7)
    retrain(net, robots.X, robots.T)
    options = calls[-1][-1]
    assert decay == options["weight_decay"] == 1e-2 and options["epochs"] == 5 and options["keep"] == "last"


def test_all_forms_have_the_same_network_retraining_and_cost(monkeypatch):
    calls = []

    def recorded(net, X, T, method, numbers, retrain, *, factor, weight_decay):
        calls.append((factor, net, retrain, numbers, weight_decay, method))
        return [net]

    monkeypatch.setattr(study, "recipe", recorded)
    record = study.measure("MONK 3", 7)
    (factors, *same) = zip(*calls, strict=True)
    assert factors == FACTORS and all(len({id(each) for each in kind}) == 1 for kind in same)
    assert calls[0][3:] == (range(4, 29, 4), 1e-2, METHOD)
    assert record["whole"] == record["deleted"]


def test_every_number_reported_is_a_stage():
    for problem, numbers in study.REPORTED.items():
        assert set(numbers) <= set(study.STAGES[problem])
