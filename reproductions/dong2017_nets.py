"""What dong2017_lenet300 prunes: the network of Dong et al. (2017), where the user has its weights, and one of our own.

LENET_WEIGHTS names the file of the authors' weights (.npz: original_parameters_w_layer1 (784, 300), ..._b_layer1 (300,)
and so on; pruned_parameters_fc1_weights, ..._biases), MNIST_FOLDER the folder of MNIST's test digits
(t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz). What is looked at and trained on are the bundled digits.
"""

import gzip
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from classicnets import MLP, digits, train_backpropagation

SIZES = (784, 300, 100, 10)
AUTHORS, OWN = "the authors' weights", "our own"
TRAINING = {"momentum": 0.9, "batch": 50, "error": "cross-entropy", "keep": "last"}
RATES = (0.05,) * 4 + (0.01,) * 2  # of our own, an epoch each, chosen on seed 0


class Trained(NamedTuple):
    """A network, the digits (X, T) that it is looked at and retrained with, and those to test it on (X, labels)."""

    net: MLP
    X: np.ndarray
    T: np.ndarray
    X_test: np.ndarray
    labels_test: np.ndarray


def available():
    """Whether the user has named the authors' weights and MNIST's test digits."""
    return bool(os.environ.get("LENET_WEIGHTS") and os.environ.get("MNIST_FOLDER"))


def trained(name, seed):
    """The Trained of that name, with ink from 0 to 1."""
    return _authors() if name == AUTHORS else _own(seed)


def _own(seed):
    """784-300-100-10, rectified units and softmax, on 4000 bundled digits; the other 1000 are to test it."""
    data = digits(28)
    net, X, T = MLP(SIZES, "relu", "softmax", seed=seed), (data.X + 1) / 2, (data.T + 1) / 2
    for epoch, rate in enumerate(RATES):
        train_backpropagation(net, X, T, rate, seed=[seed, epoch], epochs=1, **TRAINING)
    return Trained(net, X, T, (data.X_test + 1) / 2, data.labels_test)


def _authors():
    data = digits(28)
    X, T = (np.vstack([part, test]) / 2 + 0.5 for part, test in ((data.X, data.X_test), (data.T, data.T_test)))
    return Trained(stored("original_parameters_w_layer{}", "original_parameters_b_layer{}"), X, T, *_mnist())


def stored(weights, biases):
    """The network of the user's file whose arrays have these names, with the number of the layer in them."""
    net = MLP(SIZES, "relu", "softmax", seed=0)
    with np.load(os.environ["LENET_WEIGHTS"]) as file:
        pairs = [(file[weights.format(layer)], file[biases.format(layer)]) for layer in (1, 2, 3)]
    net.matrices = [np.column_stack([w.T, b]).astype(float) for w, b in pairs]
    return net


def pruned():
    """The authors' own pruned network, as their file has it."""
    return stored("pruned_parameters_fc{}_weights", "pruned_parameters_fc{}_biases")


def _mnist():
    """MNIST's 10,000 test digits: images (10000, 784) from 0 to 1 and their labels."""
    folder = Path(os.environ["MNIST_FOLDER"])
    images, labels = (
        np.frombuffer(gzip.decompress((folder / f"t10k-{name}.gz").read_bytes()), dtype=np.uint8)
        for name in ("images-idx3-ubyte", "labels-idx1-ubyte")
    )
    return images[16:].reshape(-1, SIZES[0]) / 255, labels[8:]
