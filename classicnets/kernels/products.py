"""For blocks.py: sums over patterns of curvatures times products of inputs, and their places in the Hessian.

Patterns come last in every array. Sixteen sums at a time stay in registers, and the products of inputs are formed a
panel at a time, in the second cache or a nearer one: as fast as a BLAS on one thread, and free to be shared out among
threads. What there is to do stands in a table of jobs, one for each pair of layers and one for the paths between them.
"""

import numpy as np

from . import compiled

FAST = {"reassoc", "contract"}  # sums in another order and fused products: a NaN stays one
LINES = 32  # of a panel
SPARE = 3  # rows that there must be behind the last

# The columns of a job: whether it is of one layer alone; whether its rows are few, and multiplied into the panels; the
# first row, and how many; where in z its layer's inputs are and how many, and those of the lower layer; where its sums
# begin, and how long a line of them is; the units of the two layers, and where their weights begin; where the sums of
# the paths begin, how long their lines are, and whether they go past a layer.
OWN, SCALED, ROW, COUNT, UPPER, J_INPUTS, LOWER, K_INPUTS, AT, WIDTH = range(10)
UNITS, UNITS_BELOW, START, START_BELOW, PATHS, PATH_WIDTH, FAR = range(10, 17)


@compiled(nogil=True)
def add_products(jobs, rows, z, sums, panel, fresh, begin, end):
    """Do the panels number begin to end of all jobs: add to the `sums`, or begin them if `fresh`.

    Each of the rows times z_j z_k for k <= j if OWN, else times z_j y_k, y the lower layer's. If SCALED (row z_j) times
    y_k, of which k >= j are right if OWN.
    Rows, lines and sums are padded to fours: of what stands behind those meant, nothing is used.
    """
    number = 0
    for job in jobs:
        own, scaled, row, count = job[OWN] == 1, job[SCALED] == 1, job[ROW], job[COUNT]
        upper, J, lower, K, width = job[UPPER], job[J_INPUTS], job[LOWER], job[K_INPUTS], job[WIDTH]
        panels, height = -(-width // LINES), -(-(K if scaled else count) // 4) * 4
        times, size = count if scaled else 1, height * width
        for n in range(max(begin - number, 0), min(end - number, panels * times)):
            column, at = n % panels * LINES, job[AT] + n // panels * size
            wide, C = min(LINES, width - column), sums[at : at + size].reshape(height, width)
            if scaled:
                _fill_scaled(panel, rows[row + n // panels], z, upper + column, min(wide, J - column))
                factors, first, lines = z, column if own else 0, K
            else:
                _fill_products(panel, z, upper, J, lower, K, own, column, wide)
                factors, first, lines = rows, 0, count
            begins = (lower if scaled else row) + first
            _multiply(factors, begins, lines - first, panel, wide, C[first:], column, fresh, own and scaled)
        number += panels * times


@compiled
def _fill_scaled(panel, a, z, row, lines):
    """The first lines of the panel: a z_k."""
    for k in range(lines):
        line, other = panel[k], z[row + k]
        for p in range(len(a)):
            line[p] = a[p] * other[p]


@compiled
def _fill_products(panel, z, z_row, J, y_row, K, own, column, wide):
    """The products number `column` and up to `wide` more, as far as there are; of k <= j if `own`."""
    j, k = (0, column) if own else (column // K, column % K)
    while own and k > j:
        j, k = j + 1, k - j - 1
    for n in range(wide):
        if j == J:
            break
        line, one, other = panel[n], z[z_row + j], z[y_row + k]
        for p in range(len(line)):
            line[p] = one[p] * other[p]
        j, k = (j, k + 1) if k < (j if own else K - 1) else (j + 1, 0)


@compiled
def _multiply(A, row, count, panel, wide, C, column, fresh, lower):
    """C[:, column : column + wide] (+)= `count` rows of A, or up to three more, times the first lines of the panel.

    lower: only the blocks that hold some i >= j, of row i and line j.
    """
    height = -(-count // 4) * 4
    if fresh:
        C[:height, column : column + wide] = 0.0
    for i in range(0, height, 4):
        for j in range(0, min(wide, i + 4) if lower else wide, 4):
            _add_block(A, row + i, panel, j, C, i, column + j)


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
        for u in range(max(begin - number, 0), min(end - number, job[UNITS])):
            if job[OWN]:
                _place_own(job, sums, H, u)
            else:
                _place_other(job, sums, H, u)
        number += job[UNITS]


@compiled
def _place_own(job, sums, H, u):
    """The squares of H where unit u of a layer meets those before it, and itself; only itself if there is nothing else.

    A row for each pair of units, or for each unit.
    """
    J, width, pairs = job[J_INPUTS], job[WIDTH], job[COUNT] > job[UNITS]
    square = np.empty((J, J))
    for v in range(0 if pairs else u, u + 1):
        q = job[AT] + (u * (u + 1) // 2 + v if pairs else u) * width * (width if job[SCALED] else 1)
        for j in range(J):
            for k in range(j + 1):
                square[j, k] = square[k, j] = sums[q + k]
            q += width if job[SCALED] else j + 1
        _put(square, H, job[START] + u * J, job[START] + v * J)
        _put(square, H, job[START] + v * J, job[START] + u * J)


@compiled
def _place_other(job, sums, H, u):
    """The blocks of H where unit u of a layer meets those of a lower layer, with the paths, and their mirror images."""
    J, K, width, V = job[J_INPUTS], job[K_INPUTS], job[WIDTH], job[UNITS_BELOW]
    block, turned = np.empty((J, K)), np.empty((K, J))
    for v in range(V):
        q = job[AT] + (u * V + v) * width * (-(-K // 4) * 4 if job[SCALED] else 1)
        for j in range(J):
            for k in range(K):
                block[j, k] = sums[q + (k * width + j if job[SCALED] else j * K + k)]
        if job[PATH_WIDTH]:
            _add_paths(job, sums, u, v, block)
        for j in range(J):
            for k in range(K):
                turned[k, j] = block[j, k]
        _put(block, H, job[START] + u * J, job[START_BELOW] + v * K)
        _put(turned, H, job[START_BELOW] + v * K, job[START] + u * J)


@compiled
def _add_paths(job, sums, u, v, block):
    """Of the paths from unit v to u: just below u by itself alone, from further down by all units between."""
    J, width, V = job[J_INPUTS], job[PATH_WIDTH], job[UNITS_BELOW]
    for j in range(0 if job[FAR] else v, J - 1 if job[FAR] else v + 1):
        q = job[PATHS] + ((u * (J - 1) + j) * V + v if job[FAR] else u * V + v) * width
        for k in range(block.shape[1]):
            block[j, k] += sums[q + k]


@compiled
def _put(block, H, row, column):
    """Slices, because an index that could be negative keeps the compiler from vector instructions."""
    for j in range(len(block)):
        line, source = H[row + j][column : column + block.shape[1]], block[j]
        for k in range(len(line)):
            line[k] = source[k]


@compiled
def mirror(square):
    """Copy the lower triangle to the upper, in tiles that fit the nearest cache."""
    for top in range(0, len(square), 32):
        for left in range(0, top + 1, 32):
            for j in range(top, min(top + 32, len(square))):
                for k in range(left, min(left + 32, j)):
                    square[k, j] = square[j, k]
