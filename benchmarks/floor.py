"""The floor of a Hessian: BLAS multiplying ready-made matrices of exactly the shapes of the minimal form.

Within a layer products of unit pairs by products of input pairs, each pair once, of the outputs each with itself alone;
between the layers likewise; and the paths through the hidden units. All goes into memory that is there already: no
products of inputs are formed, nothing is scattered and no new memory is touched.
"""

import numpy as np

from .jax_hessian import PAIRS_TO_STORE


def blas(case):
    """The matrix products alone, by np.matmul."""
    rng = np.random.default_rng(0)
    products = []
    for left, right, times in shapes(case):
        A, B = rng.random((left, case.patterns)), rng.random((right, case.patterns))
        products += [(A, B.T, np.zeros((left, right)))] * times

    def multiply():
        for A, B, out in products:
            np.matmul(A, B, out=out)

    return multiply


def shapes(case):
    """The products of the minimal form: (rows of the left, of the right factor, how many such products)."""
    found, layers = [], list(zip(case.sizes, case.sizes[1:], strict=False))
    for l, (inputs, units) in enumerate(layers):
        fan_in, top = inputs + 1, l == len(layers) - 1
        unit_pairs = units if top else units * (units + 1) // 2
        found.append(_one(case, unit_pairs, fan_in * (fan_in + 1) // 2, fan_in, fan_in))
        for m, (inputs_below, units_below) in enumerate(layers[:l]):
            below = inputs_below + 1
            found.append(_one(case, units * units_below, fan_in * below, fan_in, below))
            senders = 1 if m == l - 1 else inputs  # of the layer just below only one sees each weight
            found.append((units * senders * units_below, below, 1))
    return found


def _one(case, unit_pairs, input_pairs, fan_in, below):
    """All pairs of inputs at once; where they would not fit, one product for each pair of units."""
    stored = input_pairs * case.patterns <= PAIRS_TO_STORE
    return (unit_pairs, input_pairs, 1) if stored else (fan_in, below, unit_pairs)
