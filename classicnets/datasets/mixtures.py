"""Two classes of five inputs, each a mixture of two Gaussians. Hassibi et al. (1994), figs. 1 and 2."""

import numpy as np

from .. import checks

# Means and variances of the inputs: a row for each of the two Gaussians, target 0 for class A and 1 for class B.
MEANS = {
    0: [[1.0, 1.0, 0.0, 1.0, 0.5], [0.0, 0.0, 1.0, 0.0, 0.5]],
    1: [[0.0, 1.0, 0.0, 0.0, 0.5], [1.0, 0.0, 1.0, 1.0, 0.5]],
}
VARIANCES = {
    0: [[0.99, 1.00, 0.88, 0.70, 0.95], [1.28, 0.60, 0.52, 0.93, 0.93]],
    1: [[0.84, 0.68, 1.28, 1.02, 0.89], [0.52, 1.25, 1.09, 0.64, 1.13]],
}


def gaussian_mixtures(seed=None, sizes=(1000, 1000), deviations=False):
    """Sets of these sizes, such as training and test patterns: a list of pairs X (P, 5), T (P, 1).

    T is 0 for class A, 1 for class B, each as likely as the other and each an equal mixture of two Gaussians whose
    inputs are independent. The last input has the same mean everywhere: only its variance tells the classes apart.
    deviations: take the printed variances for standard deviations, which makes the classes easier to tell apart.
    ValueError where the sizes are not whole numbers of at least 1. Hassibi et al. (1994), figs. 1 and 2.
    """
    rng, deviations = checks.generator("seed", seed), checks.flag("deviations", deviations)
    return [_draw(rng, size, deviations) for size in checks.counts("sizes", sizes, example="(1000, 1000)")]


def _draw(rng, size, deviations):
    means, spreads = (np.array([table[0], table[1]]) for table in (MEANS, VARIANCES))
    if not deviations:
        spreads = np.sqrt(spreads)
    chosen = rng.integers(2, size=size), rng.integers(2, size=size)  # the class, and which of its two Gaussians
    X = means[chosen] + spreads[chosen] * rng.normal(size=(size, 5))
    return X, chosen[0][:, None].astype(float)
