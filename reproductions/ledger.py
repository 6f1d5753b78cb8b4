"""The ledger: the papers' numbers beside ours, with a verdict each.

targets.csv holds what the papers print, transcribed once; results.csv what we measured, written only by the studies;
findings.csv the reason, found by experiment, of each row that differs. The README's table is made from the three.
"""

import csv
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table

from classicnets.files import replacing

from .ledger_files import around, read, shown_rows
from .locks import locked

FOLDER = Path(__file__).parent
README, WHOLE = FOLDER.parent / "README.md", FOLDER / "LEDGER.md"
BEGIN, END = "<!-- ledger: begin -->", "<!-- ledger: end -->"
KEYS = ("paper", "item", "row", "quantity")
PRINTED = (*KEYS, "paper_value", "compare", "tolerance", "tolerance_from", "better", "note")
NUMBERS = ("median", "q1", "q3", "best", "paper_quantile", "seeds")
PATIENCE = 30  # seconds for which a study waits while another one writes


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
    return read(FOLDER / "targets.csv", PRINTED, KEYS, ("paper_value", "tolerance"))


def results():
    """Our rows by their keys."""
    return read(FOLDER / "results.csv", Result.__dataclass_fields__, KEYS, NUMBERS)


def findings():
    """Why a row differs, by its keys."""
    return {key: row["finding"] for key, row in read(FOLDER / "findings.csv", (*KEYS, "finding"), KEYS).items()}


def check():
    """ValueError where the ledger could not be written: a file is damaged, or a row that was shown is lost."""
    with _alone():
        _checked()


def record(rows):
    """Put Results into results.csv, in the place of earlier ones of the same keys, and all into LEDGER.md and README.

    One study after the other, each file whole or as it was. ValueError, as of `check`, before anything is written.
    """
    with _alone():
        table, around_rows = _checked()
        table.update({_key(asdict(row)): asdict(row) for row in rows})
        _remove_unfinished()
        _write_results(table)
        _write(WHOLE, f"# The whole ledger\n\n{markdown()}\n")
        _write(README, f"{BEGIN}\n{markdown(targets())}\n{END}".join(around_rows))


def _alone():
    complaint = f"ledger: expected to write it within {PATIENCE} seconds; got another run that does not let go of it"
    return locked(FOLDER / "runs" / "ledger.lock", PATIENCE, complaint)


def _checked():
    """Our rows, and the README before and behind its rows."""
    targets(), findings()
    table, around_rows = results(), around(README, BEGIN, END)
    lost = sorted(shown_rows(WHOLE, HEADER.index("ours")) - set(table))
    if lost:
        raise ValueError(
            f"results.csv: expected the rows that {WHOLE.name} shows; got none for {len(lost)} of them, such as "
            f"{', '.join(lost[0])}. Bring them back, or take them out of {WHOLE.name} too"
        )
    return table, around_rows


def _remove_unfinished():
    """What was being written when an earlier run was killed; only whoever has the lock may say so."""
    for path in (FOLDER / "results.csv", WHOLE, README):
        for unfinished in path.parent.glob(f".{path.name}.*.new"):
            unfinished.unlink(missing_ok=True)


def _write_results(table):
    """Every target's order is kept."""
    order = {key: i for i, key in enumerate(targets())}
    with replacing(FOLDER / "results.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, Result.__dataclass_fields__, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table[key] for key in sorted(table, key=lambda key: order.get(key, len(order))))


def _write(path, text):
    with replacing(path, "w", newline="\n", encoding="utf-8") as file:
        file.write(text)


def lines(keys=None):
    """The ledger as text cells, a list for each row printed or measured (or of `keys`): the columns of HEADER."""
    printed, measured, reasons = targets(), results(), findings()
    wanted = dict.fromkeys([*printed, *measured])
    return [_cells(key, printed.get(key), measured.get(key), reasons) for key in wanted if not keys or key in keys]


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


def _key(row):
    return tuple(row[name] for name in KEYS)
