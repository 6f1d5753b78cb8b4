"""Writing the ledger: rows into results.csv or explorations.csv, all into two pages, a line a paper into the README.

LEDGER.md shows what is printed beside ours, OURS.md what is ours alone.
"""

import csv
import json
from dataclasses import asdict

from classicnets.files import replacing

from . import ledger, papers, showing
from .digest import code_digest, digest
from .ledger_files import around, shown_rows
from .locks import locked

README = ledger.FOLDER.parent / "README.md"
BESIDE, ALONE = ledger.FOLDER / "LEDGER.md", ledger.FOLDER / "OURS.md"
HOW = "How to read it, and how it is made: [README.md](README.md)."
HEADING = (
    f"# The ledger\n\n{HOW} What is measured here alone, nothing of it printed, has [a page of its own](OURS.md).\n"
)
HEADING_ALONE = f"# Ours alone\n\nThe ledger's rows of which nothing is printed. {HOW}\n"
BEGIN, END = "<!-- ledger: begin -->", "<!-- ledger: end -->"
PATIENCE = 30  # seconds for which a study waits while another one writes


def check():
    """ValueError where the ledger could not be written: a file is damaged, or a row that was shown is lost."""
    with _alone():
        _checked()


def record(rows, study, tasks):
    """Put Results of a study into results.csv, all into the pages, counts into the README. tasks: those of the study.

    They take the place of earlier ones of the same keys; what explores goes into explorations.csv. No Results at all
    bring the pages up to date after a change of targets.csv or findings.csv. One study after the other, each file whole
    or as it was. ValueError, as of `check`, before anything is written.
    """
    with _alone():
        _, around_table = _checked()
        _remove_unfinished()
        for name in ledger.MEASURED:
            made = [row for row in rows if (row.item == ledger.EXPLORATION) == (name == "explorations.csv")]
            _write_results(
                name, ledger.measured(name) | {ledger.key_of(row): row for row in _sealed(made, study, tasks)}
            )
        _rewrite(*around_table)


def _rewrite(before, behind):
    """Write both pages, and the README's table anew, between what is before and behind it."""
    for page, text in pages().items():
        _write(page, text)
    _write(README, f"{before}{BEGIN}\n{papers.markdown()}\n{END}{behind}")


def pages():
    """The texts of the pages that show all rows, by their files."""
    return {BESIDE: f"{HEADING}\n{showing.beside()}\n", ALONE: f"{HEADING_ALONE}\n{showing.alone()}\n"}


def _sealed(rows, study, tasks):
    """Results as dicts, with the digests of what made them, and a seal that a change of any cell breaks."""
    made = {"study": study, "code": code_digest(f"{__package__}.{study}"), "tasks": digest(json.dumps(tasks))}
    for row in rows:
        yield (each := asdict(row) | made) | {"seal": seal(each)}


def seal(row):
    """Eight digits of all other cells of a row."""
    return digest(*(str(cell) for name, cell in row.items() if name != "seal"))[:8]


def _alone():
    complaint = f"ledger: expected to write it within {PATIENCE} seconds; got another run that does not let go of it"
    return locked(ledger.FOLDER / "runs" / "ledger.lock", PATIENCE, complaint)


def _checked():
    """Our rows, and the README before and behind its table."""
    ledger.targets(), ledger.findings(), ledger.explorations()
    table, around_table = ledger.results(), around(README, BEGIN, END)
    shown = shown_rows(BESIDE, showing.HEADER) | shown_rows(ALONE, showing.HEADER_ALONE)
    if lost := sorted(shown - set(table)):
        pages = f"{BESIDE.name} and {ALONE.name}"
        raise ValueError(
            f"results.csv: expected the rows that {pages} show; got none for {len(lost)} of them, such as "
            f"{', '.join(lost[0])}. Bring them back, or take them out of {pages} too"
        )
    return table, around_table


def _remove_unfinished():
    """What was being written when an earlier run was killed; only whoever has the lock may say so."""
    for path in (*(ledger.FOLDER / name for name in ledger.MEASURED), BESIDE, ALONE, README):
        for unfinished in path.parent.glob(f".{path.name}.*.new"):
            unfinished.unlink(missing_ok=True)


def _write_results(name, table):
    """Every target's order is kept."""
    order = {key: i for i, key in enumerate(ledger.targets())}
    with replacing(ledger.FOLDER / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ledger.Result.__dataclass_fields__, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table[key] for key in sorted(table, key=lambda key: order.get(key, len(order))))


def _write(path, text):
    with replacing(path, "w", newline="\n", encoding="utf-8") as file:
        file.write(text)
