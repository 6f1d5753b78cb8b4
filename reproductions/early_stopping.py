"""The networks and data of Tresp et al. (1997), table 1: divided, scaled, and trained to early stopping."""

from classicnets import MLP, breast_cancer, diabetes, divide, housing, standardize, train_backpropagation

FIRST_SEED = 1000  # settings were chosen on seeds 0 to 299
# The data, sizes of the training, validation and test part, hidden units.
PROBLEMS = {
    "Breast Cancer": (breast_cancer, (233, 233, 233), 10),
    "Diabetes": (diabetes, (256, 256, 256), 5),
    "Boston Housing": (housing, (168, 169, 169), 3),
}
# Learning rate, and how many epochs without a better one end the training.
SETTINGS = {"first rise": (0.002, 1), "three epochs": (0.01, 3)}
EPOCHS = 2000


def division(problem, seed):
    """Training, validation and test part of a problem, scaled by the training part."""
    load, sizes, _ = PROBLEMS[problem]
    parts = divide(load(), sizes, seed)
    (X, T), scale_targets = parts[0], load is housing
    return [(standardize(x, X), standardize(t, T) if scale_targets else t) for x, t in parts]


def trainer(setting, seed, validation, curves=None, test=None):
    """A function (net, X, T) that trains until the validation error rises; its Curve is appended to `curves`."""
    rate, patience = SETTINGS[setting]
    stop = {"validation": validation, "patience": patience, "test": test}

    def train(net, X, T):
        curve = train_backpropagation(net, X, T, rate, epochs=EPOCHS, seed=seed, **stop)
        if curves is not None:
            curves.append(curve)

    return train


def unpruned(problem, seed):
    """The network of a problem before training."""
    load, _, hidden = PROBLEMS[problem]
    return MLP((load().X.shape[1], hidden, 1), output="linear", seed=seed)
