"""One epoch of backpropagation, a weight change after every pattern: the Numba kernel against other programs' loops.

All go through the same patterns in the same order with the same rate, momentum and weight decay, and end at the same
weights, but scikit-learn, whose error is the cross-entropy. "numpy" is what one would write for a class: matrix-vector
products layer by layer, no copies to spare. "torch" is the loop that its users write, on one thread, which is its best;
"jax" a jitted scan over the patterns; "scikit-learn" an MLPClassifier's partial_fit with batches of one pattern.

"together" is classicnets.train_together of TOGETHER networks that stop nowhere, for one network and epoch, its orders
and all other Python included; beside it "by itself", the same by classicnets.train_backpropagation.
"""

import numpy as np

from .problem import Case, problem
from .race import race
from .table import ratio_row, time_row

RATE, MOMENTUM, DECAY = 0.1, 0.9, 1e-4
TOGETHER, EPOCHS = 64, 100

CASES = [Case((17, 3, 1), 124, ">= 20"), Case((203, 24, 26), 200, ">= 20")]
OTHERS = {"torch": ">= 100", "scikit-learn": ">= 100", "jax": ""}  # in the first case


def run():
    """All cases: rows of times and ratios, and a list of what was skipped."""
    rows, skipped = [], []
    for case in CASES:
        others = {"torch": torch_loop, "scikit-learn": scikit_learn, "jax": jax_scan} if case is CASES[0] else {}
        times, missing = race({"kernel": kernel, "numpy": loop, **others}, case)
        skipped += [f"backprop, {case}: {name} skipped: {reason}" for name, reason in missing.items()]
        rows += [time_row("backprop", str(case), name, t) for name, t in times.items()]
        for name, target in {"numpy": case.target, **OTHERS}.items():
            if name in times:
                ratio = times[name] / times["kernel"]
                rows.append(ratio_row("backprop", str(case), f"{name} / kernel", ratio, target))
    times, _ = race({"together": together, "by itself": by_itself}, CASES[0])
    case = f"{CASES[0]}, {TOGETHER} networks, a network and epoch"
    times = {name: each * (1 / EPOCHS / (TOGETHER if name == "together" else 1)) for name, each in times.items()}
    rows += [time_row("backprop", case, name, each) for name, each in times.items()]
    ratio = times["by itself"] / times["together"]
    return [*rows, ratio_row("backprop", case, "by itself / together", ratio)], skipped


def kernel(case):
    """The kernel behind classicnets.train_backpropagation, called as that calls it, for one epoch."""
    from classicnets.kernels.backprop import CODES, train_epochs

    net, X, T = problem(case)
    start, sizes, order = net.weights.copy(), np.array(net.sizes), np.arange(len(X))[None]
    rates, decay = np.full(net.n, RATE), np.full(net.n, DECAY)
    settings = 1, rates, MOMENTUM, decay, CODES[net.hidden], CODES[net.output], False

    def epoch():
        weights, velocity = start.copy(), np.zeros(net.n)
        train_epochs(sizes, weights, net.mask, velocity, X, T, order, *settings)
        return weights

    return epoch


def together(case):
    """classicnets.train_together: TOGETHER networks, EPOCHS epochs."""
    from classicnets import MLP, train_together

    _, X, T = problem(case)
    nets = [MLP(case.sizes, seed=seed) for seed in range(TOGETHER)]

    def train():
        train_together(nets, X, T, RATE, MOMENTUM, epochs=EPOCHS, every=EPOCHS, weight_decay=DECAY)

    return train


def by_itself(case):
    """classicnets.train_backpropagation: a network, EPOCHS epochs."""
    from classicnets import train_backpropagation

    net, X, T = problem(case)

    def train():
        train_backpropagation(net, X, T, RATE, MOMENTUM, epochs=EPOCHS, every=EPOCHS, weight_decay=DECAY)

    return train


def torch_loop(case):
    """torch.optim.SGD, pattern by pattern, in float64."""
    import torch
    from torch.nn.utils import vector_to_parameters

    torch.set_num_threads(1)
    (inputs, hidden, outputs), (net, X, T) = case.sizes, problem(case)
    layers = torch.nn.Linear(inputs, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, outputs), torch.nn.Sigmoid()
    model, patterns = torch.nn.Sequential(*layers).double(), list(zip(*map(torch.from_numpy, (X, T)), strict=True))
    start = torch.from_numpy(np.concatenate([part.ravel() for m in net.matrices for part in (m[:, :-1], m[:, -1])]))

    def epoch():
        vector_to_parameters(start.clone(), model.parameters())
        descent = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
        for x, t in patterns:
            descent.zero_grad()
            (0.5 * ((model(x) - t) ** 2).sum()).backward()
            descent.step()
        first, bias, second, last = (each.detach().numpy() for each in model.parameters())
        return np.concatenate([np.c_[first, bias].ravel(), np.c_[second, last].ravel()])

    return epoch


def scikit_learn(case):
    """MLPClassifier.partial_fit, batches of one pattern."""
    from sklearn.neural_network import MLPClassifier

    _, X, T = problem(case)
    y = T[:, 0].astype(int)
    settings = {"batch_size": 1, "learning_rate_init": RATE, "momentum": MOMENTUM, "alpha": DECAY, "shuffle": False}
    model = MLPClassifier(case.sizes[1:-1], "tanh", solver="sgd", nesterovs_momentum=False, random_state=0, **settings)

    def epoch():
        model.partial_fit(X, y, classes=(0, 1))

    return epoch


def jax_scan(case):
    """jax.lax.scan over the patterns, jitted."""
    import jax
    import jax.numpy as jnp

    from .hessian import error_of

    jax.config.update("jax_enable_x64", True)
    net, X, T = problem(case)
    slope = jax.grad(error_of(case.sizes, jnp.tanh, jax.nn.sigmoid))

    def step(state, pattern):
        w, v = state
        x, t = pattern
        v = MOMENTUM * v - RATE * (slope(w, x[None], t[None]) + DECAY * w)
        return (w + v, v), None

    compiled = jax.jit(lambda w, X, T: jax.lax.scan(step, (w, 0 * w), (X, T))[0][0])
    w, X, T = map(jnp.asarray, (net.weights, X, T))
    return lambda: compiled(w, X, T).block_until_ready()


def loop(case):
    """The same epoch in NumPy, pattern by pattern."""
    net, X, T = problem(case)
    start, shapes = np.array(net.weights), net.shapes

    def epoch():
        weights = start.copy()
        matrices, gradients = _views(weights, shapes), np.zeros(len(start))
        parts, velocity = _views(gradients, shapes), np.zeros(len(start))
        for x, t in zip(X, T, strict=True):
            _backpropagate(matrices, parts, x, t)
            velocity *= MOMENTUM
            velocity -= RATE * (gradients + DECAY * weights)
            weights += velocity
        return weights

    return epoch


def _backpropagate(matrices, gradients, x, t):
    """Write one pattern's gradient, for tanh hidden units and logistic outputs, into `gradients`."""
    layers = [np.append(x, 1.0)]
    for matrix in matrices[:-1]:
        layers.append(np.append(np.tanh(matrix @ layers[-1]), 1.0))
    o = 1 / (1 + np.exp(-(matrices[-1] @ layers[-1])))
    delta = (o - t) * o * (1 - o)
    for matrix, gradient, z in zip(matrices[::-1], gradients[::-1], layers[::-1], strict=True):
        np.multiply.outer(delta, z, out=gradient)
        delta = (delta @ matrix * (1 - z * z))[:-1]


def _views(vector, shapes):
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends), shapes, strict=True)]
