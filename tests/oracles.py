"""Naive twins: the papers' formulas line by line, pattern by pattern, with plain loops and no layer matrices.

They share nothing with the library but the order of the weights: layer by layer, unit by unit, each unit's bias last.
"""

import cmath

import numpy as np

from classicnets import MLP, RecurrentNetwork, gradient

# Every error with every output activation it goes with.
KINDS = [
    ("squared", "tanh"),
    ("squared", "scaled tanh"),
    ("squared", "logistic"),
    ("squared", "linear"),
    ("squared", "relu"),
    ("cross-entropy", "logistic"),
    ("cross-entropy", "softmax"),
]
RECURRENT_KINDS = KINDS[:-1]


def problem(sizes, hidden="tanh", output="logistic", error="squared", patterns=12, deleted=0.2, seed=0, kind=MLP):
    """A network with some weights deleted, patterns X and targets T that it does not fit: (net, X, T).

    Weights of size 1 and targets all over the range: no term of any derivative is small.
    """
    rng = np.random.default_rng(seed)
    net = kind(sizes, hidden, output, seed=seed)
    net.weights = rng.normal(size=net.n)
    net.delete(rng.random(net.n) < deleted)
    X = rng.normal(size=(patterns, sizes[0]))
    T = rng.uniform(size=(patterns, sizes[-1]))
    if output == "softmax":
        T /= T.sum(axis=1, keepdims=True)
    elif output not in ("logistic", "relu"):
        T = 2 * T - 1
    return net, X, T


def recurrent_problem(sizes=(2, 3, 2), hidden="tanh", output="linear", run_up=2, **options):
    """The same with a recurrent network: X is a series, and its first `run_up` steps have no targets."""
    net, X, T = problem(sizes, hidden, output, kind=RecurrentNetwork, **options)
    if hidden == "linear":  # units that forget nothing and have no bounds
        net.weights /= 2
    return net, X, T[run_up:]


def with_weights(net, weights):
    """A copy of `net` with these weights, deleted ones included: its derivatives are with respect to all."""
    twin = net.copy()
    twin.revive(slice(None))
    twin.weights = weights
    return twin


def change(net, indices, values):
    """Give some of the weights other values."""
    weights = net.weights.copy()
    weights[indices] = values
    net.weights = weights


def relative_error(ours, reference):
    """The largest difference, relative to the largest entry of the reference."""
    return np.abs(ours - reference).max() / np.abs(reference).max()


def central_differences(function, w, step=1e-5):
    """d function / dw, the weights first. Truncation step^2 and rounding 1e-16 / step: about 1e-10 each."""
    rows = []
    for q in range(len(w)):
        up, down = w.copy(), w.copy()
        up[q] += step
        down[q] -= step
        rows.append((function(up) - function(down)) / (2 * step))
    return np.array(rows)


def complex_step(function, w):
    """d function / dw, the weights first, to machine precision: Im f(w + ih) / h has no difference to cancel."""
    rows = []
    for q in range(len(w)):
        shifted = w.astype(complex)
        shifted[q] += 1e-40j
        rows.append(np.imag(function(shifted)) / 1e-40)
    return np.array(rows)


# -- the network and its error --------------------------------------------------------------------------------------

VALUE = {
    "scaled tanh": lambda a: 1.7159 * cmath.tanh(2 / 3 * a),
    "tanh": cmath.tanh,
    "logistic": lambda a: 1 / (1 + cmath.exp(-a)),
    "linear": lambda a: a,
    "relu": lambda a: a if a.real > 0 else 0 * a,
}
FIRST = {
    "tanh": lambda a: 1 / np.cosh(a) ** 2,
    "scaled tanh": lambda a: 1.7159 * 2 / 3 / np.cosh(2 / 3 * a) ** 2,
    "logistic": lambda a: np.exp(-a) / (1 + np.exp(-a)) ** 2,
    "linear": lambda a: 1.0,
    "relu": lambda a: float(a > 0),
}
SECOND = {
    "tanh": lambda a: -2 * np.tanh(a) / np.cosh(a) ** 2,
    "scaled tanh": lambda a: -2 * 1.7159 * 4 / 9 * np.tanh(2 / 3 * a) / np.cosh(2 / 3 * a) ** 2,
    "logistic": lambda a: np.exp(-a) * (np.exp(-a) - 1) / (1 + np.exp(-a)) ** 3,
    "linear": lambda a: 0.0,
    "relu": lambda a: 0.0,
}


def activities(net, x, weights):
    """All a_i and z_i of one pattern, layer by layer: z_i = f(a_i), a_i = sum_j w_ij z_j + bias."""
    real, weights = not np.iscomplexobj(weights), iter(weights)
    pre_activations, outputs = [], [list(x)]
    for layer, units in enumerate(net.sizes[1:], 1):
        a = []
        for _ in range(units):
            a_i = 0.0
            for z_j in outputs[-1]:
                a_i += next(weights) * z_j
            a.append(a_i + next(weights))
        name = net.output if layer == len(net.sizes) - 1 else net.hidden
        if name == "softmax":
            total = sum(cmath.exp(a_i) for a_i in a)
            z = [cmath.exp(a_i) / total for a_i in a]
        else:
            z = [VALUE[name](a_i) for a_i in a]
        pre_activations.append(a)
        outputs.append([z_i.real for z_i in z] if real else z)
    return pre_activations, outputs


def outputs(net, X, weights=None):
    """o_kl for pattern k (P, n_out); complex weights give complex outputs."""
    weights = net.weights if weights is None else weights
    if net.remembers:
        return states(net, X, weights)[:, net.sizes[1] :]
    return np.array([activities(net, x, weights)[1][-1] for x in X])


def states(net, X, weights):
    """All s_u of a recurrent network, step by step (P, S), hidden units first: Pedersen & Hansen (1995), eqs. 1-3."""
    _, hidden, n_out = net.sizes
    h, o, steps = [0.0] * hidden, [0.0] * n_out, []
    for x in X:
        w = iter(weights)
        h = [VALUE[net.hidden](sum(next(w) * z for z in [*x, *h, *o, 1.0])) for _ in range(hidden)]
        o = [VALUE[net.output](sum(next(w) * z for z in [*h, *o, 1.0])) for _ in range(n_out)]
        steps.append(h + o)
    return np.array(steps) if np.iscomplexobj(weights) else np.real(steps)


def error(net, X, T, name, weight_decay=0.0, weights=None):
    """E = (1/P) sum_k e(t_k, o_k) + 1/2 weight_decay sum_q w_q^2; P targets, those of the last patterns."""
    weights = net.weights if weights is None else weights
    total = 0.0
    for t, o in zip(T, outputs(net, X, weights)[-len(T) :], strict=True):
        for t_l, o_l in zip(t, o, strict=True):
            if name == "squared":
                total += (t_l - o_l) ** 2 / 2
            else:
                total -= t_l * np.log(o_l)
                if net.output == "logistic":
                    total -= (1 - t_l) * np.log(1 - o_l)
    return total / len(T) + weight_decay / 2 * sum(w * w for w in weights)


def fisher(name, output, O):
    """The a_k of Hassibi et al. (1994), section 2: e'' in the outputs, where they equal the targets."""
    if name == "squared":
        return np.ones_like(O)
    return 1 / O if output == "softmax" else 1 / (O * (1 - O))


# -- Le Cun, Denker & Solla (1990) ----------------------------------------------------------------------------------


def lecun_sweep(net, X, T, levenberg_marquardt=False):
    """h_kk by Le Cun et al. (1990), eqs. 5-8. The paper's E = (1/P) sum |d - z|^2 has no 1/2: halved at the end."""
    f1, f2, g1, g2 = FIRST[net.hidden], SECOND[net.hidden], FIRST[net.output], SECOND[net.output]
    matrices, start = [], 0
    for fan_in, units in zip(net.sizes, net.sizes[1:], strict=False):
        matrices.append(net.weights[start : start + units * (fan_in + 1)].reshape(units, fan_in + 1))
        start += units * (fan_in + 1)
    total = [np.zeros_like(matrix) for matrix in matrices]
    for x, d in zip(X, T, strict=True):
        a, z = activities(net, x, net.weights)
        # Eq. 8 and dE/da of the output units.
        slope = [-2 * (d_i - z_i) * g1(a_i) for d_i, z_i, a_i in zip(d, z[-1], a[-1], strict=True)]
        curvature = [2 * g1(a_i) ** 2 for a_i in a[-1]]
        if not levenberg_marquardt:
            for i, (d_i, z_i, a_i) in enumerate(zip(d, z[-1], a[-1], strict=True)):
                curvature[i] -= 2 * (d_i - z_i) * g2(a_i)
        for layer in range(len(matrices) - 1, -1, -1):
            # Eq. 6: d2E/dw_ij^2 = d2E/da_i^2 z_j^2.
            for i, h_i in enumerate(curvature):
                for j, z_j in enumerate([*z[layer], 1.0]):
                    total[layer][i, j] += h_i * z_j**2
            if layer == 0:
                break
            # Eq. 7: d2E/da_i^2 = f'(a_i)^2 sum_l w_li^2 d2E/da_l^2 + f''(a_i) dE/dz_i.
            w, below = matrices[layer], a[layer - 1]
            by_z = [sum(w[l, i] * slope[l] for l in range(len(slope))) for i in range(len(below))]
            by_a = [sum(w[l, i] ** 2 * curvature[l] for l in range(len(curvature))) for i in range(len(below))]
            slope = [f1(a_i) * by_z[i] for i, a_i in enumerate(below)]
            curvature = [f1(a_i) ** 2 * by_a[i] for i, a_i in enumerate(below)]
            if not levenberg_marquardt:
                curvature = [h_i + f2(below[i]) * by_z[i] for i, h_i in enumerate(curvature)]
    return np.concatenate([matrix.ravel() for matrix in total]) / len(X) / 2


# -- Hassibi & Stork (1993), Hassibi et al. (1994) ------------------------------------------------------------------


def hassibi_recursion(net, X, error, alpha):
    """(H + alpha I)^-1 over the active weights, one pattern and output at a time.

    H_{m+1}^-1 = H_m^-1 - H_m^-1 X X^T H_m^-1 / (P/a_k + X^T H_m^-1 X), H_0^-1 = I / alpha: Hassibi & Stork (1993),
    eqs. 17-18, with P/a_k in place of P for other errors: Hassibi et al. (1994), section 2. Squared error: a_k = 1.
    """
    P, active = len(X), np.flatnonzero(net.mask)
    inverse = np.eye(len(active)) / alpha
    for x in X:
        o = outputs(net, x[None])[0]
        derivatives = complex_step(lambda w, x=x: outputs(net, x[None], w)[0], net.weights)
        for l in range(net.sizes[-1]):
            a_k = 1.0
            if error == "cross-entropy":
                a_k = 1 / o[l] if net.output == "softmax" else 1 / (o[l] * (1 - o[l]))
            X_k = derivatives[active, l]
            H_X = inverse @ X_k
            inverse = inverse - np.outer(H_X, H_X) / (P / a_k + X_k @ H_X)
    return inverse


# -- backpropagation ------------------------------------------------------------------------------------------------


def backpropagation(net, X, T, orders, batch, rate, momentum, weight_decay, error):
    """v <- momentum v - rate (mean gradient of the batch + weight_decay w), w <- w + v; the patterns in these orders.

    Gradients come from the library, one pattern at a time; returns the weights and leaves `net` as it is.
    """
    net, velocity = net.copy(), np.zeros(net.n)
    for order in orders:
        for begin in range(0, len(order), batch):
            chosen = order[begin : begin + batch]
            mean = sum(gradient(net, X[[p]], T[[p]], error) for p in chosen) / len(chosen)
            velocity = momentum * velocity - rate * (mean + weight_decay * net.weights)
            net.weights = net.weights + velocity
    return net.weights


# -- Pedersen & Hansen (1995), Pedersen et al. (1996) ---------------------------------------------------------------


def surgery(H, u, weight_decay, gone, kept):
    """Weights `gone` go to zero, those `kept` answer: the moves of all (n,), and the rise of the error without decay.

    The quadratic model at a minimum of error and decay together: the error has slope -weight_decay u and curvature H.
    The answer is where error and decay no longer fall.
    """
    J, move = H + weight_decay * np.eye(len(u)), np.zeros(len(u))
    move[gone] = -u[gone]
    move[kept] = -np.linalg.solve(J[np.ix_(kept, kept)], J[np.ix_(kept, gone)] @ move[gone])
    return move, -weight_decay * u @ move + move @ H @ move / 2


def determined(H, weight_decay, kept):
    """Neff = tr(H J^-1 H J^-1), J = H + weight_decay I, of the weights kept."""
    H = H[np.ix_(kept, kept)]
    share = H @ np.linalg.inv(H + weight_decay * np.eye(len(H)))
    return np.trace(share @ share)
