"""On PYTHONPATH, and with ROUNDING=1, 2, ...: every network starts with its weights changed by 1e-14 of themselves.

Other processors round otherwise. Where training or pruning hangs on that, so small a change at the start leads another
way as well, and with each number another one: what a notebook claims must hold on all of them. (`make rounding`)
"""

import os

if os.environ.get("ROUNDING"):
    from zlib import crc32

    import numpy as np

    from classicnets.network import Network

    as_drawn = Network.initialize

    def initialize(self, seed=None, spread=None):
        """The same weights each time that the same ones are drawn: copies that must agree, agree."""
        as_drawn(self, seed, spread)
        rng = np.random.default_rng([int(os.environ["ROUNDING"]), crc32(self.weights.tobytes())])
        self.weights = self.weights * (1 + 1e-14 * rng.standard_normal(self.n))
        return self

    Network.initialize = initialize
