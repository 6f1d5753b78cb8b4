"""The ledger: the papers' numbers beside ours, with a verdict each.

targets.csv holds what the papers print, transcribed once; results.csv what we measured, written only by the studies;
findings.csv the reason, found by experiment, of each row that differs. The README's table is made from the three.
"""

import csv
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table

FOLDER = Path(__file__).parent
README, WHOLE = FOLDER.parent / "README.md", FOLDER / "LEDGER.md"
BEGIN, END = "<!-- ledger: begin -->", "<!-- ledger: end -->"
KEYS = ("paper", "item", "row", "quantity")


@dataclass
class Result:
    """One measured row: the papers' keys, and the distribution of our value over seeds."""

    paper: str
    item: str
    row: str
    quantity: str
    median: float
    q1: float
    q3: float
    best: float
    paper_quantile: float
    seeds: int
    settings: str
    date: str


def verdict(target, measured):
    """Of a row: "reproduced", "better", "differs", or "data not available" if not measured."""
    if measured is None:
        return "data not available"
    ours, paper, tolerance = (float(v) for v in (measured["median"], target["paper_value"], target["tolerance"]))
    difference = ours - paper
    holds = {
        "equal": abs(difference) <= tolerance,
        "at most": difference <= tolerance,
        "at least": difference >= -tolerance,
        "below": difference < -tolerance,
    }
    if holds[target["compare"]]:
        return "reproduced"
    good = {"less": difference < 0, "more": difference > 0}.get(target["better"], False)
    return "better" if good else "differs"


def targets():
    """The papers' rows by their keys."""
    return _read("targets.csv")


def results():
    """Our rows by their keys."""
    return _read("results.csv")


def findings():
    """Why a row differs, by its keys."""
    return {key: row["finding"] for key, row in _read("findings.csv").items()}


def record(rows):
    """Write Results into results.csv, replacing earlier ones of the same keys; every target's order is kept."""
    table = results()
    table.update({_key(asdict(row)): asdict(row) for row in rows})
    order = {key: i for i, key in enumerate(targets())}
    with (FOLDER / "results.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, Result.__dataclass_fields__, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table[key] for key in sorted(table, key=lambda key: order.get(key, len(order))))


def lines(keys=None):
    """The ledger as text cells, a list for each target measured (or of `keys`): the columns of HEADER."""
    measured, reasons = results(), findings()
    wanted = {**targets(), **{key: None for key in measured if key not in targets()}}
    return [_cells(key, row, measured.get(key), reasons) for key, row in wanted.items() if not keys or key in keys]


HEADER = ("paper", "item", "row", "quantity", "printed", "ours", "best", "seeds", "verdict")


def _cells(key, target, ours, reasons):
    word = verdict(target, ours) if target else "ours alone"
    reason = f": {reasons[key]}" if word == "differs" and key in reasons else ""
    if ours is None:
        return [*key, _printed(target), "-", "-", "-", word]
    median, q1, q3, best = (f"{float(ours[name]):.4g}" for name in ("median", "q1", "q3", "best"))
    spread = "" if q1 == q3 == median else f" ({q1} to {q3})"
    return [*key, _printed(target), median + spread, best, str(ours["seeds"]), word + reason]


def _printed(target):
    """The printed value with the sign that says how it is compared."""
    signs = {"at most": "<= ", "at least": ">= ", "below": "< "}
    return signs.get(target["compare"], "") + target["paper_value"] if target else "-"


def table(rows):
    """A table for the terminal: paper beside ours, for these Results."""
    text = Table(*HEADER[2:], title="printed beside ours: median (quartiles) over seeds")
    printed, reasons = targets(), findings()
    for ours in map(asdict, rows):
        text.add_row(*_cells(_key(ours), printed.get(_key(ours)), ours, reasons)[2:])
    return text


def summary():
    """How many rows of the ledger hold, in one line."""
    words = [cells[-1].split(":")[0] for cells in lines()]
    return ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))


def markdown(keys=None):
    """The ledger as a table in Markdown, all rows or those of `keys`."""
    rows = [HEADER, ["---"] * len(HEADER), *lines(keys)]
    legend = "Ours is the median over seeds, with quartiles in brackets where they differ from it."
    return "\n".join([f"{summary()}. {legend}", "", *("| " + " | ".join(row) + " |" for row in rows)])


def update_readme():
    """Put the rows that a paper prints between their marks in the README, and all rows into LEDGER.md."""
    text = README.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n{markdown(targets())}\n{END}{after}")
    WHOLE.write_text(f"# The whole ledger\n\n{markdown()}\n")


def _read(name):
    path = FOLDER / name
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {_key(row): row for row in csv.DictReader(file)}


def _key(row):
    return tuple(row[name] for name in KEYS)
