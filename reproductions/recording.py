"""Writing the ledger: rows into results.csv or explorations.csv, all into LEDGER.md, a line a paper into the README."""

import csv
import json
from dataclasses import asdict

from classicnets.files import replacing

from . import ledger, papers, showing
from .digest import code_digest, digest
from .ledger_files import around, shown_rows
from .locks import locked

README, WHOLE = ledger.FOLDER.parent / "README.md", ledger.FOLDER / "LEDGER.md"
HEADING = "# The whole ledger\n\nHow to read it, and how it is made: [README.md](README.md).\n"
BEGIN, END = "<!-- ledger: begin -->", "<!-- ledger: end -->"
PATIENCE = 30  # seconds for which a study waits while another one writes


def check():
    """ValueError where the ledger could not be written: a file is damaged, or a row that was shown is lost."""
    with _alone():
        _checked()


def record(rows, study, tasks):
    """Put Results of a study into results.csv, all into LEDGER.md, counts into the README. tasks: those of the study.

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
    """Write LEDGER.md and the README's table anew, between what is before and behind it."""
    _write(WHOLE, f"{HEADING}\n{showing.markdown()}\n")
    _write(README, f"{before}{BEGIN}\n{papers.markdown()}\n{END}{behind}")


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
    lost = sorted(shown_rows(WHOLE, showing.HEADER) - set(table))
    if lost:
        raise ValueError(
            f"results.csv: expected the rows that {WHOLE.name} shows; got none for {len(lost)} of them, such as "
            f"{', '.join(lost[0])}. Bring them back, or take them out of {WHOLE.name} too"
        )
    return table, around_table


def _remove_unfinished():
    """What was being written when an earlier run was killed; only whoever has the lock may say so."""
    for path in (*(ledger.FOLDER / name for name in ledger.MEASURED), WHOLE, README):
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
