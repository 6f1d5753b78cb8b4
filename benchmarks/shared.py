"""The digit network of 1989 against jitted JAX: an online pass, the Gauss-Newton Hessian, derivatives of the outputs.

JAX gets the network as convolutions and window sums, in float64, and scans over the patterns for the online pass; all
contenders are checked to agree before the clock starts. "blas" is the product of the Hessian's written-down rows alone.
Of ours the sweep and a whole pruning by the Surgeon are timed too, with the memory that it takes.
"""

from typing import NamedTuple

import numpy as np

from .race import race
from .table import judged, memory_row, ratio_row, time_row

ONLINE, PATTERNS = 200, 500
RATE, ALPHA = 1e-4, 1e-2
BATCH = 1  # patterns that JAX takes together: of 1, 10 and 50 the fastest


class Case(NamedTuple):
    """What is timed, and what for."""

    what: str
    target: str = ""


def run():
    """All rows; what was skipped."""
    rows, skipped = [], []
    for case, contenders in (
        (Case("online pass, 200 patterns", ">= 1.5"), {"classicnets": online, "jax": jax_online}),
        (Case("Gauss-Newton, 500 patterns", ">= 6"), {"classicnets": squares, "jax": jax_squares, "blas": blas}),
        (Case("output derivatives, 500 patterns"), {"classicnets": derivatives, "jax": jax_derivatives}),
        (Case("Le Cun's sweep, 500 patterns"), {"classicnets": sweep}),
    ):
        times, missing = race(contenders, case)
        skipped += [f"shared, {case.what}: {name} skipped: {reason}" for name, reason in missing.items()]
        rows += [time_row("shared", case.what, name, each) for name, each in times.items()]
        for name in ("jax", "blas"):
            if name in times:
                ratio, target = times[name] / times["classicnets"], case.target if name == "jax" else ""
                rows.append(ratio_row("shared", case.what, f"{name} / classicnets", ratio, target))
    times, _ = race({"classicnets": surgeon}, Case("surgeon"), rounds=1)
    row = time_row("shared", "the Surgeon, 2578 to 378", "pruning", times["classicnets"])
    rows.append(judged(row, "<= 90000"))
    rows.append(memory_row("shared", "the Surgeon, 2578 to 378", "pruning, memory", times["classicnets"], "<= 1.5"))
    return rows, skipped


def _problem(patterns):
    from classicnets import digit_recogniser, digits

    data = digits(16)
    return digit_recogniser(0), data.X[:patterns], data.T[:patterns]


def online(case):
    """classicnets, one weight change a pattern."""
    from classicnets import Cost
    from classicnets.passes import go_through

    net, X, T = _problem(ONLINE)
    cost, order, start = Cost(X, T), np.arange(len(X))[None], net.weights.copy()
    rates, velocity = np.full(net.n, RATE), np.zeros(net.n)

    def timed():
        net.weights = start
        go_through(net, cost, order, 1, rates, 0.0, velocity, np.inf)
        return net.weights.copy()

    return timed


def squares(case):
    """classicnets.hessian, Gauss-Newton."""
    from classicnets import hessian

    net, X, T = _problem(PATTERNS)
    return lambda: hessian(net, X, T, "gauss-newton")


def derivatives(case):
    """classicnets.output_derivatives."""
    from classicnets import output_derivatives

    net, X, _ = _problem(PATTERNS)
    return lambda: output_derivatives(net, X)


def sweep(case):
    """classicnets.hessian_diagonal by Le Cun's sweep."""
    from classicnets import hessian_diagonal

    net, X, T = _problem(PATTERNS)
    return lambda: hessian_diagonal(net, X, T, "lecun1990")


def blas(case):
    """The product of all rows, ready-made."""
    from classicnets import output_derivatives

    net, X, _ = _problem(PATTERNS)
    rows = output_derivatives(net, X).reshape(-1, net.n)
    return lambda: rows.T @ rows / len(X)


def surgeon(case):
    """A whole pruning by the Surgeon, 2000 patterns, a Hessian each 200 deletions."""
    from classicnets import OptimalBrainSurgeon, prune

    net, X, T = _problem(2000)

    def timed():
        prune(net, X, T, OptimalBrainSurgeon(ALPHA), at_once=200, down_to=378, keep_orphans=True)

    return timed


# -- the same in JAX --------------------------------------------------------------------------------------------------


def _jax_outputs():
    """The outputs (10,) of the network of 1989 for flat weights (2578,) and an image (256,), in JAX."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    from classicnets.digit_nets import SEEN_BY_H3

    places = np.full((12, 4, 25), 2578)  # of a kernel that is not there: a zero after the last weight
    biases, begin = [], 112
    for unit, seen in enumerate(SEEN_BY_H3):
        for source in seen:
            places[unit, source] = np.arange(begin, begin + 25)
            begin += 25
        biases.append(begin)
        begin += 1
    places, biases = places.reshape(12, 4, 5, 5), np.array(biases)

    def f(a):
        return 1.7159 * jnp.tanh(2 * a / 3)

    def conv(z, kernels):
        return jax.lax.conv_general_dilated(z[None], kernels, (1, 1), "VALID")[0]

    def average(z, w):
        sums = jax.lax.reduce_window(z, 0.0, jax.lax.add, (1, 2, 2), (1, 2, 2), "VALID")
        return f(w[:, 0, None, None] * sums + w[:, 1, None, None])

    def outputs(w, x):
        z = jnp.pad(x.reshape(16, 16), 6, constant_values=-1.0)[None]
        h1 = w[:104].reshape(4, 26)
        z = f(conv(z, h1[:, :25].reshape(4, 1, 5, 5)) + h1[:, 25, None, None])
        z = average(z, w[104:112].reshape(4, 2))
        z = f(conv(z, jnp.append(w, 0.0)[places]) + w[biases][:, None, None])
        z = average(z, w[624:648].reshape(12, 2))
        out = w[648:].reshape(10, 193)
        return f(out[:, :192] @ z.ravel() + out[:, 192])

    return jax, jnp, outputs


def jax_online(case):
    """jax.lax.scan over the patterns, jitted."""
    jax, jnp, outputs = _jax_outputs()
    net, X, T = _problem(ONLINE)

    def step(w, pattern):
        x, t = pattern
        return w - RATE * jax.grad(lambda w: 0.5 * jnp.sum((t - outputs(w, x)) ** 2))(w), None

    compiled = jax.jit(lambda w, X, T: jax.lax.scan(step, w, (X, T))[0])
    w, X, T = map(jnp.asarray, (net.weights, X, T))
    return lambda: compiled(w, X, T).block_until_ready()


def jax_squares(case):
    """jacrev for the rows, and their product, jitted."""
    jax, jnp, outputs = _jax_outputs()
    net, X, _ = _problem(PATTERNS)

    def gauss_newton(w, X):
        rows = jax.lax.map(lambda x: jax.jacrev(outputs)(w, x), X, batch_size=BATCH).reshape(-1, len(w))
        return rows.T @ rows / len(X)

    compiled, w, X = jax.jit(gauss_newton), jnp.asarray(net.weights), jnp.asarray(X)
    return lambda: compiled(w, X).block_until_ready()


def jax_derivatives(case):
    """jacrev of some patterns at a time, jitted: of all together it would take 46 GB."""
    jax, jnp, outputs = _jax_outputs()
    net, X, _ = _problem(PATTERNS)
    compiled = jax.jit(lambda w, X: jax.lax.map(lambda x: jax.jacrev(outputs)(w, x), X, batch_size=BATCH))
    w, X = jnp.asarray(net.weights), jnp.asarray(X)
    return lambda: compiled(w, X).block_until_ready()
