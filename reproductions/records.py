"""What a measurement keeps, as JSON: numbers of a few digits, and networks to be drawn."""

import numpy as np


def where(records, **wanted):
    """The records that have these values, in their order."""
    return [record for record in records if all(record[name] == value for name, value in wanted.items())]


def digits(values, number=6):
    """Values (k,) as a list, rounded to so many significant digits: enough for a figure, and short."""
    return [float(f"{value:.{number}g}") for value in values]


def keep(net):
    """Weights and mask of a network, as lists; of a weight six digits."""
    return {"weights": digits(net.weights), "mask": net.mask.tolist()}


def rebuild(net, kept):
    """`net`, a network of the same kind and sizes, with the weights and mask that `keep` made lists of."""
    net.weights = kept["weights"]
    net.delete(np.flatnonzero(~np.array(kept["mask"])))
    return net
