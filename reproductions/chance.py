"""What chance alone would reproduce of a table: our rows dealt to its methods at random, one constant, no effect."""

import numpy as np

from . import ledger
from .verdicts import verdict

SHUFFLES, FEWEST = 200, 3
HEADER = ("table", "rows", "reproduced", "by shuffled methods", "by one constant", "by no effect")


def tables():
    """The printed and the measured rows about an effect, two lists for each table with enough numbers.

    Not of claims: what would hold of one dealt to another is the same bound.
    """
    measured, groups = ledger.results(), {}
    for key, target in ledger.targets().items():
        if key in measured and target["no_effect"] and target["compare"] == "equal":
            targets, rows = groups.setdefault((key[0], key[1], key[3]), ([], []))
            targets.append(target)
            rows.append(measured[key])
    return {name: both for name, both in groups.items() if len(both[0]) >= FEWEST}


def reproduced(targets, rows):
    """How many of these printed rows these measured ones reproduce."""
    return sum(verdict(target, row) == "reproduced" for target, row in zip(targets, rows, strict=True))


def shuffled(targets, rows):
    """The mean number reproduced when the measured rows are dealt to the printed ones at random."""
    rng, numbers = np.random.default_rng(0), np.arange(len(rows))
    each = np.array([[verdict(target, row) == "reproduced" for row in rows] for target in targets])
    return np.mean([each[numbers, rng.permutation(numbers)].sum() for _ in range(SHUFFLES)])


def constant(targets, rows):
    """The most that one value for all, with the intervals that ours have, would reproduce."""
    values = sorted({float(target["paper_value"]) for target in targets})
    values += [(a + b) / 2 for a, b in zip(values, values[1:], strict=False)]
    return max(reproduced(targets, [moved(row, value) for row in rows]) for value in values)


def no_effect(targets, rows):
    """How many would be reproduced if no method had an effect."""
    without = [moved(row, float(target["no_effect"])) for target, row in zip(targets, rows, strict=True)]
    return reproduced(targets, without)


def moved(row, value):
    """A measured row, its interval as long as before, about another value."""
    shift = value - float(row["value"])
    return row | {"value": value} | {end: float(row[end]) + shift for end in ("low", "high")}


def lines():
    """A table in Markdown: what is reproduced of each table of a paper, and what chance alone would reproduce."""
    yield "What chance alone would reproduce of the tables with at least three rows about an effect:"
    yield ""
    yield "| " + " | ".join(HEADER) + " |"
    yield "|" + " --- |" * len(HEADER)
    for (paper, item, quantity), both in tables().items():
        counts = len(both[0]), reproduced(*both), f"{shuffled(*both):.1f}", constant(*both), no_effect(*both)
        yield "| " + " | ".join([f"{paper}, {item}: {quantity}", *map(str, counts)]) + " |"
