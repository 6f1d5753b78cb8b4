"""The exact Hessian against JAX and PyTorch that differentiate, against the same algorithm in JAX, and against BLAS.

The networks have tanh hidden units and logistic outputs, the error is the squared one. JAX and PyTorch get the error
as a function of the flat weight vector and return the same (n, n) matrix; all are checked to agree before the clock
starts. JAX is jitted, in float64, fed with its own arrays, and waited for. "jax, same algorithm" is jax_hessian.py,
"blas" the matrix products alone: a floor, not a Hessian (floor.py).

Every case runs once quiet, and once beside a process that keeps one of the two cores busy. What a program that shares
its core with none would take on one thread is timed too ("one thread"): no busy process should cost more than that.
"""

import os

from .floor import blas
from .problem import Case, problem
from .race import busy_process, race
from .table import ratio_row, time_row

TORCH_BYTES = 8e9
SAME, BUSY = "jax, same algorithm", ", one core busy"

CASES = {  # and how many times slower the same algorithm in JAX should be
    Case((17, 3, 1), 124, ">= 9"): ">= 2.5",
    Case((5, 9, 1), 1000, ">= 18"): ">= 2.5",
    Case((10, 10, 10, 3), 500, ">= 50"): ">= 2.5",
    Case((30, 20, 5), 2000, ">= 55"): ">= 2.5",
    Case((60, 30, 5), 1000, ">= 33"): ">= 2.2",
    Case((784, 2, 1), 1000, ">= 4.5"): ">= 2",
}


def run():
    """All cases: rows of times and ratios, and a list of what was skipped."""
    rows, skipped = [], []
    for case, same in CASES.items():
        contenders = {"classicnets": ours, "one thread": one_thread, SAME: same_algorithm, "jax": jax, "torch": torch}
        times, missing = race({**contenders, "blas": blas}, case)
        skipped += [f"hessian, {case}: {name} skipped: {reason}" for name, reason in missing.items()]
        rows += compared("hessian", str(case), times, {"jax": case.target, SAME: same})
        with busy_process():
            beside, _ = race({"classicnets": ours, SAME: same_algorithm, "blas": blas}, case, patience=0)
        busy = f"{case}{BUSY}"
        rows += compared("hessian", busy, beside, {})
        ratio = beside["classicnets"] / times["one thread"]
        rows.append(ratio_row("hessian", busy, "classicnets / idle on one thread", ratio, "<= 1.3"))
    return rows, skipped


def compared(benchmark, case, times, targets):
    """Rows of all times, of how many times slower others are than ours, and of ours against the floor."""
    rows = [time_row(benchmark, case, name, each) for name, each in times.items()]
    for name in (SAME, "jax", "torch"):
        if name in times:
            ratio = times[name] / times["classicnets"]
            rows.append(ratio_row(benchmark, case, f"{name} / classicnets", ratio, targets.get(name, "")))
    ratio, target = times["classicnets"] / times["blas"], "<= 3" if targets else ""
    return [*rows, ratio_row(benchmark, case, "classicnets / blas", ratio, target)]


def ours(case):
    """classicnets.hessian."""
    from classicnets import hessian

    net, X, T = problem(case)
    return lambda: hessian(net, X, T)


def one_thread(case):
    """classicnets.hessian, told to keep to the caller's thread."""
    os.environ["OMP_NUM_THREADS"] = "1"
    return ours(case)


def same_algorithm(case):
    """The algorithm of classicnets.hessian, jitted."""
    import jax.numpy as jnp

    from .jax_hessian import compiled

    net, X, T = problem(case)
    hessian = compiled(case.sizes)
    w, X, T = map(jnp.asarray, (net.weights, X, T))
    return lambda: hessian(w, X, T).block_until_ready()


def jax(case):
    """jax.jit(jax.hessian(error))."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    net, X, T = problem(case)
    w, X, T = map(jnp.asarray, (net.weights, X, T))
    compiled = jax.jit(jax.hessian(error_of(case.sizes, jnp.tanh, jax.nn.sigmoid)))
    return lambda: compiled(w, X, T).block_until_ready()


def torch(case):
    """torch.func.hessian(error), which torch runs operation by operation."""
    import torch

    _refuse_if_too_large(case)
    torch.set_num_threads(2)
    net, X, T = problem(case)
    w, X, T = map(torch.from_numpy, (net.weights.copy(), X, T))
    second = torch.func.hessian(error_of(case.sizes, torch.tanh, torch.sigmoid))
    return lambda: second(w, X, T)


def error_of(sizes, tanh, logistic):
    """E(w, X, T) as one writes it for a library that differentiates: w flat, each unit's bias last."""

    def error(w, X, T):
        z, begin = X, 0
        for l, (inputs, units) in enumerate(zip(sizes, sizes[1:], strict=False)):
            matrix = w[begin : begin + units * (inputs + 1)].reshape(units, inputs + 1)
            a, begin = z @ matrix[:, :-1].T + matrix[:, -1], begin + units * (inputs + 1)
            z = tanh(a) if l < len(sizes) - 2 else logistic(a)
        return 0.5 * ((z - T) ** 2).sum() / len(X)

    return error


def _refuse_if_too_large(case):
    """MemoryError where n tangents of the units, some eight of them at a time, pass the limit."""
    needed = 8 * 8.0 * case.n * case.patterns * sum(case.sizes[1:])
    if needed > TORCH_BYTES:
        raise MemoryError(f"would need about {needed / 1e9:.0f} GB")
