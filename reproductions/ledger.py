"""The ledger: the papers' numbers beside ours, with a verdict each.

targets.csv holds what the papers print, transcribed once; results.csv what we measured, written only by the studies,
with the digests of their code and tasks and a seal over each row; explorations.csv what was measured to find out why a
row differs; findings.csv that reason, with gaps for its numbers. LEDGER.md and OURS.md are made from them, and
the README's counts.
"""

from dataclasses import dataclass
from pathlib import Path

from .ledger_files import read

FOLDER = Path(__file__).parent
MEASURED, EXPLORATION = ("results.csv", "explorations.csv"), "exploration"
KEYS = ("paper", "item", "row", "quantity")
PRINTED = (*KEYS, "paper_value", "compare", "tolerance", "tolerance_from", "no_effect", "better", "claim", "unmeasured",
           "note")  # fmt: skip
NUMBERS = ("value", "low", "high", "q1", "q3", "best", "paper_quantile", "seeds")


@dataclass
class Result:
    """One measured row: the papers' keys, our value with its 95 % interval, and a median's quartiles over seeds."""

    paper: str
    item: str
    row: str
    quantity: str
    statistic: str
    value: float
    low: float
    high: float
    q1: float
    q3: float
    best: float
    paper_quantile: float
    seeds: int
    settings: str
    date: str
    study: str = ""
    code: str = ""
    tasks: str = ""
    seal: str = ""


def targets():
    """The papers' rows by their keys."""
    return read(FOLDER / "targets.csv", PRINTED, KEYS, ("paper_value", "tolerance"))


def results():
    """Our rows by their keys."""
    return measured("results.csv")


def explorations():
    """What explorations measured, as rows of the item "exploration", by their keys."""
    return measured("explorations.csv")


def measured(name):
    """The rows of a file of `MEASURED`, by their keys."""
    return read(FOLDER / name, Result.__dataclass_fields__, KEYS, NUMBERS)


def findings():
    """Why a row differs, with gaps for its numbers, by its keys."""
    return {key: row["finding"] for key, row in read(FOLDER / "findings.csv", (*KEYS, "finding"), KEYS).items()}


def key_of(row):
    """The keys of a row: of what is measured, a dict."""
    return tuple(row[name] for name in KEYS)
