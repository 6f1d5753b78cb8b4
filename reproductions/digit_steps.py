"""Why a step of the Surgeon costs more than it was predicted to: what the change of the error is made of."""

import numpy as np

from classicnets import gradient, hessian_vector_product, network_error
from classicnets.activation import activation
from classicnets.shared import rising

from .digit_remains import LAYERS

SMALL = 1e-3  # of a step: for derivatives along it
FLAT = 0.1  # f' below this is called saturated; it is 1.14 at zero


def moved(net, step, share=1.0):
    """A copy of `net` after a share of a step (n,) of its weights."""
    net = net.copy()
    net.weights = net.weights + share * step
    return net


def anatomy(net, step, X, T):
    """The change of the error along a step (n,) and what models of it say, a dict of floats.

    "gradient", "Gauss-Newton" and "(t - o) terms" add up to the parabola that the exact Hessian is of; "beyond" is what
    is left. "linear outputs" and "curved outputs" are the change for outputs o + o' and o + o' + o''/2, derivatives
    along the step: the second holds the (t - o) terms and the square of o''. "output alone", "below alone": the change
    where the weights of the last layer move alone, or all others.
    """
    first, second = _outputs_along(net, step, X)
    O, before = net.forward(X), network_error(net, X, T)
    slope, newton = float(gradient(net, X, T) @ step), float(np.square(first).sum(axis=1).mean() / 2)
    parabola = slope + float(hessian_vector_product(net, X, T, step) @ step / 2)
    last = np.arange(net.n) >= LAYERS["output"][0]
    changes = {
        "actual": network_error(moved(net, step), X, T) - before,
        "half of it": network_error(moved(net, step, 0.5), X, T) - before,
        "output alone": network_error(moved(net, step * last), X, T) - before,
        "below alone": network_error(moved(net, step * ~last), X, T) - before,
        "linear outputs": _error(O + first, T) - before,
        "curved outputs": _error(O + first + second, T) - before,
    }
    terms = {"gradient": slope, "Gauss-Newton": newton, "(t - o) terms": parabola - slope - newton}
    return {**changes, **terms, "beyond": changes["actual"] - parabola}


def _outputs_along(net, step, X):
    """The first and half the second derivative of the outputs along a step: two (P, n_out)."""
    forth, back, here = (moved(net, step, share).forward(X) for share in (SMALL, -SMALL, 0.0))
    return (forth - back) / (2 * SMALL), (forth + back - 2 * here) / (2 * SMALL**2)


def _error(O, T):
    return float(np.square(O - T).sum(axis=1).mean() / 2)


def saturated(net, X):
    """The share in % of units and patterns with f' < .1, all layers together."""
    f = activation(net.hidden)
    slopes = [f.first(f.value(a)) < FLAT for a in rising(net, X)[1]]
    return 100 * sum(map(np.sum, slopes)) / sum(map(np.size, slopes))
