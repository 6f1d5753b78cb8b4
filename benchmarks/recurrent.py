"""The exact Hessian of a recurrent network against jitted JAX over `lax.scan`, and how its time grows.

The network has tanh hidden units and a linear output, a step of time a pattern. All agree before the clock starts. The
forward recursion of second derivatives, the form to read, runs along in the smallest case.
"""

import numpy as np

from .problem import Case
from .race import race
from .table import ratio_row, time_row

CASES = [Case((4, 4, 1), 209, ">= 8"), Case((4, 4, 1), 1000, ">= 10"), Case((12, 8, 1), 209, ">= 10")]
UNITS = [Case((4, hidden, 1), 209) for hidden in (2, 4, 8, 16, 32)]
INPUTS = [Case((inputs, 4, 1), 209) for inputs in (2, 8, 32, 128)]
STEPS = [Case((4, 4, 1), steps) for steps in (50, 150, 500, 1500, 5000)]
GROWTH = {"growing units": UNITS, "growing inputs": INPUTS, "growing steps": STEPS}


def run():
    """All cases and the growth: rows of times and ratios, and a list of what was skipped."""
    rows, skipped = [], []
    for case in CASES:
        contenders = {"classicnets": ours, "jax": jax}
        if case is CASES[0]:
            contenders["recursion"] = recursion
        times, missing = race(contenders, case)
        skipped += [f"recurrent, {case}: {name} skipped: {reason}" for name, reason in missing.items()]
        rows += [time_row("recurrent", str(case), name, t) for name, t in times.items()]
        for name in [name for name in times if name != "classicnets"]:
            ratio, target = times[name] / times["classicnets"], case.target if name == "jax" else ""
            rows.append(ratio_row("recurrent", str(case), f"{name} / classicnets", ratio, target))
    for quantity, cases in GROWTH.items():
        for case in cases:
            times, _ = race({"ours": ours}, case, rounds=4)
            rows.append(time_row("recurrent", str(case), quantity, times["ours"]))
    return rows, skipped


def series(rows):
    """The three curves of growth from the rows of `run`: quantity -> (what grows, milliseconds, the best)."""
    numbers = [[c.sizes[1] for c in UNITS], [problem(c)[0].n for c in INPUTS], [c.patterns for c in STEPS]]
    best = {name: [row.best for row in rows if row.quantity == name] for name in GROWTH}
    return {name: (values, best[name]) for name, values in zip(GROWTH, numbers, strict=True)}


def problem(case):
    """The network of a case, X (P, n_in) and T (P, n_out), always the same."""
    from classicnets import RecurrentNetwork

    rng = np.random.default_rng(0)
    X, T = (rng.standard_normal((case.patterns, k)) for k in (case.sizes[0], case.sizes[-1]))
    return RecurrentNetwork(case.sizes, seed=1), X, T


def ours(case):
    """classicnets.hessian."""
    from classicnets import hessian

    net, X, T = problem(case)
    return lambda: hessian(net, X, T)


def recursion(case):
    """classicnets.hessian_by_recursion."""
    from classicnets import hessian_by_recursion

    net, X, T = problem(case)
    return lambda: hessian_by_recursion(net, X, T)


def jax(case):
    """jax.jit(jax.hessian(error)), the error a scan over the steps."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    (inputs, hidden, outputs), (net, X, T) = case.sizes, problem(case)
    states, one = hidden + outputs, jnp.ones(1)
    split = hidden * (inputs + states + 1)

    def error(w, X, T):
        u, v = w[:split].reshape(hidden, -1), w[split:].reshape(outputs, -1)

        def step(before, pattern):
            x, t = pattern
            h = jnp.tanh(u @ jnp.concatenate([x, before, one]))
            o = v @ jnp.concatenate([h, before[hidden:], one])
            return jnp.concatenate([h, o]), 0.5 * jnp.sum((t - o) ** 2)

        return jax.lax.scan(step, jnp.zeros(states), (X, T))[1].mean()

    w, X, T = map(jnp.asarray, (net.weights, X, T))
    compiled = jax.jit(jax.hessian(error))
    return lambda: compiled(w, X, T).block_until_ready()
