"""Networks for the tables that everybody has at hand: rectified units, softmax outputs, cross entropy, backpropagation.

Settings were chosen on seeds 0 to 9. The tables are scikit-learn's; three fifths of the patterns are trained on.
"""

from classicnets import MLP, divide, one_hot, standardize, train_backpropagation

# Name: scikit-learn's loader, hidden units.
TABLES = {
    "iris": ("load_iris", 8),
    "wine": ("load_wine", 8),
    "breast cancer": ("load_breast_cancer", 10),
    "digits 64-16-10": ("load_digits", 16),
    "digits 64-20-10": ("load_digits", 20),
}
TRAINING = {"rate": 0.02, "momentum": 0.9, "batch": 10, "error": "cross-entropy", "weight_decay": 1e-3}
AGAIN = TRAINING | {"rate": 0.005}  # of a pruned network
EPOCHS = 60


def patterns(table, seed):
    """Training and test patterns (X, T), divided at random, the inputs scaled by the training patterns."""
    from sklearn import datasets

    X, labels = getattr(datasets, TABLES[table][0])(return_X_y=True)
    P = len(X) * 3 // 5
    train, test = divide((X, one_hot(labels)), (P, len(X) - P), seed)
    return (standardize(train[0], train[0]), train[1]), (standardize(test[0], train[0]), test[1])


def trained(table, seed):
    """The network and its patterns: (net, training pair, test pair)."""
    train, test = patterns(table, seed)
    net = MLP((train[0].shape[1], TABLES[table][1], train[1].shape[1]), "relu", "softmax", seed=seed)
    train_backpropagation(net, *train, epochs=EPOCHS, seed=seed, keep="last", **TRAINING)
    return net, train, test
