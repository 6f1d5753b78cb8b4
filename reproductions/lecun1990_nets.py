"""What the studies of Le Cun, Denker & Solla (1990) share: the digits, the trained network, decibels.

The digits are the bundled ones and, where the environment variable ZIP_CODES has their folder, the original zip codes.
"""

import os

import numpy as np

from classicnets import accuracy, digit_recogniser, digits, network_error, read_zip_codes, train_diagonal_newton

BUNDLED, ORIGINAL = "bundled digits", "zip codes"
PAPER = "lecun1990"
# Settings were chosen on seed 100 of the zip codes; what is reported are others. No rate is printed.
PASSES = 30
RATES = (0.0005,) * 3 + (0.001,) * 10 + (0.0005,) * 9 + (0.0002,) * 8
RETRAINING = 0.0002
SETTINGS = "30 passes online, rates .0005 to .001 to .0002 by mu = .02; seeds 0 on"


def names():
    """The data that there are: the bundled digits, and the zip codes where ZIP_CODES says so."""
    return (BUNDLED, ORIGINAL) if os.environ.get("ZIP_CODES") else (BUNDLED,)


def data(name):
    """The digits of that name, 16 x 16."""
    return read_zip_codes(os.environ["ZIP_CODES"]) if name == ORIGINAL else digits(16)


def trained(patterns, seed):
    """The network of 1989 after 30 passes."""
    net = digit_recogniser(seed)
    train_diagonal_newton(net, patterns.X, patterns.T, RATES, epochs=PASSES, seed=seed, keep="last")
    return net


def seen(net, patterns):
    """MSE over patterns and outputs, and errors in %, on the training and on the test set: a dict."""
    found = {}
    for name, X, T in (("train", patterns.X, patterns.T), ("test", patterns.X_test, patterns.T_test)):
        found[f"{name} MSE"] = 2 * network_error(net, X, T) / net.sizes[-1]
        found[f"{name} errors %"] = 100 * (1 - accuracy(net, X, T))
    return found


def decibels(errors, before):
    """10 log10 of errors over the error before."""
    return 10 * np.log10(np.asarray(errors) / before)
