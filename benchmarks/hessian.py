"""The exact Hessian against jitted JAX, against PyTorch, and against BLAS doing nothing but the matrix products.

The network has one tanh hidden layer and logistic outputs, the error is the squared one. JAX and PyTorch get the error
as a function of the flat weight vector and return the same (n, n) matrix; all are checked to agree before the clock
starts. JAX is jitted, in float64, fed with its own arrays, and waited for.

"blas" multiplies ready-made matrices of exactly the shapes of the minimal form into ready-made memory: within a layer
products of unit pairs by products of input pairs, each pair once; between the layers likewise; and the paths through
the hidden units. It forms no products, scatters nothing and touches no new memory: a floor, not a Hessian.
"""

import numpy as np

from .problem import Case, problem
from .race import race
from .table import ratio_row, time_row

PAIRS_TO_STORE = 5e7  # numbers; with more input pairs than this, one product for each pair of units instead
TORCH_BYTES = 8e9


CASES = [
    Case((17, 3, 1), 124, ">= 5"),
    Case((5, 9, 1), 1000, ">= 10"),
    Case((784, 2, 1), 1000, ">= 10"),
    Case((30, 20, 5), 2000, ">= 50"),
    Case((60, 30, 5), 1000, ">= 50"),
]


def run():
    """All cases: rows of times and ratios, and a list of what was skipped."""
    rows, skipped = [], []
    for case in CASES:
        times, missing = race({"classicnets": ours, "jax": jax, "torch": torch, "blas": blas}, case)
        skipped += [f"hessian, {case}: {name} skipped: {reason}" for name, reason in missing.items()]
        rows += [time_row("hessian", str(case), name, t) for name, t in times.items()]
        for name in ("jax", "torch"):
            if name in times:
                ratio = times[name] / times["classicnets"]
                target = case.target if name == "jax" else ""
                rows.append(ratio_row("hessian", str(case), f"{name} / classicnets", ratio, target))
        ratio = times["classicnets"] / times["blas"]
        rows.append(ratio_row("hessian", str(case), "classicnets / blas", ratio, "<= 3"))
    return rows, skipped


def ours(case):
    """classicnets.hessian."""
    from classicnets import hessian

    net, X, T = problem(case)
    return lambda: hessian(net, X, T)


def jax(case):
    """jax.jit(jax.hessian(error))."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    net, X, T = problem(case)
    w, X, T = map(jnp.asarray, (net.weights, X, T))
    compiled = jax.jit(jax.hessian(_error(case.sizes, jnp.tanh, jax.nn.sigmoid)))
    return lambda: compiled(w, X, T).block_until_ready()


def torch(case):
    """torch.func.hessian(error), which torch runs operation by operation."""
    import torch

    _refuse_if_too_large(case)
    torch.set_num_threads(2)
    net, X, T = problem(case)
    w, X, T = map(torch.from_numpy, (net.weights.copy(), X, T))
    second = torch.func.hessian(_error(case.sizes, torch.tanh, torch.sigmoid))
    return lambda: second(w, X, T)


def _error(sizes, tanh, logistic):
    """E(w, X, T) as one writes it for a library that differentiates: w flat, each unit's bias last."""
    inputs, hidden, outputs = sizes
    split = hidden * (inputs + 1)

    def error(w, X, T):
        u, v = w[:split].reshape(hidden, inputs + 1), w[split:].reshape(outputs, hidden + 1)
        z = tanh(X @ u[:, :-1].T + u[:, -1])
        o = logistic(z @ v[:, :-1].T + v[:, -1])
        return 0.5 * ((o - T) ** 2).sum() / len(X)

    return error


def _refuse_if_too_large(case):
    """MemoryError where n tangents of the hidden layer, some eight of them at a time, pass the limit."""
    _, hidden, outputs = case.sizes
    needed = 8 * 8.0 * case.n * case.patterns * (hidden + outputs)
    if needed > TORCH_BYTES:
        raise MemoryError(f"would need about {needed / 1e9:.0f} GB")


def blas(case):
    """The matrix products alone, by np.matmul into memory that is there already."""
    rng = np.random.default_rng(0)
    products = []
    for left, right, times in _shapes(case):
        A, B = rng.random((left, case.patterns)), rng.random((right, case.patterns))
        products += [(A, B.T, np.zeros((left, right)))] * times

    def multiply():
        for A, B, out in products:
            np.matmul(A, B, out=out)

    return multiply


def _shapes(case):
    """The products of the minimal form: (rows of the left, of the right factor, how many such products)."""
    inputs, hidden, outputs = case.sizes
    below, above = inputs + 1, hidden + 1  # fan-ins, biases included
    shapes = [(outputs * hidden, below * above, 1), (outputs * hidden, below, 1)]
    for units, fan_in in ((hidden, below), (outputs, above)):
        unit_pairs, input_pairs = units * (units + 1) // 2, fan_in * (fan_in + 1) // 2
        stored = input_pairs * case.patterns <= PAIRS_TO_STORE
        shapes.append((unit_pairs, input_pairs, 1) if stored else (fan_in, fan_in, unit_pairs))
    return shapes
