"""For blocks.py: sums over patterns of curvatures times products of inputs, and their places in the Hessian.

Patterns come last in every array. Sixteen sums at a time stay in registers, and the products of inputs are formed a
panel at a time, in the nearest cache: as fast as a BLAS on one thread, and free to be shared out among threads.
What there is to do stands in a table of jobs, one for each pair of layers, whose columns plan.py names.
"""

import numpy as np

from . import compiled

FAST = {"reassoc", "contract"}  # sums in another order and fused products: a NaN stays one
OWN, OTHER, SQUARE = 0, 1, 2  # kinds of jobs


@compiled(nogil=True)
def add_products(jobs, rows, z, sums, panel, fresh, begin, end):
    """Do the panels number begin to end of all jobs: add to the `sums`, or begin them if `fresh`.

    OWN: each of the rows times z_j z_k for k <= j. OTHER: times z_j y_k, with z and y of different layers. SQUARE: as
    OWN, where the rows are so few that rather they are multiplied into the panels: lower triangles of (J, J) sums.
    """
    number = 0
    for job in jobs:
        kind, row, count, z_row, J, y_row, K, at, width = (
            job[0],
            job[1],
            job[2],
            job[3],
            job[4],
            job[5],
            job[6],
            job[7],
            job[8],
        )
        panels = -(-width // len(panel))
        times, height = (count, J) if kind == SQUARE else (1, count)
        for n in range(max(begin - number, 0), min(end - number, panels * times)):
            column, which = n % panels * len(panel), n // panels
            wide = min(len(panel), width - column)
            C = sums[at + which * height * width : at + (which + 1) * height * width].reshape(height, width)
            if kind == SQUARE:
                _fill_scaled(panel, rows[row + which], z, z_row + column, J - column, wide)
                _multiply(z, z_row + column, J - column, panel, wide, C[column:], column, fresh)
            else:
                _fill_products(panel, z, z_row, J, y_row, K, kind == OWN, column, wide)
                _multiply(rows, row, count, panel, wide, C, column, fresh)
        number += panels * times


@compiled
def _fill_scaled(panel, a, z, row, count, wide):
    """The first lines of the panel: a z_k; zeros where there is no such input."""
    for line in range(wide):
        if line < count:
            for p in range(len(a)):
                panel[line, p] = a[p] * z[row + line, p]
        else:
            panel[line] = 0.0


@compiled
def _fill_products(panel, z, z_row, J, y_row, K, own, column, wide):
    """The products number `column` and `wide` more, of k <= j if `own`; zeros where there are no more."""
    j, k = (0, column) if own else (column // K, column % K)
    while own and k > j:
        j, k = j + 1, k - j - 1
    for line in range(wide):
        out = panel[line]
        if j < J:
            one, other = z[z_row + j], z[y_row + k]
            for p in range(len(out)):
                out[p] = one[p] * other[p]
        else:
            out[:] = 0.0
        j, k = (j, k + 1) if k < (j if own else K - 1) else (j + 1, 0)


@compiled
def _multiply(A, row, count, panel, wide, C, column, fresh):
    """C[:, column : column + wide] (+)= `count` rows of A, times the first lines of the panel."""
    if fresh:
        C[:, column : column + wide] = 0.0
    whole = count // 4 * 4
    for i in range(0, whole, 4):
        for j in range(0, wide, 4):
            _add_block(A, row + i, panel, j, C, i, column + j)
    for i in range(whole, count):
        for j in range(0, wide, 4):
            _add_line(A[row + i], panel, j, C[i], column + j)


@compiled(fastmath=FAST)
def _add_block(A, i, B, j, C, row, column):
    """Four rows times four: sixteen sums."""
    a0, a1, a2, a3, b0, b1, b2, b3 = A[i], A[i + 1], A[i + 2], A[i + 3], B[j], B[j + 1], B[j + 2], B[j + 3]
    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = 0.0
    for p in range(len(a0)):
        x0, x1, x2, x3, y0, y1, y2, y3 = a0[p], a1[p], a2[p], a3[p], b0[p], b1[p], b2[p], b3[p]
        s00, s01, s02, s03 = s00 + x0 * y0, s01 + x0 * y1, s02 + x0 * y2, s03 + x0 * y3
        s10, s11, s12, s13 = s10 + x1 * y0, s11 + x1 * y1, s12 + x1 * y2, s13 + x1 * y3
        s20, s21, s22, s23 = s20 + x2 * y0, s21 + x2 * y1, s22 + x2 * y2, s23 + x2 * y3
        s30, s31, s32, s33 = s30 + x3 * y0, s31 + x3 * y1, s32 + x3 * y2, s33 + x3 * y3
    _add_four(C[row], column, s00, s01, s02, s03)
    _add_four(C[row + 1], column, s10, s11, s12, s13)
    _add_four(C[row + 2], column, s20, s21, s22, s23)
    _add_four(C[row + 3], column, s30, s31, s32, s33)


@compiled(fastmath=FAST)
def _add_line(a, B, j, c, column):
    """One row times four."""
    b0, b1, b2, b3 = B[j], B[j + 1], B[j + 2], B[j + 3]
    s0 = s1 = s2 = s3 = 0.0
    for p in range(len(a)):
        s0, s1, s2, s3 = s0 + a[p] * b0[p], s1 + a[p] * b1[p], s2 + a[p] * b2[p], s3 + a[p] * b3[p]
    _add_four(c, column, s0, s1, s2, s3)


@compiled
def _add_four(c, column, s0, s1, s2, s3):
    c[column] += s0
    c[column + 1] += s1
    c[column + 2] += s2
    c[column + 3] += s3


# -- their places -----------------------------------------------------------------------------------------------------


@compiled(nogil=True)
def place(jobs, sums, H, begin, end):
    """Spread the sums over H, each to all its mirror places, for the units number begin to end of all jobs."""
    number = 0
    for job in jobs:
        for u in range(max(begin - number, 0), min(end - number, job[9])):
            if job[0] == OTHER:
                _place_other(job, sums, H, u)
            else:
                _place_own(job, sums, H, u)
        number += job[9]


@compiled
def _place_own(job, sums, H, u):
    """The squares of H where unit u of a layer meets those before it, and itself; only itself if there is nothing else.

    A row for each pair of units, or for each unit.
    """
    kind, count, J, at, width, units, start = job[0], job[2], job[4], job[7], job[8], job[9], job[11]
    square = np.empty((J, J))
    for v in range(0 if count > units else u, u + 1):
        pair = u * (u + 1) // 2 + v if count > units else u
        q = at + pair * width * (J if kind == SQUARE else 1)
        for j in range(J):
            for k in range(j + 1):
                square[j, k] = square[k, j] = sums[q + k]
            q += width if kind == SQUARE else j + 1
        row, column = start + u * J, start + v * J
        for j in range(J):
            for k in range(J):
                H[row + j, column + k] = square[j, k]
            for k in range(J):
                H[column + j, row + k] = square[j, k]


@compiled
def _place_other(job, sums, H, u):
    """The blocks of H where unit u of a layer meets those of a lower layer, with the paths, and their mirror images."""
    J, K, at, width, V, row, start = job[4], job[6], job[7], job[8], job[10], job[11] + u * job[4], job[12]
    paths, path_width, far = job[13], job[14], job[15]
    for v in range(V):
        column, q = start + v * K, at + (u * V + v) * width
        for j in range(J):
            for k in range(K):
                H[row + j, column + k] = sums[q + j * K + k]
        for j in range(v if not far else 0, v + 1 if not far else J - 1):
            q = paths + ((u * (J - 1) + j) * V + v if far else u * V + v) * path_width
            for k in range(K if path_width else 0):
                H[row + j, column + k] += sums[q + k]
        for k in range(K):
            for j in range(J):
                H[column + k, row + j] = H[row + j, column + k]


@compiled
def mirror(square):
    """Copy the lower triangle to the upper, in tiles that fit the nearest cache."""
    for top in range(0, len(square), 32):
        for left in range(0, top + 1, 32):
            for j in range(top, min(top + 32, len(square))):
                for k in range(left, min(left + 32, j)):
                    square[k, j] = square[j, k]
