"""For shared.py and sharing.py: sums over the connections of a layer, run by run, for some patterns at a time.

Patterns come last. `runs` (R, 7) are those of wiring.py: unit, source, weight, length, and the steps of the first
three.
"""

from . import compiled


@compiled
def carry(runs, weights, z, a, downward):
    """Add to a (units, P) what the sources z (sources + 2, P) give through the weights; `downward` the other way."""
    for r in range(len(runs)):
        u, s, q, length, u_step, s_step, q_step = runs[r]
        if downward:
            u, s, u_step, s_step = s, u, s_step, u_step
        for _ in range(length):
            w = weights[q]
            for p in range(a.shape[1]):
                a[u, p] += w * z[s, p]
            u, s, q = u + u_step, s + s_step, q + q_step


# The sum may be reordered, or it would not run in vector registers.
@compiled(fastmath={"reassoc", "contract"})
def gather(runs, delta, z, total):
    """Add to total (n,), for the weight of each connection, delta_i z_j summed over the patterns."""
    for r in range(len(runs)):
        u, s, q, length, u_step, s_step, q_step = runs[r]
        for _ in range(length):
            product = 0.0
            for p in range(delta.shape[1]):
                product += delta[u, p] * z[s, p]
            total[q] += product
            u, s, q = u + u_step, s + s_step, q + q_step


@compiled
def gather_each(runs, delta, z, sums):
    """Add to sums (n, P), for the weight of each connection, delta_i z_j pattern by pattern."""
    for r in range(len(runs)):
        u, s, q, length, u_step, s_step, q_step = runs[r]
        for _ in range(length):
            for p in range(delta.shape[1]):
                sums[q, p] += delta[u, p] * z[s, p]
            u, s, q = u + u_step, s + s_step, q + q_step
