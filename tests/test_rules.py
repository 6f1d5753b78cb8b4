"""Rule extraction: the rule says exactly what the answers say, whatever they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classicnets import monks
from classicnets.datasets.boolean import ATTRIBUTES, VALUES
from classicnets.rules import read_rule

SMALL = {"shape": ("round", "square", "octagon"), "body": ("round", "square", "octagon"), "tie": ("yes", "no")}


@pytest.mark.parametrize(
    "problem, text",
    [
        (1, "head shape = body shape or jacket colour = red"),
        (
            2,
            "exactly 2 of: head shape = round, body shape = round, is smiling = yes, holding = sword, "
            "jacket colour = red, has tie = yes",
        ),
        (3, "(body shape is not octagon and jacket colour is not blue) or (holding = sword and jacket colour = green)"),
    ],
)
def test_the_rules_of_the_monks_problems_are_found(problem, text):
    answers = monks(problem).T_test.reshape(VALUES) > 0.5
    rule = read_rule(answers, ATTRIBUTES)
    assert rule.text == text
    np.testing.assert_array_equal(rule.holds, answers)


def said(text, attributes):
    """Where the words of a rule hold, read one by one: a boolean array with one axis for each attribute."""
    index, names = np.indices([len(values) for values in attributes.values()]), list(attributes)

    def condition(words):
        name, values = words[0], attributes[words[0]]
        axis = index[names.index(name)]
        if words[1] == "in":
            return np.isin(axis, [values.index(word.strip("{},")) for word in words[2:]])
        equal = axis == (index[names.index(words[-1])] if words[-1] in names else values.index(words[-1]))
        return equal if words[1] == "=" else ~equal  # "is not", "differs from"

    if " of: " in text:
        how_many, conditions = text.split(" of: ")
        number = sum(condition(part.split()).astype(int) for part in conditions.split(", "))
        counts = [int(word) for word in how_many.split() if word.isdigit()]
        return number >= counts[0] if how_many.startswith("at least") else np.isin(number, counts)
    if text in ("always", "never"):
        return np.full(index.shape[1:], text == "always")
    terms = [[part.strip("()").split() for part in term.split(" and ")] for term in text.split(" or ")]
    return np.logical_or.reduce([np.logical_and.reduce([condition(words) for words in term]) for term in terms])


@given(arrays(bool, (3, 3, 2)))
def test_a_rule_never_says_more_or_less_than_the_answers(answers):
    rule = read_rule(answers, SMALL)
    np.testing.assert_array_equal(rule.holds, answers)
    np.testing.assert_array_equal(said(rule.text, SMALL), answers)


INDEX = dict(zip(SMALL, np.indices((3, 3, 2)), strict=True))
SHAPE, BODY, TIE = INDEX.values()
COUNT = (SHAPE == 0) * 1 + (BODY == 2) + (TIE == 0)


@pytest.mark.parametrize(
    "answers, text",
    [
        (SHAPE == 1, "shape = square"),
        (SHAPE != 1, "shape is not square"),
        (SHAPE == BODY, "shape = body"),
        (SHAPE != BODY, "shape differs from body"),
        ((SHAPE == BODY) & (TIE == 0), "tie = yes and shape = body"),
        ((SHAPE == 0) & (BODY == 2), "shape = round and body = octagon"),
        ((SHAPE == 0) & (BODY != 2) & (TIE == 1), "shape = round and body is not octagon and tie = no"),
        ((SHAPE == 0) | (BODY == 2), "shape = round or body = octagon"),
        ((SHAPE == 0) | (BODY == 2) & (TIE == 0), "shape = round or (body = octagon and tie = yes)"),
        (COUNT == 2, "exactly 2 of: shape = round, body = octagon, tie = yes"),
        (COUNT % 2 == 0, "exactly 0 or 2 of: shape = round, body = octagon, tie = yes"),
        (COUNT % 2 == 1, "exactly 1 or 3 of: shape = round, body = octagon, tie = yes"),
        (COUNT >= 2, "at least 2 of: shape = round, body = octagon, tie = yes"),
    ],
)
def test_the_shortest_rule_is_read(answers, text):
    assert read_rule(answers, SMALL).text == text


def test_where_three_conditions_are_too_few_a_term_asks_for_all():
    attributes = {"a": ("yes", "no"), "b": ("yes", "no"), "c": ("yes", "no"), "d": ("x", "y", "z")}
    answers = np.zeros((2, 2, 2, 3), dtype=bool)
    answers[0, 0, 0, 0] = answers[1, 1, 1, 2] = True
    text = read_rule(answers, attributes).text
    assert text == "(a = yes and b = yes and c = yes and d = x) or (a = no and b = no and c = no and d = z)"
    np.testing.assert_array_equal(said(text, attributes), answers)


@given(st.sampled_from(sorted({len(v) for v in SMALL.values()})), st.booleans())
def test_answers_that_never_change_are_always_or_never(length, answer):
    assert read_rule(np.full(length, answer), {"a": tuple("xyz"[:length])}).text == ("always" if answer else "never")


def test_at_least_k_of_n():
    answers = np.indices((2, 2, 2)).sum(axis=0) <= 1
    attributes = {name: ("yes", "no") for name in "abc"}
    assert read_rule(answers, attributes).text == "at least 2 of: a = yes, b = yes, c = yes"


def test_answers_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"^answers: expected booleans of shape \(3, 3, 2\).* of shape \(3, 3\) of"):
        read_rule(np.ones((3, 3), dtype=bool), SMALL)


YES = np.ones((3, 3, 2), dtype=bool)
BOOLEANS = r"^answers: expected booleans of shape \(3, 3, 2\), one axis for each attribute; got "


@pytest.mark.parametrize(
    "answers, attributes, message",
    [
        (YES * 0.9, SMALL, BOOLEANS + r"an array of shape \(3, 3, 2\) of float64"),  # outputs, all above zero
        (np.ma.masked_array(YES, ~YES), SMALL, BOOLEANS + r"a masked array of shape \(3, 3, 2\) of bool"),
        ([[True], [False, True]], SMALL, BOOLEANS + r"\[\[True\], \[False, True\]\]"),
        (None, SMALL, BOOLEANS + "None"),
        (YES, {}, r"^attributes: expected a dict from names to names of values; got \{\}"),
        (YES, ["shape"], r"^attributes: expected a dict from names to names of values; got \['shape'\]"),
        (YES, {**SMALL, "tie": "yes"}, r"^attributes: expected names, as in \['a', 'b'\]; got 'yes'"),
        (YES, {**SMALL, "tie": (0, 1)}, "^attributes: expected a text; got 0"),
        (YES, {"shape": SMALL["shape"], "body": SMALL["body"], 3: SMALL["tie"]}, "^attributes: expected a text; got 3"),
    ],
)
def test_answers_and_attributes_that_are_none(answers, attributes, message):
    with pytest.raises((ValueError, TypeError), match=message):
        read_rule(answers, attributes)
