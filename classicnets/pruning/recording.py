"""What the pruning loop keeps of its steps: measured on every set, and in a checkpoint that knows what it is of."""

import hashlib
import sys

import numpy as np

from .. import files
from ..classes import class_agreement
from ..error import error_for, pattern_errors
from .path import Path, Step


def fingerprint(method, cost, sets, candidates, options):
    """Of what decides how a path goes and what is measured on it, apart from the network and from functions."""
    settings = {name: value for name, value in options.items() if name not in ("retrain", "down_to")}
    with np.printoptions(threshold=sys.maxsize, floatmode="unique"):
        text = f"{method} {cost.options} {settings} {candidates} {[name for name, pair in sets.items() if pair]}"
    arrays = [array.tobytes() for pair in sets.values() if pair for array in pair]
    return hashlib.sha256(b"".join([text.encode(), *arrays])).hexdigest()


def begin(net, sets, cost, checkpoint, made_by):
    """The path with its first step, or as far as an interrupted pruning saved it."""
    if checkpoint is not None and files.check_folder("checkpoint", checkpoint).exists():
        path = Path.load(checkpoint, net)
        if path.made_by != made_by:
            raise ValueError(f"checkpoint: expected one of the same method, data and options; got {checkpoint}")
        return path
    path = Path(net)
    path.made_by = made_by
    path.append(measured(net, sets, cost))
    return path


def measured(net, sets, cost, deleted=(), revived=(), predicted=np.nan, actual=np.nan):
    """The Step to the network as it is: error and accuracy on every set, NaN for a missing one, and the network."""
    numbers, error = [], error_for(net, cost.error)
    for pair in sets.values():
        if pair is None:
            numbers += [np.nan, np.nan]
        else:
            X, T = pair
            with np.errstate(over="ignore", invalid="ignore"):
                O = net.outputs(X)[-len(T) :]
                numbers += [float(pattern_errors(net, X, T, error, O).mean()), class_agreement(net, T, O)]
    return Step(deleted, float(predicted), float(actual), net.n_active, *numbers, net.weights, net.mask, revived)
