"""Hostile input everywhere: no crash, no silent NaN, no network changed by an error, and errors that name the argument.

The table of what was tried is printed: `pytest -s tests/test_hostile.py`.
"""

import hostile
import pytest
from hostile_verdicts import Network, names_it, new_infinity, numbers, refuses_keyword, state

import classicnets as cn
from classicnets import datasets, plotting, rules

APART = {*datasets.__all__, *plotting.__all__, "finnoff", *vars(rules)}  # the rest computes with networks
AREAS = {"data and pictures": lambda name: name in APART, "networks": lambda name: name not in APART}


@pytest.fixture(scope="module")
def attack():
    attack = hostile.attack()
    print("\n", hostile.table(attack.outcomes), hostile.faults(attack.outcomes), sep="\n")
    return attack


def assert_well_received(outcomes):
    assert not [outcome for outcome in outcomes if outcome.verdict in hostile.FAULTS], hostile.faults(outcomes)


def test_every_argument_of_every_public_callable_has_a_good_call():
    """Whoever adds a callable or an argument adds it to hostile_calls.py."""
    assert hostile.Attack().missing() == []


def test_every_argument_meets_at_least_20_kinds(attack):
    arguments = {(o.name, o.argument) for o in attack.outcomes if o.argument != "unheard_of"}
    assert set(attack.kinds) == arguments and len(attack.outcomes) > 10_000
    assert min(len(set(kinds)) for kinds in attack.kinds.values()) >= 20


@pytest.mark.parametrize("area", AREAS)
def test_hostile_values_are_refused_by_name_or_do_no_harm(attack, area):
    assert_well_received([outcome for outcome in attack.outcomes if AREAS[area](outcome.name)])


@pytest.mark.slow
def test_two_hostile_values_at_once():
    attack = hostile.attack(pairs=20_000, seed=1)
    assert_well_received([outcome for outcome in attack.outcomes if "," in outcome.argument])


# -- the judge: each kind of fault is seen where there is one -------------------------------------------------------


def spoils(net, X, decay=0.0):
    """A callable with every fault, by the weight decay."""
    if decay is None:
        net.delete([0])
        raise ValueError("decay: expected a number; got None")
    if decay is ...:
        raise AttributeError("'ellipsis' object has no attribute 'real'")
    if decay is True:
        raise RecursionError("maximum recursion depth exceeded")
    if decay is False:
        raise ValueError("X: expected a number; got False")
    if not isinstance(decay, float | int):
        raise TypeError(f"decay: expected a number; got {decay!r}")
    return decay * X


@pytest.mark.parametrize(
    "kind, verdict",
    [
        ("None", "changed"),
        ("Ellipsis", "unnamed"),
        ("True", "crash"),
        ("False", "unnamed"),
        ("NaN", "wrong"),
        ("text", "named"),
        ("0.5", "right"),
        ("NumPy's", "right"),
        ("Fraction's", "wrong"),
    ],
)
def test_the_judge_sees_each_fault(kind, verdict):
    judge = hostile.Attack()
    judge.functions["spoils"] = spoils
    judge.calls["spoils"] = lambda: {"net": cn.MLP((2, 1), seed=0), "X": cn.xor()[0], "decay": 0.25}
    judge.singles("spoils")
    (outcome,) = [o for o in judge.outcomes if (o.name, o.argument, o.kind) == ("spoils", "decay", kind)]
    assert outcome.verdict == verdict, outcome


def test_a_complaint_names_an_argument_only_in_the_words_of_this_library():
    arguments, names = {"net": 1, "a": 2, "path": "here.npz"}, {"a"}
    for error, others, named in [
        (ValueError("a: expected a number; got None"), False, True),
        (ValueError("a, b: expected numbers; got None"), False, True),
        (ValueError("net: expected a network; got None"), False, False),
        (ValueError("net: expected a network; got None"), True, True),
        (ValueError("operands could not be broadcast with a shape"), True, False),
        (AttributeError("a: expected a number; got None"), True, False),
    ]:
        assert names_it(error, "f", arguments, names, others) == named
    assert names_it(FileNotFoundError("path: expected a file; got here.npz"), "f", arguments, {"path"}, False)
    assert names_it(ValueError("here.npz, line 1: expected a word"), "f", arguments, {"path"}, False)
    assert names_it(ValueError("mask: expected booleans"), "MLP.mask =", {"values": 1}, {"values"}, False)


def test_nan_and_changes_are_seen_wherever_they_are():
    net = cn.MLP((2, 1), seed=0)
    before, path = state({"nets": [net]}), cn.prune(net, *cn.xor(), cn.Magnitude(), test=cn.xor())
    net.delete([0])
    assert state({"nets": [net]}) != before and isinstance(net, Network)
    assert not new_infinity(numbers(path), numbers([path, (1, {"a": 2})]))
    assert new_infinity(numbers(path), numbers([path, (float("nan"),)]))
    assert new_infinity([], numbers([float("inf")])) and not new_infinity(numbers(1e999), numbers(-1e999))


def test_a_keyword_that_python_refuses_in_the_words_of_another_function():
    def passes_on(net, **options):
        return cn.accuracy(net, **options)

    arguments = {"net": cn.MLP((2, 1)), "X": cn.xor()[0], "T": cn.xor()[1]}
    assert refuses_keyword(cn.accuracy, "accuracy", dict(arguments), "unheard_of") is None
    assert "accuracy" in refuses_keyword(passes_on, "passes_on", dict(arguments), "unheard_of")
