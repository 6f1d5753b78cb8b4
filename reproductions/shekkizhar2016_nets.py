"""Shekkizhar (2016): the network of the blog post, pruning by one look, and the rules that its program has.

Museum pieces, and so not in the library: what the post calls "OBD" takes the sum of each row of the Hessian, signed,
where the diagonal times w^2 / 2 was meant; and it restores what it deleted in other places.
"""

import numpy as np

from classicnets import MLP, accuracy, digits, hessian_vector_product, one_hot, train_backpropagation

SIZES, WEIGHTS = (784, 50, 50, 50, 50, 10), 47_410
TRAINING = {"rate": 0.05, "momentum": 0.9, "batch": 64, "error": "cross-entropy", "keep": "last"}
EPOCHS, BATCH = 30, 64


def patterns():
    """The bundled digits, ink from 0 to 1, so that pixels without any are exactly zero: (X, T) to train and to test."""
    data = digits(28)
    pairs = (data.X, data.labels), (data.X_test, data.labels_test)
    return [((X + 1) / 2, one_hot(labels)) for X, labels in pairs]


def trained(train, seed, rate, **options):
    """The post's network."""
    net = MLP(SIZES, "relu", "softmax", seed=seed)
    assert net.n == WEIGHTS, "47,200 weights and 210 biases"
    train_backpropagation(net, *train, epochs=EPOCHS, every=EPOCHS, seed=seed, **TRAINING | {"rate": rate}, **options)
    return net


def places(net):
    """What is ranked together, lists of indices: all weights and biases; or each layer's weights, and its biases."""
    layers = [part.ravel() for part in net.views(np.arange(net.n))]
    each = [layer[net.is_bias[layer] == biases] for layer in layers for biases in (False, True)]
    return {"all layers": [np.arange(net.n)], "layer-wise": each}


def without(net, saliency, share, parts):
    """A copy with the least salient `share` % of each part at zero."""
    smaller, weights = net.copy(), net.weights.copy()
    weights[least(saliency, share, parts)] = 0.0
    smaller.weights = weights
    return smaller


def least(saliency, share, parts):
    """The indices of the least salient `share` % of each part, rounded down."""
    chosen = [part[np.argsort(saliency[part], kind="stable")[: share * len(part) // 100]] for part in parts]
    return np.concatenate(chosen)


def right(net, test):
    """The share of test patterns right, in %."""
    return round(100 * accuracy(net, *test), 4)


# -- as the post's program has it, museum pieces -----------------------------------------------------------------------


def restoring(net, train, test, shares, parts, seed):
    """The test patterns right share by share; then weights are restored, but where the pruned net is least salient."""
    rng, now, whole, curve = np.random.default_rng(seed), net.copy(), net.weights, []
    for share in shares:
        some = rng.choice(len(train[0]), BATCH, replace=False)
        batch = train[0][some], train[1][some]
        now = without(now, row_sums(now, batch, parts), share, parts)
        curve.append(right(now, test))
        weights, back = now.weights.copy(), least(row_sums(now, batch, parts), share, parts)
        weights[back] = whole[back]
        now.weights = weights
    return curve


def row_sums(net, batch, parts):
    """Of each weight the sum of its row of the Hessian, within its part: the gradient of the gradient's sum."""
    sums = np.zeros(net.n)
    for part in parts:
        ones = np.zeros(net.n)
        ones[part] = 1.0
        sums[part] = hessian_vector_product(net, *batch, ones, TRAINING["error"])[part]
    return sums


def positions(net):
    """Where each weight stands in the post's one vector: matrices input by input, the image's upper rows first."""
    numbers, place = net.views(np.arange(net.n)), np.empty(net.n)
    stored = [matrix[:, :-1].T.ravel() for matrix in numbers] + [matrix[:, -1] for matrix in numbers]
    place[np.concatenate(stored)] = np.arange(net.n)
    return place
