"""GPTQ and SparseGPT: one order for all units, so that they share one inverse. Frantar et al. (2023).

Optimal Brain Compression (2022) keeps an inverse for each unit, because each chooses which weight goes next. If all go
from the first column to the last, the weights still free are the same for all units, and so is B = Psi^-1 over them:

    dW  =  -(W_:q - V_:q) B_q: / B_qq      B  <-  B - B_:q B_q: / B_qq           Frantar et al. (2023, GPTQ), eqs. 2-3

V_:q is where column q goes: the nearest levels of a grid (GPTQ, ICLR), or zero for the weights that a mask takes away
(SparseGPT, ICML). How salient a weight is is no longer asked, but for which of a block of columns are deleted.
"""

import numpy as np

from .. import checks
from ..layerwise import layer_by_layer, psi_inverse
from ..quantization import unit_grid
from ..shrinking import remove


def gptq(net, X, bits, alpha=1e-2):
    """A copy of an MLP with each weight on a level of its unit's grid of 2^bits, column by column.

    `alpha` > 0 times the mean of Psi's diagonal is added to it. Deleted weights stay at zero. The grids are those of
    `round_to_bits`. ValueError for what does not fit. departs: the bias is a last column, rounded like the others.
    """

    def change(matrix, mask, psi):
        grid = unit_grid(matrix, bits)
        levels = lambda W, j: np.where(mask[:, j], grid.nearest(W[:, [j]])[:, 0], 0.0)  # noqa: E731
        return by_cholesky(matrix, psi_inverse(psi), levels), mask

    return layer_by_layer(net, X, change, alpha)


def sparse_gpt(net, X, left, alpha=1e-2, block=16):
    """A copy of an MLP that has a share `left` of each layer's weights, pruned column by column.

    Which weights go is decided for about `block` columns at a time, all units together: those of least W_uq^2 / B_qq,
    W as the answers so far have made it and B the inverse that is left when column q goes. `alpha` as in `gptq`.
    departs: of weights that were deleted before none comes back, and they count among those that go.
    """
    left, block = checks.share("left", left), checks.count("block", block)

    def change(matrix, mask, psi):
        B = psi_inverse(psi)
        return by_cholesky(matrix, B, Chosen(mask, B, left, block)), mask

    return layer_by_layer(net, X, change, alpha)


class Chosen:
    """Where SparseGPT's columns go: it writes into `mask`, at the first column of each block, what is left of it."""

    def __init__(self, mask, B, left, block):
        columns = len(B)
        self.mask, self.roots = mask, np.diag(np.linalg.cholesky(B))
        self.ends = np.linspace(0, columns, -(-columns // block) + 1).astype(int)
        self.kept = np.ceil(left * np.append(0, mask.sum(axis=0).cumsum()[self.ends[1:] - 1])).astype(int)

    def __call__(self, W, j):
        """Column j of W (units, columns) with zeros for what is deleted."""
        if j in self.ends:
            self._choose(W, np.searchsorted(self.ends, j))
        return np.where(self.mask[:, j], W[:, j], 0.0)

    def _choose(self, W, number):
        now = slice(*self.ends[number : number + 2])
        there = self.mask[:, now]
        worth = np.where(there, np.abs(W[:, now] / self.roots[now]), -1.0)
        gone = np.argsort(-worth, axis=None, kind="stable")[self.kept[number + 1] - self.kept[number] :]
        there[np.unravel_index(gone, there.shape)] = False


def by_columns(W, B, values):
    """The columns of W (units, columns), one after another, at `values(W, j)` (units,), those behind it answering.

    The form to read: B (columns, columns), the inverse, shrinks at each column. GPTQ, eqs. 2-3.
    """
    W = W.copy()
    for j in range(len(B)):
        goals = values(W, j)
        W -= np.outer((W[:, j] - goals) / B[j, j], B[j])
        W[:, j] = goals
        B = remove(B, j)
    return W


def by_cholesky(W, B, values):
    """The same as `by_columns`. All that is asked of the shrinking inverses is in one factor, B = U^T U.

    Row j of the upper triangle U is that of B without the columns before it, over the root of its diagonal: so all
    inverses cost one, and nothing is lost by taking from B what was rounded before. GPTQ, algorithm 1.
    """
    W, U = W.copy(), np.linalg.cholesky(B).T
    for j, row in enumerate(U):
        goals = values(W, j)
        W[:, j:] -= np.outer((W[:, j] - goals) / row[j], row[j:])
        W[:, j] = goals
    return W
