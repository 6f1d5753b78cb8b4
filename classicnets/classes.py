"""Classes: targets made of labels, the class that a network says, and how often it is the right one.

One output speaks of two classes, 0 below the middle of its range and 1 above; of several the largest says the class.
"""

import numpy as np

from . import checks
from .activation import activation
from .network import check_network


def one_hot(labels, classes=None):
    """Targets (P, K) of class labels (P,): 1 in the column of the pattern's class, 0 elsewhere.

    classes: all labels there are, in the order of the columns; None: those that occur, sorted. For outputs of +-1 take
    2 * one_hot(labels) - 1. ValueError for labels that are no vector, NaN, or not among the classes.
    """
    labels = checks.labels("labels", labels)
    classes = np.unique(labels) if classes is None else checks.labels("classes", classes)
    if len(np.unique(classes)) < len(classes):
        raise ValueError(f"classes: expected no label twice; got {checks.shown(classes)}")
    targets = labels[:, None] == classes
    if not targets.any(axis=1).all():
        unknown = labels[~targets.any(axis=1)][0]
        raise ValueError(f"labels, classes: expected labels that are classes; got {checks.shown(unknown)}")
    return targets.astype(float)


def predict(net, X):
    """The class of every pattern (P,), whole numbers from 0 on: of one output 0 or 1, of several the largest.

    X (P, n_in). ValueError for what does not fit, and for one output whose range has no middle: it says no class.
    checks.Diverged, a ValueError too, where an output grows beyond all bounds.
    """
    O = check_network(net).forward(X)
    if net.sizes[-1] == 1 and not np.isfinite(_middle(net)):
        raise ValueError(f"net: expected outputs that say a class, such as logistic ones; got one {net.output} output")
    return _said(net, O)


def accuracy(net, X, T):
    """The share of patterns (0 to 1) whose class is the right one, the class that the targets say.

    X (P, n_in), T (P, n_out); ValueError for what does not fit. NaN for one linear output, whose range has no middle.
    """
    check_network(net)
    X = checks.patterns(net, X)
    kind = activation(net.output, "output")
    T = checks.targets(net, X, T, kind.low, kind.high)
    return class_agreement(net, T, net.outputs(X)[-len(T) :])


def class_agreement(net, T, O):
    """`accuracy` for targets and outputs (P, n_out) already at hand."""
    if O.shape[1] == 1 and not np.isfinite(_middle(net)):
        return float("nan")
    return float(np.count_nonzero(_said(net, O) == _said(net, T)) / len(O))


def _said(net, O):
    """The classes that outputs, or targets, say: (P,)."""
    return O.argmax(axis=1) if O.shape[1] > 1 else (O[:, 0] > _middle(net)).astype(int)


def _middle(net):
    kind = activation(net.output, "output")
    return 0.5 * (kind.low + kind.high)
