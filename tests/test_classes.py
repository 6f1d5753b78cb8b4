"""classes.py: targets made of labels, the class that a network says, the accuracy."""

import numpy as np
import pytest

from classicnets import MLP, accuracy, network_error, one_hot, predict


def test_targets_have_a_one_in_the_column_of_the_class():
    assert one_hot([2, 0, 2]).tolist() == [[0, 1], [1, 0], [0, 1]]
    assert one_hot([2, 0, 2], [0, 1, 2]).tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1]]
    assert one_hot(np.array(["setosa", "virginica"]), ["virginica", "setosa"]).tolist() == [[0, 1], [1, 0]]
    assert one_hot([True, False]).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("labels", [[], [[0, 1]], [0.0, np.nan], None, 3, [None, 1], [0, True]])
def test_labels_that_are_none(labels):
    with pytest.raises(ValueError, match="^labels: expected class labels of shape .P,., numbers or texts; got "):
        one_hot(labels)


def test_classes_that_do_not_fit():
    with pytest.raises(ValueError, match="^labels, classes: expected labels that are classes; got .*3"):
        one_hot([0, 3], [0, 1])
    with pytest.raises(ValueError, match="^labels, classes: expected labels that are classes; got .*0"):
        one_hot([0, 3], ["a", "b"])
    with pytest.raises(ValueError, match="^classes: expected no label twice; got "):
        one_hot([0, 1], [0, 1, 1])


@pytest.mark.parametrize("output, T", [("softmax", [0, 1, 2]), ("linear", np.array([0.0, 1, 2])), ("tanh", ["a"] * 3)])
def test_labels_for_targets_are_told_of_one_hot(output, T):
    net = MLP((2, 3), output=output)
    error = "cross-entropy" if output == "softmax" else "squared"
    message = r"^T: expected shape \(P, 3\); got .*Of class labels one_hot\(labels\) makes targets"
    with pytest.raises(ValueError, match=message):
        network_error(net, np.zeros((3, 2)), T, error)


def test_a_column_of_texts_has_labels_as_any():
    """Such as those of tables read from files, and of classes_ of what was fitted to them: arrays of objects."""
    labels = np.array(["no", "yes, well", "no"], dtype=object)
    assert one_hot(labels).tolist() == [[1, 0], [0, 1], [1, 0]]
    assert one_hot(labels, classes=labels[1::-1]).tolist() == [[0, 1], [1, 0], [0, 1]]
    for odd in (None, 1.5, ["no"]):
        mixed = labels.copy()
        mixed[1] = odd
        with pytest.raises(ValueError, match="^labels: expected class labels of shape"):
            one_hot(mixed)


@pytest.mark.parametrize("output", ["logistic", "tanh", "scaled tanh"])
def test_one_output_says_two_classes(output):
    net = MLP((1, 1), output=output)
    net.weights = [1.0, 0.0]
    assert predict(net, [[-1], [-0.1], [0.1], [1]]).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("output", ["softmax", "linear", "relu", "logistic"])
def test_the_largest_of_several_outputs_says_the_class(output):
    net = MLP((3, 3), output=output)
    net.weights = np.hstack([np.eye(3), np.zeros((3, 1))]).ravel()
    X = np.eye(3)[[2, 0, 1, 1]]
    assert predict(net, X).tolist() == [2, 0, 1, 1] and predict(net, X).dtype.kind == "i"
    assert accuracy(net, X, one_hot([2, 0, 1, 0])) == 0.75


@pytest.mark.parametrize("output", ["linear", "relu"])
def test_one_output_without_a_middle_says_none(output):
    net = MLP((1, 1), output=output)
    with pytest.raises(ValueError, match=f"^net: expected outputs that say a class, .*got one {output} output"):
        predict(net, [[1.0]])
    assert np.isnan(accuracy(net, [[1.0]], [[1.0]]))


def test_predict_refuses_what_forward_refuses():
    with pytest.raises(ValueError, match="^X: expected shape"):
        predict(MLP((2, 1)), [[1.0]])
    with pytest.raises(TypeError, match="^net: expected a network"):
        predict(None, [[1.0]])


def test_accuracy_of_one_output_counts_the_side_of_the_middle():
    X, T = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([[0.0], [0.0], [1.0], [0.0]])
    net = MLP((1, 1), output="logistic")
    net.weights = [1.0, 0.0]  # above 1/2 where x > 0: wrong for the last
    assert accuracy(net, X, T) == 0.75
    net = MLP((1, 1), output="tanh")
    net.weights = [0.1, 0.0]  # the middle is 0: outputs of at most 0.2 are on the upper side of it
    assert accuracy(net, X, 2 * T - 1) == 0.75
    net = MLP((1, 1), output="linear")
    assert np.isnan(accuracy(net, X, T))


@pytest.mark.parametrize("output", ["logistic", "softmax", "linear", "tanh"])
def test_accuracy_of_several_outputs_counts_the_largest(output):
    net = MLP((3, 3), output=output)
    net.matrices = [np.eye(3, 4)]
    X = np.array([[3, 2, 1], [1, 2, 3], [1, 3, 2], [2, 3, 1]]) / 4
    assert accuracy(net, X, np.eye(3)[[0, 2, 1, 0]]) == 0.75


def test_the_only_output_of_a_softmax_is_always_right():
    assert accuracy(MLP((2, 1), output="softmax"), [[0, 1], [1, 0]], [[1], [1]]) == 1


@pytest.mark.parametrize("T", [[0, 1, 1], ["a", "b", "b"], [0.3, 0.2, 0.1], one_hot([0, 1, 1])], ids=repr)
def test_one_output_hints_to_the_targets_of_two_classes(T):
    """What scikit-learn's users have for two classes: labels, or a column for each class."""
    net, X = MLP((1, 1), output="logistic"), np.arange(3.0)[:, None]
    message = (
        r"^T: expected shape \(P, 1\); got .*Of labels of two classes one_hot\(labels\)\[:, 1:\] makes targets, of"
    )
    with pytest.raises(ValueError, match=message):
        accuracy(net, X, T)
    labels = np.array(["a", "b", "b"])
    assert accuracy(net, X, one_hot(labels)[:, 1:]) == accuracy(net, X, [[0], [1], [1]])
