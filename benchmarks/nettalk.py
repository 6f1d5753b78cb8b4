"""NETtalk networks 203-hidden-26 of logistic units, and the letters of 1000 words: what scale.py times."""

WORDS = 1000


def problem(hidden):
    """A network 203-hidden-26 with random weights, and X, T of the letters of the first WORDS words."""
    from classicnets import MLP
    from classicnets.datasets import pronunciations, windows

    return MLP((203, hidden, 26), hidden="logistic", seed=0), *windows(pronunciations()[:WORDS])[:2]


def trained(hidden):
    """The network of `problem`, trained for a while, and its patterns."""
    from classicnets import train_backpropagation

    net, X, T = problem(hidden)
    train_backpropagation(net, X, T, rate=0.1, epochs=20, every=20, seed=0)
    return net, X, T
