"""Rule extraction: what a small classifier of a few attributes says, as a logical rule.

The network is asked about every possible instance, and a rule that says the same is looked for: "exactly k of these
conditions", or a disjunction of conjunctions, short ones first. The rule is built from the answers alone
and checked against all of them, so it never says more or less than the network does.
"""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from . import checks


class Rule(NamedTuple):
    """A rule in words, and where it holds: a boolean array with one axis for each attribute."""

    text: str
    holds: np.ndarray


def read_rule(answers, attributes):
    """The Rule of a classifier from its `answers`, a boolean array with one axis for each attribute.

    `attributes` maps each attribute's name to the names of its values. ValueError if the shapes do not fit, and for
    answers that are not yes or no: of a network's outputs ask whether they are above the middle of their range.
    """
    answers, attributes = _checked(answers, attributes)
    if answers.all() or not answers.any():
        return Rule("always" if answers.all() else "never", answers.copy())
    return _counting_rule(answers, attributes) or _disjunction(answers, attributes)


def _checked(answers, attributes):
    """Both as an array of booleans and a dict of tuples of names that fit each other."""
    if not isinstance(attributes, dict) or not attributes:
        raise ValueError(f"attributes: expected a dict from names to names of values; got {checks.shown(attributes)}")
    checks.names("attributes", list(attributes))
    attributes = {name: tuple(checks.names("attributes", values)) for name, values in attributes.items()}
    shape = tuple(len(values) for values in attributes.values())
    return checks.booleans("answers", answers, shape, ", one axis for each attribute"), attributes


def _counting_rule(answers, attributes):
    """ "exactly k of ..." or "at least k of ...", where one value of each attribute that matters is all that counts."""
    relevant = [axis for axis in range(answers.ndim) if len(_classes(answers, axis)) > 1]
    marks = [[c[0] for c in _classes(answers, axis) if len(c) == 1] for axis in relevant]
    if len(relevant) < 3 or any(len(_classes(answers, axis)) != 2 for axis in relevant):
        return None
    index, names = np.indices(answers.shape), list(attributes)
    for values in product(*marks):
        number = sum((index[axis] == value).astype(int) for axis, value in zip(relevant, values, strict=True))
        counts = [k for k in range(len(relevant) + 1) if answers[number == k].any()]
        holds = np.isin(number, counts)
        if (holds == answers).all():
            conditions = [f"{names[a]} = {attributes[names[a]][v]}" for a, v in zip(relevant, values, strict=True)]
            return Rule(f"{_how_many(counts, len(relevant))} of: {', '.join(conditions)}", holds)
    return None


def _how_many(counts, most):
    if len(counts) > 1 and counts == list(range(counts[0], most + 1)):
        return f"at least {counts[0]}"
    return f"exactly {' or '.join(map(str, counts))}"


def _classes(answers, axis):
    """The values of an attribute, grouped where the answers do not tell them apart."""
    slices = np.moveaxis(answers, axis, 0).reshape(answers.shape[axis], -1)
    groups = {}
    for value, answer in enumerate(slices):
        groups.setdefault(answer.tobytes(), []).append(value)
    return list(groups.values())


def _disjunction(answers, attributes):
    """Conjunctions of at most three conditions, each as wide as can be, until all positive answers are covered."""
    conditions = _conditions(answers, attributes)
    terms, holds = [], np.zeros_like(answers)
    for size in (1, 2, 3):
        candidates = []
        for chosen in combinations(conditions, size):
            where = np.logical_and.reduce([condition.holds for condition in chosen])
            if where.any() and not (where & ~answers).any():
                candidates.append(Rule(" and ".join(condition.text for condition in chosen), where))
        while candidates and not (holds == answers).all():
            best = max(candidates, key=lambda rule: (rule.holds & ~holds).sum())
            if not (best.holds & ~holds).any():
                break
            terms.append(best.text)
            holds |= best.holds
    while (answers & ~holds).any():
        box = _widest_box(answers, np.argwhere(answers & ~holds)[0])
        asked = [axis for axis, members in enumerate(box) if len(members) < answers.shape[axis]]
        names = list(attributes)
        terms.append(" and ".join(_membership(names[a], attributes[names[a]], box[a]) for a in asked))
        holds[np.ix_(*box)] = True
    return Rule(" or ".join(f"({term})" if " and " in term and len(terms) > 1 else term for term in terms), holds)


def _widest_box(answers, instance):
    """Sets of values, one for each attribute, that hold the instance and positive answers only: grown one by one."""
    box = [[int(value)] for value in instance]
    for axis in range(answers.ndim):
        for value in range(answers.shape[axis]):
            wider = sorted({*box[axis], value})
            if answers[np.ix_(*box[:axis], wider, *box[axis + 1 :])].all():
                box[axis] = wider
    return box


def _conditions(answers, attributes):
    """What a conjunction may ask: an attribute's value in a set that the answers tell apart; two attributes equal."""
    index, names, conditions = np.indices(answers.shape), list(attributes), []
    for axis, (name, values) in enumerate(attributes.items()):
        classes = _classes(answers, axis)
        for size in range(1, len(classes)):
            for chosen in combinations(classes, size):
                members = sorted(sum(chosen, []))
                conditions.append(Rule(_membership(name, values, members), np.isin(index[axis], members)))
    for one, other in combinations(range(answers.ndim), 2):
        if attributes[names[one]] == attributes[names[other]] and len(attributes[names[one]]) > 2:
            equal = index[one] == index[other]
            conditions += [
                Rule(f"{names[one]} = {names[other]}", equal),
                Rule(f"{names[one]} differs from {names[other]}", ~equal),
            ]
    return conditions


def _membership(name, values, members):
    if len(members) == 1:
        return f"{name} = {values[members[0]]}"
    if len(members) == len(values) - 1:
        (other,) = set(range(len(values))) - set(members)
        return f"{name} is not {values[other]}"
    return f"{name} in {{{', '.join(values[v] for v in members)}}}"
