"""For realtime.py: gradient and Hessian of a recurrent network by one sweep backward, in the nearest cache.

Layouts: R (S, S) the weights from states to units, hidden units first; arrays over time (P, S). The units low to high
of a layer take their turn together, outputs first. What is known of the error still to come, as a function of the
states now and of the weights: `slope` dE/ds (S,), `bend` d2E/ds ds' (S, S), `mixed` d2E/ds dw (S, n or more).

Kernels get whole arrays, and where to look: a view that is handed on is counted as a reference, which takes longer
than a row of numbers. And they get np.int64(0), because for a plain 0 they would be compiled once more. Of fast-math
only sums in another order and fused products are allowed: a NaN stays one.
"""

import numpy as np

from . import compiled

FAST = {"reassoc", "contract"}
STEPS = 16  # that are summed up at once
PANEL = 512  # numbers of a row at a time: two rows of sums stay in the nearest cache


@compiled(nogil=True)
def fill_gradient(R, X, T, natural, s, first, second, gradient):
    """Fill the gradient (n,): the sum over steps and units of lambda_u z_u. Arguments as those of `half_hessian`."""
    (P, S), inputs, n = s.shape, X.shape[1], len(gradient)
    low, hidden = np.int64(0), (n - S * (S + 1)) // inputs
    slope, delta, curvature = np.zeros(S), np.zeros(S), np.zeros(S)
    z, y = np.empty((1, inputs + S + 1)), np.empty((1, S + 1))
    gradient[:] = 0.0
    for t in range(P - 1, -1, -1):
        _look(X, s, t, hidden, z, y, low)
        _at_outputs(T, natural, s, first, second, t, hidden, delta, curvature)
        _descend(R, hidden, S, t, first, delta, slope, y, hidden * z.shape[1], gradient)
        _descend(R, low, hidden, t, first, delta, slope, z, low, gradient)


@compiled(fastmath=FAST)
def _descend(R, low, high, t, first, delta, slope, seen, start, gradient):
    """From the states of the layer's units to all that these see: slope. And lambda_u z_u, from `start` on."""
    z, adjoint = seen[0], delta[low:high]  # what was delta is lambda then
    for u in range(low, high):
        adjoint[u - low] += first[t, u] * slope[u]
        slope[u] = 0.0
    for u in range(low, high):
        own, weights, a = gradient[start : start + len(z)], R[u], adjoint[u - low]
        for k in range(len(own)):
            own[k] += a * z[k]
        for j in range(len(slope)):
            slope[j] += a * weights[j]
        start += len(z)


@compiled(nogil=True)
def half_hessian(R, X, T, natural, s, first, second, H):
    """Fill H (n, n): with its mirror image it is the Hessian.

    s, f', f'' (P, S); T (P or fewer, n_out); `natural`: whether de/da = o - t, else the error is squared.
    With A_uv = d2E/da_u da_v it is the sum over steps and units of z_u times row u: f'_u d2E/ds_u dw, and A_uv z_v in
    the places of each v before u, half of it for u itself.
    """
    (P, S), inputs, n = s.shape, X.shape[1], len(H)
    low, width = np.int64(0), -(-n // 8) * 8
    hidden = (n - S * (S + 1)) // inputs  # of the n weights S + 1 lead to each unit, and the inputs to these alone
    slope, bend, mixed = np.zeros(S), np.zeros((S, S)), np.zeros((S, width))
    adjoint, halves, coupling = np.zeros(S), np.zeros((S, S)), np.zeros((S, S))
    delta, curvature = np.zeros(S), np.zeros(S)
    z, y = np.empty((STEPS, inputs + S + 1)), np.empty((STEPS, S + 1))
    below, above = np.zeros((inputs + S + 2, hidden * width)), np.zeros((S + 2, (S - hidden) * width))
    rows, outputs, now = np.empty((STEPS * S, width)), hidden * (inputs + S + 1), low
    side_by_side = rows.reshape(STEPS, S * width)
    for t in range(P - 1, -1, -1):
        _look(X, s, t, hidden, z, y, now)
        _at_outputs(T, natural, s, first, second, t, hidden, delta, curvature)
        _enter(R, hidden, S, t, first, second, delta, curvature, slope, bend, adjoint, halves, coupling)
        _fill_rows(first, t, hidden, S, mixed, halves, y, now, outputs, rows, now * S + hidden)
        _carry(R, hidden, S, rows, now * S + hidden, mixed)
        _leave(hidden, S, coupling, adjoint, y, now, outputs, outputs, mixed)
        _enter(R, low, hidden, t, first, second, delta, curvature, slope, bend, adjoint, halves, coupling)
        _fill_rows(first, t, low, hidden, mixed, halves, z, now, low, rows, now * S)
        _carry(R, low, hidden, rows, now * S, mixed)
        _leave(low, hidden, coupling, adjoint, z, now, low, inputs, mixed)
        now += 1
        if now == STEPS or t == 0:
            _add_products(z, now, side_by_side, low, below)
            _add_products(y, now, side_by_side, hidden * width, above)
            now = low
    _place(below, inputs + S + 1, hidden, low, H)
    _place(above, S + 1, S - hidden, outputs, H)


@compiled(nogil=True)
def add_squares(rows, H):
    """H (n + 1, n) += rows' rows; its last row is not to be used."""
    _add_products(rows, len(rows), rows, np.int64(0), H)


@compiled
def _look(X, s, t, hidden, z, y, now):
    """What the hidden units see at step t (n_in + S + 1), and the output units (S + 1), ones last."""
    inputs, S = X.shape[1], s.shape[1]
    for k in range(inputs):
        z[now, k] = X[t, k]
    for j in range(S):
        before = s[t - 1, j] if t else 0.0
        z[now, inputs + j] = before
        y[now, j] = s[t, j] if j < hidden else before
    z[now, inputs + S] = y[now, S] = 1.0


@compiled
def _at_outputs(T, natural, s, first, second, t, hidden, delta, curvature):
    """de/da and d2e/da2 of the outputs at step t, with the factor 1/P of the error: zero where there is no target."""
    target = t - (len(s) - len(T))
    delta[:], curvature[:] = 0.0, 0.0
    for u in range(hidden, s.shape[1] if target >= 0 else hidden):
        rest, f = (s[t, u] - T[target, u - hidden]) / len(T), first[t, u]
        delta[u] = rest if natural else rest * f
        curvature[u] = f / len(T) if natural else f * f / len(T) + rest * second[t, u]


@compiled(fastmath=FAST)
def _enter(R, low, high, t, first, second, delta, curvature, slope, bend, adjoint, halves, coupling):
    """From the states of the layer's units to all that these see: slope and bend. And for the rows to come:

    halves: A_uv of v before u, half of A_uu. coupling (S, S): what z_v is multiplied by in d2E/ds_j dw, for unit v and
    state j, beyond what goes through the rows.
    """
    S = len(R)
    for u in range(low, high):
        f, row, bends = first[t, u], coupling[u], bend[u]
        for j in range(S):
            row[j] = f * bends[j]
        for v in range(low, u + 1):
            halves[u, v] = first[t, v] * row[v]
        halves[u, u] = 0.5 * (halves[u, u] + curvature[u] + second[t, u] * slope[u])
        adjoint[u] = delta[u] + f * slope[u]
        for j in range(low, high):
            row[j] = 0.0
        for v in range(low, u + 1):
            half, weights = halves[u, v], R[v]
            for j in range(S):
                row[j] += half * weights[j]
    for u in range(low, high):  # these states are no longer there
        slope[u] = 0.0
        for j in range(S):
            bend[u, j] = bend[j, u] = 0.0
    for v in range(low, high):
        weights, row, a = R[v], coupling[v], adjoint[v]
        for j in range(S):
            bends, w, c = bend[j], weights[j], row[j]
            slope[j] += a * w
            for k in range(S):
                bends[k] += w * row[k] + c * weights[k]


@compiled(fastmath=FAST)
def _fill_rows(first, t, low, high, mixed, halves, seen, now, start, rows, row):
    """The layer's rows, from number `row` on; what is mixed with its states is taken from there."""
    z = seen[now]
    for u in range(low, high):
        line, derivatives, f = rows[row + u - low], mixed[u], first[t, u]
        for k in range(len(line)):
            line[k] = f * derivatives[k]
            derivatives[k] = 0.0
        for v in range(low, u + 1):
            own, half = line[start + (v - low) * len(z) : start + (v - low + 1) * len(z)], halves[u, v]
            for k in range(len(own)):
                own[k] += half * z[k]


@compiled(fastmath=FAST)
def _carry(R, low, high, rows, row, mixed):
    """Add to mixed_j the sum of R_uj row_u, four units at a time to touch it less."""
    whole = low + (high - low) // 4 * 4
    for u in range(low, whole, 4):
        one, two, three, four = rows[row], rows[row + 1], rows[row + 2], rows[row + 3]
        for j in range(len(mixed)):
            line, a, b, c, d = mixed[j], R[u, j], R[u + 1, j], R[u + 2, j], R[u + 3, j]
            for k in range(len(line)):
                line[k] += a * one[k] + b * two[k] + c * three[k] + d * four[k]
        row += 4
    for u in range(whole, high):
        one = rows[row]
        for j in range(len(mixed)):
            line, a = mixed[j], R[u, j]
            for k in range(len(line)):
                line[k] += a * one[k]
        row += 1


@compiled(fastmath=FAST)
def _leave(low, high, coupling, adjoint, seen, now, start, recurrent, mixed):
    """Add to mixed_j what comes without the rows: coupling times z, and lambda_u in the place of R_uj."""
    z = seen[now]
    for j in range(len(mixed)):
        line = mixed[j]
        for v in range(low, high):
            begin, c = start + (v - low) * len(z), coupling[v, j]
            own = line[begin : begin + len(z)]
            for k in range(len(own)):
                own[k] += c * z[k]
            line[recurrent + (v - low) * len(z) + j] += adjoint[v]


@compiled
def _add_products(seen, steps, rows, begin, sums):
    """Add to the sums (., K) over so many steps: seen' times K numbers of the rows from `begin` on."""
    for left in range(0, sums.shape[1], PANEL):
        right = min(left + PANEL, sums.shape[1])
        for i in range(0, seen.shape[1], 2):
            _add_two(seen, steps, i, rows, begin, sums, left, right)


@compiled(fastmath=FAST)
def _add_two(seen, steps, i, rows, begin, sums, left, right):
    """The rows i and i + 1 of the sums, if there is one more; four steps at a time to touch them less."""
    one, two, whole = sums[i][left:right], sums[i + 1][left:right], steps // 4 * 4
    j, left, right = min(i + 1, seen.shape[1] - 1), left + begin, right + begin
    for t in range(0, whole, 4):
        a0, a1, a2, a3 = seen[t, i], seen[t + 1, i], seen[t + 2, i], seen[t + 3, i]
        b0, b1, b2, b3 = seen[t, j], seen[t + 1, j], seen[t + 2, j], seen[t + 3, j]
        x0, x1, x2, x3 = rows[t][left:right], rows[t + 1][left:right], rows[t + 2][left:right], rows[t + 3][left:right]
        for k in range(len(one)):
            one[k] += a0 * x0[k] + a1 * x1[k] + a2 * x2[k] + a3 * x3[k]
            two[k] += b0 * x0[k] + b1 * x1[k] + b2 * x2[k] + b3 * x3[k]
    for t in range(whole, steps):
        a0, b0, x0 = seen[t, i], seen[t, j], rows[t][left:right]
        for k in range(len(one)):
            one[k] += a0 * x0[k]
            two[k] += b0 * x0[k]


@compiled
def _place(sums, fan_in, units, start, H):
    width = sums.shape[1] // units
    for u in range(units):
        for i in range(fan_in):
            line, numbers = H[start + u * fan_in + i], sums[i][u * width : (u + 1) * width]
            for k in range(len(line)):
                line[k] = numbers[k]
