"""For inverse.py: the inverse of a symmetric positive definite matrix, four rows by four at a time.

Of one that fits the caches: larger ones are left to LAPACK.

H = L L^T, then the rows of W = L^-T, then H^-1 = W W^T. All three are products of rows with rows, of which sixteen stay
in registers; L and W even come from the same step, because W L^T = I is solved as L L^T = H is. All sizes are multiples
of four.
"""

from math import sqrt

import numpy as np

from . import compiled

GROUP = 16  # rows that stay in the second cache while all others pass by


@compiled(nogil=True)
def factor(L):
    """H -> L in the lower triangle, in place; whether H is positive definite. What is above is left alone."""
    for group in range(0, len(L), GROUP):
        last = min(group + GROUP, len(L))
        for j in range(0, last, 4):
            for i in range(max(group, j), last, 4):
                _add_products(L, i, j, L, i, L, j, 0, j, -1.0)
                if i > j:
                    _solve(L, i, j, L)
                elif not _factor_block(L, j):
                    return False
    return True


@compiled(nogil=True)
def invert_rows(L, W, begin, end):
    """W, the identity, -> L^-T, in the upper triangle: the rows 4 begin to 4 end."""
    for group in range(4 * begin, 4 * end, GROUP):
        last = min(group + GROUP, 4 * end)
        for k in range(group, len(L), 4):
            for i in range(group, min(last, k + 4), 4):
                _add_products(W, i, k, W, i, L, k, i, k, -1.0)
                _solve(W, i, k, L)


@compiled(nogil=True)
def multiply_rows(W, B, begin, end):
    """B = W W^T: the rows 4 begin to 4 end of its lower triangle."""
    for group in range(4 * begin, 4 * end, GROUP):
        last = min(group + GROUP, 4 * end)
        for j in range(0, last, 4):
            for i in range(max(group, j), last, 4):
                B[i : i + 4, j : j + 4] = 0.0
                _add_products(B, i, j, W, i, W, j, i, len(W), 1.0)


@compiled(fastmath={"reassoc", "contract"})
def _add_products(C, row, column, A, i, B, j, begin, end, sign):
    """C[row : row + 4, column : column + 4] += sign A[i : i + 4, begin : end] B[j : j + 4, begin : end]^T."""
    a0, a1, a2, a3 = A[i][begin:end], A[i + 1][begin:end], A[i + 2][begin:end], A[i + 3][begin:end]
    b0, b1, b2, b3 = B[j][begin:end], B[j + 1][begin:end], B[j + 2][begin:end], B[j + 3][begin:end]
    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = 0.0
    for p in range(len(a0)):
        x0, x1, x2, x3, y0, y1, y2, y3 = a0[p], a1[p], a2[p], a3[p], b0[p], b1[p], b2[p], b3[p]
        s00, s01, s02, s03 = s00 + x0 * y0, s01 + x0 * y1, s02 + x0 * y2, s03 + x0 * y3
        s10, s11, s12, s13 = s10 + x1 * y0, s11 + x1 * y1, s12 + x1 * y2, s13 + x1 * y3
        s20, s21, s22, s23 = s20 + x2 * y0, s21 + x2 * y1, s22 + x2 * y2, s23 + x2 * y3
        s30, s31, s32, s33 = s30 + x3 * y0, s31 + x3 * y1, s32 + x3 * y2, s33 + x3 * y3
    _add_four(C[row], column, sign * s00, sign * s01, sign * s02, sign * s03)
    _add_four(C[row + 1], column, sign * s10, sign * s11, sign * s12, sign * s13)
    _add_four(C[row + 2], column, sign * s20, sign * s21, sign * s22, sign * s23)
    _add_four(C[row + 3], column, sign * s30, sign * s31, sign * s32, sign * s33)


@compiled
def _add_four(c, column, s0, s1, s2, s3):
    c[column] += s0
    c[column + 1] += s1
    c[column + 2] += s2
    c[column + 3] += s3


@compiled
def _solve(X, row, j, L):
    """Block (row, j) of X times the inverse of L_jj^T, in place."""
    for i in range(row, row + 4):
        for k in range(j, j + 4):
            for t in range(j, k):
                X[i, k] -= X[i, t] * L[k, t]
            X[i, k] /= L[k, k]


@compiled
def _factor_block(L, j):
    """L_jj from what is left of H_jj, in place; whether that is positive definite."""
    for k in range(j, j + 4):
        for t in range(j, k):
            L[k, k] -= L[k, t] * L[k, t]
        if not L[k, k] > 0.0 or L[k, k] == np.inf:
            return False
        L[k, k] = sqrt(L[k, k])
        for i in range(k + 1, j + 4):
            for t in range(j, k):
                L[i, k] -= L[i, t] * L[k, t]
            L[i, k] /= L[k, k]
    return True
