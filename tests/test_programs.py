"""The page on other programs: what ours leaves is measured anew, what theirs leave is what the museum shows."""

import ast
import re

import pytest
from pages import NOTEBOOKS, ROOT, cells

from classicnets import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, monks, prune
from reproductions.monks_nets import trained_network

PAGE = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
NETS = [(1, seed) for seed in range(1000, 1005)] + [(2, 1000), (3, 1000)]
LEFT = re.compile(r"\d+(?:, \d+){4} / \d+ / \d+")
OURS = {
    "FCNN4R OBS": (OptimalBrainSurgeon(1e-5), False),
    "FCNN4R magnitude": (Magnitude(), False),
    "SNNS magnitude, links only": (Magnitude(), True),
    "SNNS OBD, links only": (OptimalBrainDamage(), True),
    "SNNS OBD, mended": (OptimalBrainDamage(), True),
    "SNNS OBS, biases frozen": (OptimalBrainSurgeon(1e-6), True),
}
# rows whose counts the museum has too, and the name there
MUSEUM = {
    "FCNN4R OBS": 'by_gradient["squared_outputs"]',
    "SNNS OBD, links only": "simulator",
    "SNNS OBD, mended": "simulator_mended",
    "SNNS OBS, biases frozen": "snns_obs",
}


def counts(row):
    """The weights left on seven networks by the program of a row, and by ours."""
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {row} | ")]
    theirs, ours = [cell.strip(" *") for cell in line.replace("**", "").split("|")[3:6:2]]
    ours = theirs if ours == "the same" else ours
    return [[int(number) for number in re.findall(r"\d+", LEFT.fullmatch(text)[0])] for text in (theirs, ours)]


@pytest.fixture(scope="module")
def nets():
    return [(monks(problem), trained_network(problem, seed)) for problem, seed in NETS]


@pytest.mark.parametrize("row", OURS)
def test_what_ours_leaves_is_so(row, nets):
    method, biases = OURS[row]
    left = []
    for data, net in nets:
        path = prune(net, data.X, data.T, method, keep_biases=biases)
        right = list(path.curve("train_accuracy"))
        worse = next(i for i, accuracy in enumerate(right) if accuracy < right[0])
        left.append(path[worse - 1].n_active)
    assert left == counts(row)[1]


@pytest.mark.parametrize("row, name", MUSEUM.items())
def test_what_the_others_leave_is_what_the_museum_shows(row, name):
    source = "\n".join(cells(NOTEBOOKS[16], "code"))
    (literal,) = re.findall(rf"{re.escape(name)} ==? (\[[\d,\s]+\])", source)
    assert ast.literal_eval(literal) == counts(row)[0]
