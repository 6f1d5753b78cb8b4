"""For recurrent.py and realtime.py: the run through time, and forward sensitivities. kernels/realtime.py goes backward.

All of them fill arrays that are given and return nothing: where Ctrl-C arrives while results are handed over, it would
turn into a SystemError.

Layouts: R (S, S) the weights from states to units, hidden units first; arrays over time (P, S). A hidden unit sees all
states one step before; an output unit sees the hidden states of the same step and the output states one step before.
Arrays are passed whole, with where to look in them: a view handed to another kernel is counted as a reference, which
takes as long as a row of numbers. Of fast-math only sums in another order and fused products are allowed.
"""

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled
from .backprop import value

FAST = {"reassoc", "contract"}  # a NaN stays one


@compiled
def run(R, drive, hidden, hidden_code, output_code, huge, s, first, second):
    """Fill s, f' and f'' of all units, zeros of (P, S) each, from `drive`, what each unit gets from inputs and bias.

    From a step on at which a state is beyond `huge` all states are infinite.
    """
    P, S = drive.shape
    for t in range(P):
        for u in range(S):
            a = drive[t, u]
            for j in range(hidden if u >= hidden else 0):
                a += R[u, j] * s[t, j]
            if t:
                for j in range(hidden if u >= hidden else 0, S):
                    a += R[u, j] * s[t - 1, j]
            code = hidden_code if u < hidden else output_code
            s[t, u] = value(a, code)
            first[t, u], second[t, u] = _slopes(s[t, u], code)
        for u in range(S):
            if not abs(s[t, u]) <= huge:
                s[t:] = np.inf
                return


@compiled
def look(X, s, hidden, seen_by_hidden, seen_by_outputs):
    """Fill what the hidden units see (P, n_in + S + 1) and the output units (P, S + 1) at all steps, ones last."""
    inputs, S = X.shape[1], s.shape[1]
    for t in range(len(X)):
        for k in range(inputs):
            seen_by_hidden[t, k] = X[t, k]
        for j in range(S):
            before = s[t - 1, j] if t else 0.0
            seen_by_hidden[t, inputs + j] = before
            seen_by_outputs[t, j] = s[t, j] if j < hidden else before
        seen_by_hidden[t, inputs + S] = seen_by_outputs[t, S] = 1.0


@compiled
def forward_derivatives(R, slope, hidden, seen_by_hidden, seen_by_outputs, ds):
    """Fill ds (P, S, n), the derivatives of all states at all steps with respect to all weights.

    `slope` (P, S) is f'(a) of every unit; what the units see ends with the ones of the bias.
    """
    P, S = slope.shape
    first = np.int64(0)
    for t in range(P):
        _begin(slope, t, first, hidden, seen_by_hidden, first, ds)
        _begin(slope, t, hidden, S, seen_by_outputs, hidden * seen_by_hidden.shape[1], ds)
        if t:
            _carry(R, slope, t, first, hidden, t - 1, first, S, ds)
            _carry(R, slope, t, hidden, S, t - 1, hidden, S, ds)
        _carry(R, slope, t, hidden, S, t, first, hidden, ds)


@compiled(fastmath=FAST)
def _begin(slope, t, low, high, seen, start, ds):
    """f' times what the units low to high see, in the places of their weights."""
    z = seen[t]
    for u in range(low, high):
        row, own, f = ds[t, u], ds[t, u][start : start + len(z)], slope[t, u]
        for k in range(len(row)):
            row[k] = 0.0
        for k in range(len(z)):
            own[k] = f * z[k]
        start += len(z)


@compiled(fastmath=FAST)
def _carry(R, slope, t, low, high, step, first, last, rows):
    """Add to the rows of units low to high at t those of units first to last at another step, times f' R."""
    whole = first + (last - first) // 4 * 4
    for j in range(first, whole, 4):
        one, two, three, four = rows[step, j], rows[step, j + 1], rows[step, j + 2], rows[step, j + 3]
        for u in range(low, high):
            f, row = slope[t, u], rows[t, u]
            a, b, c, d = f * R[u, j], f * R[u, j + 1], f * R[u, j + 2], f * R[u, j + 3]
            for k in range(len(row)):
                row[k] += a * one[k] + b * two[k] + c * three[k] + d * four[k]
    for j in range(whole, last):
        one = rows[step, j]
        for u in range(low, high):
            a, row = slope[t, u] * R[u, j], rows[t, u]
            for k in range(len(row)):
                row[k] += a * one[k]


@compiled
def _slopes(z, code):
    if code == 4:
        return (1.0 if z > 0.0 else 0.0), 0.0
    if code == 3:
        slope = SLOPE / SCALE * (SCALE**2 - z * z)
        return slope, -2.0 * SLOPE / SCALE * z * slope
    if code == 0:
        return 1.0 - z * z, -2.0 * z * (1.0 - z * z)
    if code == 1:
        return z * (1.0 - z), z * (1.0 - z) * (1.0 - 2.0 * z)
    return 1.0, 0.0
