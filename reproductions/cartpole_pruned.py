"""Policies of the cart-pole with one layer pruned, weight after weight: what the bounds say, and what the control does.

The control is off by at most DEVIATION where it may be off, in units of the largest force of the law in the region.
"""

import numpy as np

from classicnets import MLP, Magnitude, OptimalBrainDamage, prune, remove
from classicnets.layerwise import layer_inverse
from classicnets.pruning.hassibi1993 import saliencies
from classicnets.pruning.shamrai2025 import admissible, change_bound, forward_constants, norm_constants, spectral_norm

from .cartpole_nets import SIZES, largest_force, law
from .records import digits

DEVIATION, ALPHA, ROUNDING = 0.05, 1e-6, 1e-12


def pruned_policies(net, X, layer, method):
    """The policies with 1, 2, ... of the weights of a layer deleted, until none is left; biases stay."""
    if method == "Surgeon":
        return _by_surgeon(net, X, layer)
    weights = net.views(np.arange(net.n))[layer][:, :-1].ravel()
    kind = Magnitude() if method == "magnitude" else OptimalBrainDamage("gauss-newton")
    path = prune(net, X, net.forward(X), kind, candidates=weights, keep_orphans=True)
    return [path.network(i) for i in range(1, len(path))]


def _by_surgeon(net, X, layer):
    """By the least w^2 / (2 [Psi^-1]_qq); the other weights of the same unit answer, its bias does not.

    Psi without the row and column of the bias is shared by all units until one of them loses a weight.
    """
    fan_in, units = net.sizes[layer], net.sizes[layer + 1]
    shared = remove(layer_inverse(net, X, layer, ALPHA), fan_in)[:fan_in, :fan_in]
    inverses, left, policies = [shared] * units, net.copy(), []
    for _ in range(fan_in * units):
        matrices = [np.array(matrix) for matrix in left.matrices]
        W = matrices[layer][:, :-1]
        L = np.array([saliencies(w, np.diag(B)) for w, B in zip(W, inverses, strict=True)])
        unit, q = np.unravel_index(np.argmin(L), L.shape)
        B = inverses[unit]
        W[unit] -= W[unit, q] / B[q, q] * B[q]
        inverses[unit] = remove(B, q)
        W[unit, np.diag(inverses[unit]) == 0] = 0.0
        left.matrices = matrices
        policies.append(left.copy())
    return policies


def compared(net, pruned, Z, layer):
    """For each of the pruned policies the largest |d pi|, the two bounds, |dW|, and how many states violate (a)."""
    a, b, before = forward_constants(net, Z, layer), norm_constants(net, Z, layer), net.forward(Z)
    seen = {"norm": [], "actual": [], "a": [], "b": [], "violating": []}
    for policy in pruned:
        norm = spectral_norm((np.asarray(policy.matrices[layer]) - net.matrices[layer])[:, :-1])
        moved = np.linalg.norm(policy.forward(Z) - before, axis=1)
        numbers = norm, moved.max(), a.max() * norm, b.max() * norm, np.count_nonzero(moved > a * norm + ROUNDING)
        for name, number in zip(seen, numbers, strict=True):
            seen[name].append(float(number))
    admitted = {form: admissible(constants, DEVIATION) for form, constants in (("a", a), ("b", b))}
    return {name: np.array(values) for name, values in seen.items()} | {"admitted": admitted, "states": len(Z)}


def last_within(values, most=DEVIATION):
    """How many can go before a value is above."""
    above = np.asarray(values) > most
    return int(np.argmax(above)) if above.any() else len(above)


def summary(seen):
    half = len(seen["actual"]) // 2 - 1
    actual = max(seen["actual"][half], ROUNDING)  # of a unit that is never on, what goes does nothing
    shares = {
        "by (a)": last_within(seen["norm"], seen["admitted"]["a"]),
        "by (b)": last_within(seen["norm"], seen["admitted"]["b"]),
    }
    shares["can go"] = last_within(seen["actual"])
    return {
        "violating": int(seen["violating"].sum()),
        "checked": len(seen["actual"]) * seen["states"],
        "share %": {name: 100 * number / len(seen["actual"]) for name, number in shares.items()},
        "bound / actual": {form: float(seen[form][half] / actual) for form in "ab"},
    }


def curves(seen):
    return {name: digits(seen[name]) for name in ("actual", "a", "b")}


def all_layers(net, X, Z):
    """A quarter of all weights gone by magnitude, from every layer: form (c) beside what the control does."""
    path = prune(net, X, net.forward(X), Magnitude(), at_once=net.n // 4, down_to=net.n - net.n // 4, keep_orphans=True)
    moved, bound = (
        np.linalg.norm(path.network().forward(Z) - net.forward(Z), axis=1),
        change_bound(net, path.network(), Z),
    )
    failing = int(np.count_nonzero(moved > bound + ROUNDING))
    return {"violating": failing, "checked": len(Z), "bound / actual": float(bound.max() / moved.max())}


def attained(Z):
    """The law as a net of one layer, changed along a state: by how much |d pi| / bound is off 1, at most."""
    net, off = MLP((SIZES[0], 1), output="linear"), 0.0
    net.weights = [*(-law()[0] / largest_force()), 0.0]
    for state in Z[:100]:
        changed = net.copy()
        changed.weights = net.weights + [*(0.1 * state), 0.0]
        bound = forward_constants(net, state[None], 0)[0] * 0.1 * np.linalg.norm(state)
        off = max(off, abs(abs(changed.forward(state[None]) - net.forward(state[None])).item() / bound - 1))
    return off
