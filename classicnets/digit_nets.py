"""The two networks that read handwritten digits in 1989 and 1990, wired as the papers say.

Images of 16 x 16 in [-1, 1], flat (P, 256); around them the background, -1. Ten outputs: +1 for the class, -1 for the
others.
"""

from . import checks
from .shared import SharedNetwork
from .wiring import dense, maps, wired

# Which maps of H2 each map of H3 sees. Le Cun et al. (1990b), table 1.
SEEN_BY_H3 = [(0,), (0, 1), (0, 1), (1,), (0, 1), (0, 1), (2,), (2, 3), (2, 3), (3,), (2, 3), (2, 3)]
SPREAD = 2.4  # the first weights are drawn from +-2.4 / fan-in. Le Cun et al. (1989)


def digit_recogniser(seed=None):
    """The network that Optimal Brain Damage was tried on: 4635 units, 98,442 connections, 2578 weights.

    Maps of 24 x 24 that look through kernels of 5 x 5 at 28 x 28, averages over 2 x 2, and both again; ten outputs that
    see all. Initial weights +-2.4 / fan-in. Le Cun et al. (1990), section 3; the wiring from Le Cun et al. (1990b).
    """
    H1 = maps(16, 5, [(0,)] * 4, border=6)
    H2 = maps(24, 2, [(0,), (1,), (2,), (3,)], stride=2, averaging=True)
    H3 = maps(12, 5, SEEN_BY_H3)
    H4 = maps(8, 2, [(each,) for each in range(12)], stride=2, averaging=True)
    layers = [H1, H2, H3, H4, dense(192, 10)]
    assert [layer.weights for layer in layers] == [104, 8, 512, 24, 1930]
    net = _on_images(layers, seed)
    assert (net.n, net.connections.sum(), 28 * 28 + sum(net.sizes[1:]) + 1) == (2578, 98_442, 4635)
    return net


def zip_code_recogniser(seed=None, hidden=30):
    """The smaller network of 1989, of 9760 weights: "10,000 parameters" in Le Cun et al. (1990), section 3.

    12 maps of 8 x 8 through kernels of 5 x 5 at every second place of 20 x 20, a bias a unit; 12 maps of 4 x 4 through
    kernels over 8 of these; 30 hidden units; ten outputs. `hidden` 0 leaves the 30 out. Which 8 maps is not printed:
    here map k sees all but those numbered k, k + 3, k + 6, k + 9, counted round. Le Cun et al. (1989).
    """
    hidden = checks.size("hidden", hidden, 0)
    H1 = maps(16, 5, [(0,)] * 12, stride=2, border=2, own_biases=True)
    scheme = [tuple(m for m in range(12) if (m - k) % 3) for k in range(12)]
    H2 = maps(8, 5, scheme, stride=2, border=2, own_biases=True)
    top = [dense(192, hidden), dense(hidden, 10)] if hidden else [dense(192, 10)]
    return _on_images([H1, H2, *top], seed)


def _on_images(layers, seed):
    net = SharedNetwork(**wired(layers))
    net.weights = checks.generator("seed", seed).uniform(-SPREAD, SPREAD, net.n) / net.fan_in
    return net
