"""The error along one weight of a network, all others as they are."""

import numpy as np

from classicnets import network_error


def error_along(net, q, values, X, T, weight_decay=0.0):
    """The error (len(values),), with weight decay, where weight q has these values; infinite where the net diverges."""
    moved, weights, error = net.copy(), net.weights.copy(), np.empty(len(values))
    for i, value in enumerate(values):
        weights[q] = value
        moved.weights = weights
        error[i] = network_error(moved, X, T, weight_decay=weight_decay)
    return error
