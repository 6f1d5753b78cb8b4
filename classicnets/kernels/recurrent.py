"""For recurrent.py and realtime.py: the run through time, forward sensitivities, and the adjoints backward.

All of them fill arrays that are given and return nothing: where Ctrl-C arrives while results are handed over, it would
turn into a SystemError.

Layouts: R (S, S) the weights from states to units, hidden units first; arrays over time (P, S). A hidden unit sees all
states one step before; an output unit sees the hidden states of the same step and the output states one step before.
"""

import math

import numpy as np

from ..activation import SCALE, SLOPE
from . import compiled


@compiled
def run(R, drive, hidden, hidden_code, output_code, huge, s, first, second):
    """Fill s, f' and f'' of all units, zeros of (P, S) each, from `drive`, what each unit gets from inputs and bias.

    From a step on at which a state is beyond `huge` all states are infinite.
    """
    P, S = drive.shape
    for t in range(P):
        for u in range(S):
            a = drive[t, u]
            for j in range(S):
                source = _source(t, u, j, hidden)
                if source >= 0:
                    a += R[u, j] * s[source, j]
            code = hidden_code if u < hidden else output_code
            s[t, u] = _value(a, code)
            first[t, u], second[t, u] = _slopes(s[t, u], code)
        for u in range(S):
            if not abs(s[t, u]) <= huge:
                s[t:] = np.inf
                return


@compiled
def forward_derivatives(R, slope, hidden, seen_by_hidden, seen_by_outputs, ds):
    """Fill ds (P, S, n), the derivatives of all states at all steps with respect to all weights.

    `slope` (P, S) is f'(a) of every unit; what the units see ends with the ones of the bias.
    """
    P, S = slope.shape
    for t in range(P):
        start = 0
        for u in range(S):
            row, seen = ds[t, u], seen_by_hidden[t] if u < hidden else seen_by_outputs[t]
            row[:] = 0.0
            if u >= hidden:
                _combine(row, R[u, :hidden], ds[t, :hidden])
            if t:
                low = 0 if u < hidden else hidden
                _combine(row, R[u, low:], ds[t - 1, low:])
            for k in range(len(seen)):
                row[start + k] += seen[k]
            start += len(seen)
            for k in range(len(row)):
                row[k] *= slope[t, u]


@compiled
def adjoints(R, slope, hidden, delta, total, back):
    """Fill lambda = dE/da of every unit and step, all later effects included; and of dE/ds what other units add.

    `delta` (P, S) is what the error of the same step adds to dE/da; `total` and `back` are zeros of the same shape.
    """
    P, S = slope.shape
    for t in range(P - 1, -1, -1):
        for u in range(S - 1, -1, -1):
            total[t, u] = delta[t, u] + slope[t, u] * back[t, u]
            for j in range(S):
                source = _source(t, u, j, hidden)
                if source >= 0:
                    back[source, j] += R[u, j] * total[t, u]


@compiled
def adjoint_derivatives(R, slope, hidden, total, curvature, places, ds):
    """Overwrite ds (P, S, n) by the derivatives of all lambda_u with respect to all weights.

    `total` (P, S) are the lambdas, `curvature` (P, S) what multiplies ds_u, `places` (S, S) the index of each R_uj.
    """
    P, S = slope.shape
    R, above = np.ascontiguousarray(R.T), np.empty(ds.shape[2])
    for t in range(P - 1, -1, -1):
        for j in range(S - 1, -1, -1):
            above[:] = 0.0
            if j < hidden:
                _combine(above, R[j, hidden:], ds[t, hidden:])
            if t + 1 < P:
                high = hidden if j < hidden else S
                _combine(above, R[j, :high], ds[t + 1, :high])
            for u in range(S):
                step = t if u >= hidden and j < hidden else t + 1
                if step < P:
                    above[places[u, j]] += total[step, u]
            row = ds[t, j]
            for k in range(len(row)):
                row[k] = curvature[t, j] * row[k] + slope[t, j] * above[k]


@compiled
def _source(t, u, j, hidden):
    """The step whose state j unit u sees at step t; -1 is before the first."""
    return t if u >= hidden and j < hidden else t - 1


@compiled
def _combine(total, factors, rows):
    """Add to `total` (n,) the sum of factors[j] rows[j], four rows at a time to spare memory traffic."""
    whole = len(factors) // 4 * 4
    for j in range(0, whole, 4):
        a, b, c, d = factors[j], factors[j + 1], factors[j + 2], factors[j + 3]
        one, two, three, four = rows[j], rows[j + 1], rows[j + 2], rows[j + 3]
        for k in range(len(total)):
            total[k] += a * one[k] + b * two[k] + c * three[k] + d * four[k]
    for j in range(whole, len(factors)):
        a, one = factors[j], rows[j]
        for k in range(len(total)):
            total[k] += a * one[k]


@compiled
def _value(a, code):
    if code == 3:
        return SCALE * math.tanh(SLOPE * a)
    if code == 0:
        return math.tanh(a)
    if code == 1:
        return 0.0 if a < -700.0 else 1.0 / (1.0 + math.exp(-a))  # a NaN stays one
    if code == 4:
        return 0.0 if a < 0.0 else a  # a NaN stays one
    return a


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
