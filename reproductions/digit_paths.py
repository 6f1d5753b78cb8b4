"""Prunings of the network of 1989: their paths in decibels, and Surgeons that may take a step back."""

import numpy as np

from classicnets import OptimalBrainSurgeon, prune

from .lecun1990_nets import decibels
from .records import digits as rounded

SEEN = 1000  # patterns of the Hessian; the other training patterns it does not see


def walk(net, patterns, method, at_once, down_to, seen=SEEN, **options):
    """The Path from a look at the first `seen` training patterns each `at_once` deletions; the others validate."""
    rest = {"validation": (patterns.X[seen:], patterns.T[seen:]), "test": (patterns.X_test, patterns.T_test)}
    options = {"at_once": at_once, "down_to": down_to, "keep_orphans": True, **rest, **options}
    return prune(net, patterns.X[:seen], patterns.T[:seen], method, **options)


def curves(steps, seen=SEEN, patterns=4000):
    """What steps say, as lists: weights left, and the dB over the first one on each set of patterns."""
    errors = {"seen": "train_error", "unseen": "validation_error", "test": "test_error"}
    errors = {name: np.array([getattr(step, field) for step in steps]) for name, field in errors.items()}
    errors["train"] = (seen * errors["seen"] + (patterns - seen) * errors["unseen"]) / patterns
    dB = {name: rounded(decibels(each, each[0]), 4) for name, each in errors.items()}
    return {"n_active": [step.n_active for step in steps], **dB}


def parts(limit):
    """Whether a Step parts from its prediction: it costs more than that and `limit` times the error before it."""
    return lambda step: step.actual - step.predicted > limit * (step.train_error - step.actual)


def leap(net, patterns, alpha, at_once, down_to, refused, answer=None, seen=SEEN):
    """The Surgeon that looks before it leaps: the steps it took, the first being no step, and how often it looked.

    refused: a function of a Step. A refused step is asked for again: with the `answer` "fewer" it deletes half as many
    weights, down to 25, with "alpha" its alpha is ten times as large, up to 1; after that it is taken all the same. A
    step that is taken doubles the number again; alpha stays where it is. None refuses nothing.
    """
    steps, looks = [walk(net, patterns, OptimalBrainSurgeon(alpha), 1, net.n_active, seen)[0]], 0
    number, now = at_once, alpha
    while net.n_active > down_to:
        goal = max(down_to, net.n_active - number)
        last = answer is None or (number <= 25 if answer == "fewer" else now >= 1)
        path = walk(net, patterns, OptimalBrainSurgeon(now), number, goal, seen, stop=None if last else refused)
        looks += 1
        fine = path.rejected is None
        if fine:
            steps.append(path[-1])
            net = path.network()
        if answer == "fewer":
            number = min(at_once, 2 * number) if fine else max(25, number // 2)
        elif not fine:
            now *= 10
    return steps, looks


def least(net, patterns, alphas, at_once, down_to):
    """The Surgeon that tries each alpha at each look and keeps the step of least error on unseen patterns.

    The steps, the first being no step, and the alphas that were kept.
    """
    steps, kept = [walk(net, patterns, OptimalBrainSurgeon(alphas[0]), 1, net.n_active)[0]], []
    while net.n_active > down_to:
        goal = max(down_to, net.n_active - at_once)
        paths = [walk(net, patterns, OptimalBrainSurgeon(alpha), at_once, goal) for alpha in alphas]
        best = min(range(len(alphas)), key=lambda each: paths[each][-1].validation_error)
        kept.append(alphas[best])
        steps.append(paths[best][-1])
        net = paths[best].network()
    return steps, kept
