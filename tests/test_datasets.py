"""datasets: XOR and the MONK's problems."""

import numpy as np
import pytest

from classicnets import monks, xor
from classicnets.datasets import monks_input_names, monks_instances, monks_text
from classicnets.datasets.boolean import ATTRIBUTES

# Thrun et al. (1991): of the 432 robots; training sets of 124, 169 and 122.
TRAINING = {1: 124, 2: 169, 3: 122}
POSITIVE = {1: 216, 2: 142, 3: 228}
POSITIVE_IN_TRAINING = {1: 62, 2: 64, 3: 60}


def test_xor_is_true_where_the_inputs_differ():
    X, T = xor()
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]] and T.tolist() == [[0], [1], [1], [0]]
    X, T = xor(inputs=(-1, 1), targets=(-0.9, 0.9))
    assert X.tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]] and T.tolist() == [[-0.9], [0.9], [0.9], [-0.9]]
    assert X.dtype == T.dtype == np.float64


@pytest.mark.parametrize("argument", ["inputs", "targets"])
@pytest.mark.parametrize(
    "bad, message",
    [
        ((0, np.nan), "expected finite numbers; got NaN or infinity"),
        ((0, 10**400), r"expected numbers of shape \(2,\); got tuple"),
        ((0, 1, 2), r"expected shape \(2,\); got \(3,\)"),
        ((0,), r"expected shape \(2,\); got \(1,\)"),
        (1, r"expected shape \(2,\); got \(\)"),
        (("0", "1"), r"expected numbers of shape \(2,\); got tuple with '0'"),
        ({0, 1}, r"expected numbers of shape \(2,\); got set"),
    ],
)
def test_codings_that_are_not_two_numbers(argument, bad, message):
    with pytest.raises(ValueError, match=f"^{argument}: {message}"):
        xor(**{argument: bad})


@pytest.mark.parametrize(
    "bad, message",
    [
        ((4, 1, 1, 1, 1, 1), r"expected 6 numbers of at most \(3, 3, 2, 3, 4, 2\); got \(4, 1, 1, 1, 1, 1\)"),
        ((1, 1, 1), r"expected 6 numbers of at most \(3, 3, 2, 3, 4, 2\); got \(1, 1, 1\)"),
        ((0, 1, 1, 1, 1, 1), "expected a whole number of at least 1; got 0"),  # not the last of the names
        ((1.0, 1, 1, 1, 1, 1), "expected a whole number of at least 1; got 1.0"),
        (7, "expected whole numbers of at least 1, as in"),
    ],
)
def test_values_that_no_robot_has(bad, message):
    with pytest.raises(ValueError, match=f"^instance: {message}"):
        monks_text(bad)


def test_the_432_robots_come_in_lexicographic_order_the_last_attribute_fastest():
    robots = monks_instances()
    assert robots.shape == (432, 6) and len({tuple(robot) for robot in robots}) == 432
    assert robots[[0, 1, 2, 431]].tolist() == [
        [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 2], [1, 1, 1, 1, 2, 1], [3, 3, 2, 3, 4, 2],
    ]  # fmt: skip
    assert [tuple(robot) for robot in robots] == sorted(tuple(robot) for robot in robots)
    assert robots.max(axis=0).tolist() == [3, 3, 2, 3, 4, 2] and robots.min() == 1


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_training_sets_have_the_published_counts(number):
    problem = monks(number)
    assert problem.X.shape == (TRAINING[number], 17) and problem.T.shape == (TRAINING[number], 1)
    assert problem.X_test.shape == (432, 17) and problem.T_test.shape == (432, 1)
    assert len(set(problem.train.tolist())) == TRAINING[number]
    assert np.array_equal(problem.X, problem.X_test[problem.train])
    assert problem.T.sum() == POSITIVE_IN_TRAINING[number] and problem.T_test.sum() == POSITIVE[number]
    assert set(problem.T.ravel()) == {0.0, 1.0}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_attribute_is_one_hot(number):
    problem, robots = monks(number), monks_instances()
    assert set(problem.X_test.ravel()) == {0.0, 1.0} and (problem.X_test.sum(axis=1) == 6).all()
    begin = 0
    for attribute, values in enumerate((3, 3, 2, 3, 4, 2)):
        inputs = problem.X_test[:, begin : begin + values]
        assert np.array_equal(inputs.argmax(axis=1) + 1, robots[:, attribute]) and (inputs.sum(axis=1) == 1).all()
        begin += values


def test_inputs_are_named_by_attribute_and_value():
    names = monks_input_names()
    assert len(names) == len(set(names)) == 17
    for x, robot in zip(monks(1).X_test, monks_instances(), strict=True):
        values = [names_of[value - 1] for names_of, value in zip(ATTRIBUTES.values(), robot, strict=True)]
        texts = [names[i] for i in np.flatnonzero(x)]
        assert len(texts) == 6 and all(value in text for text, value in zip(texts, values, strict=True))
    assert [names[i] for i in (0, 4, 7, 9, 13, 16)] == [
        "head round", "body square", "smiling: no", "balloon", "green jacket", "tie: no"
    ]  # fmt: skip


def test_the_test_targets_follow_the_three_rules():
    targets = {number: monks(number).T_test[:, 0] for number in (1, 2, 3)}
    for k, (a1, a2, a3, a4, a5, a6) in enumerate(monks_instances()):
        assert targets[1][k] == (a1 == a2 or a5 == 1)
        assert targets[2][k] == (sum(a == 1 for a in (a1, a2, a3, a4, a5, a6)) == 2)
        assert targets[3][k] == ((a5 == 3 and a4 == 1) or (a5 != 4 and a2 != 3))


def test_only_problem_3_has_wrong_training_classes_and_they_are_six():
    for number, wrong in ((1, []), (2, []), (3, [5, 61, 203, 213, 214, 391])):
        problem = monks(number)
        differs = (problem.T != problem.T_test[problem.train])[:, 0]
        assert sorted(problem.train[differs] + 1) == wrong


def test_a_robot_in_words():
    words = "head shape octagon, body shape round, is smiling no, holding flag, jacket colour blue, has tie yes"
    assert monks_text([3, 1, 2, 3, 4, 1]) == words


def test_changing_what_was_loaded_does_not_change_what_is_loaded_next():
    first = monks(1)
    first.X[:], first.T[:], first.X_test[:], first.T_test[:], first.train[:] = 7, 7, 7, 7, 7
    again = monks(1)
    assert all(array.max() <= 1 for array in (again.X, again.T, again.X_test, again.T_test))
    assert again.train.max() < 432 and len(set(again.train.tolist())) == 124


def test_the_robots_cannot_be_changed_for_those_who_ask_next():
    robots, before = monks_instances(), monks_instances().copy()
    try:
        robots[0] = 3
    except ValueError:  # read-only
        pass
    after = monks_instances().copy()
    if robots.flags.writeable:
        robots[0] = before[0]  # for the tests that follow
    assert np.array_equal(after, before)
