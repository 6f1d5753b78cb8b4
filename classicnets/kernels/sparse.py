"""For sparse.py: products of pairs of inputs, of which few are not zero."""

import numpy as np

from . import compiled


@compiled(nogil=True)
def add_own_products(begin, inputs, values, A, sums, lowest, end):
    """Add A[p] z_j z_k of all patterns p to sums[pair of j and k <= j], for the inputs j from the lowest to the end.

    The pairs stand in the order of a lower triangle. The nonzero inputs of pattern p and their values z_j stand from
    begin[p] to begin[p + 1], their indices rising. A (P, m), sums (J (J + 1) / 2, m).
    """
    for p in range(len(A)):
        a = begin[p] + np.searchsorted(inputs[begin[p] : begin[p + 1]], lowest)
        while a < begin[p + 1] and inputs[a] < end:
            first = inputs[a] * (inputs[a] + 1) // 2
            for b in range(begin[p], a + 1):
                product = values[a] * values[b]
                total = sums[first + inputs[b]]
                for i in range(len(total)):
                    total[i] += product * A[p, i]
            a += 1
