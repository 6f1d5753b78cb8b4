"""XOR and the MONK's problems."""

from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import NamedTuple

import numpy as np

from .. import checks

# Attribute a1 .. a6 of a robot and the names of its values 1, 2, ...: Thrun et al. (1991), section 1.1.
ATTRIBUTES = {
    "head shape": ("round", "square", "octagon"),
    "body shape": ("round", "square", "octagon"),
    "is smiling": ("yes", "no"),
    "holding": ("sword", "balloon", "flag"),
    "jacket colour": ("red", "yellow", "green", "blue"),
    "has tie": ("yes", "no"),
}
SHORT = {  # where "head shape round" would be too long
    "head shape": "head {}", "body shape": "body {}", "is smiling": "smiling: {}", "holding": "{}",
    "jacket colour": "{} jacket", "has tie": "tie: {}",
}  # fmt: skip
VALUES = tuple(len(names) for names in ATTRIBUTES.values())


def xor(inputs=(0, 1), targets=(0, 1)):
    """The exclusive or: X (4, 2) in the coding `inputs` (false, true), T (4, 1) in `targets` (same, different).

    ValueError unless both are two finite numbers.
    """
    inputs, targets = checks.finite_vector("inputs", inputs, 2), checks.finite_vector("targets", targets, 2)
    truth = np.array(list(product((0, 1), repeat=2)))
    return inputs[truth], targets[truth.sum(axis=1) % 2, None]


class Monks(NamedTuple):
    """A MONK's problem: X (P, 17), T (P, 1) to train, all 432 as X_test, T_test; `train` says which of them X are."""

    X: np.ndarray
    T: np.ndarray
    X_test: np.ndarray
    T_test: np.ndarray
    train: np.ndarray


def monks(problem):
    """MONK's problem 1, 2 or 3 with its fixed training set; targets 0 and 1. Thrun et al. (1991).

    The 432 test targets follow the rule; the training targets are the published ones, six of them wrong in problem 3.
    """
    rule = checks.choose("problem", str(problem), {str(number): rule for number, rule in _RULES.items()})
    numbers, classes = (column[_table()[:, 0] == int(problem)] for column in _table()[:, 1:].T)
    X = _one_hot(monks_instances())
    T = np.array([[rule(*robot)] for robot in monks_instances()], dtype=np.float64)
    return Monks(X[numbers - 1], classes[:, None].astype(np.float64), X, T, numbers - 1)


@lru_cache(maxsize=1)
def monks_instances():
    """All 432 robots as attribute values (432, 6), counted from 1, in the order of their published numbers."""
    instances = np.array(list(product(*(range(1, values + 1) for values in VALUES))))
    instances.flags.writeable = False  # the same array for everyone who asks
    return instances


def monks_input_names():
    """The 17 inputs in words: 'head round', ..., 'tie: no'."""
    return [SHORT[attribute].format(value) for attribute, values in ATTRIBUTES.items() for value in values]


def monks_text(instance):
    """A robot in words, from its attribute values (6,): 'head shape round, ..., has tie no'.

    ValueError unless they are whole numbers, counted from 1, of values that there are.
    """
    numbers = checks.counts("instance", instance, example="(1, 1, 1, 1, 1, 1)")
    if len(numbers) != len(VALUES) or any(number > most for number, most in zip(numbers, VALUES, strict=True)):
        raise ValueError(f"instance: expected {len(VALUES)} numbers of at most {VALUES}; got {checks.shown(numbers)}")
    pairs = zip(ATTRIBUTES.items(), numbers, strict=True)
    return ", ".join(f"{attribute} {names[value - 1]}" for (attribute, names), value in pairs)


_RULES = {
    1: lambda a1, a2, a3, a4, a5, a6: a1 == a2 or a5 == 1,
    2: lambda *values: values.count(1) == 2,
    3: lambda a1, a2, a3, a4, a5, a6: (a5 == 3 and a4 == 1) or (a5 != 4 and a2 != 3),
}


def _one_hot(instances):
    """Each attribute value an input of its own: (P, 17) of zeros and ones."""
    return np.concatenate([np.eye(k)[column - 1] for k, column in zip(VALUES, instances.T, strict=True)], axis=1)


@lru_cache(maxsize=1)
def _table():
    """The published training sets: rows of problem, instance number (1 to 432), class."""
    with (files(__package__) / "data" / "monks.csv").open(encoding="ascii") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1, dtype=np.int64)
