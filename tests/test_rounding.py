"""`make rounding`: starts that are changed in their last digits, each time in the same way, lead to other networks."""

import os
import subprocess
import sys

import numpy as np
from pages import ROOT

DRAWN = """
from classicnets import MLP
print(*MLP((4, 3, 1), seed=0).weights.tolist())
print(*MLP((4, 3, 1), seed=0).weights.tolist())
print(*MLP((4, 3, 1)).initialize(1, 20.0).weights.tolist())
"""


def drawn(rounding):
    """The weights drawn twice from one seed, and others of a spread that was asked for (3, n)."""
    path = os.pathsep.join([str(ROOT / "tools" / "rounding"), str(ROOT)])
    variables = os.environ | {"PYTHONPATH": path, "ROUNDING": rounding}
    text = subprocess.run(
        [sys.executable, "-c", DRAWN], env=variables, capture_output=True, text=True, check=True
    ).stdout
    return np.array([line.split() for line in text.splitlines()], dtype=float)


def test_each_number_changes_the_first_weights_a_little_and_always_in_the_same_way():
    as_they_are, one, other = drawn(""), drawn("1"), drawn("2")
    assert all(np.array_equal(*three[:2]) for three in (as_they_are, one, other))
    for changed, before in ((one, as_they_are), (other, as_they_are), (one, other)):
        assert 0 < np.abs(changed / before - 1).max() < 1e-12
