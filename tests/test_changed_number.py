"""A number of the ledger that changes is seen: README, findings, ledger, notebooks, slides and site fail or follow it.

Each of them has its own test; here three rows of results.csv are changed in a copy, and each of these tests must fail.
"""

import csv
import re
import shutil

import pytest
import test_ledger
import test_notebooks
import test_readme_numbers
from pages import NOTEBOOKS

from docs.make import ledger_pages
from reproductions import ledger

WEIGHTS = ("hassibi1993", "table 1", "MONK 1 OBS", "weights")
XOR, NETTALK = test_readme_numbers.SHORT[0][2], test_readme_numbers.nettalk("OBS, weight decay, 1560 retrained")


@pytest.fixture
def change(tmp_path, monkeypatch):
    """A function that adds three to these rows, in a copy that all who ask the ledger read from then on."""
    for path in ledger.FOLDER.glob("*.csv"):
        shutil.copy(path, tmp_path)

    def changed():
        with open(tmp_path / "results.csv", encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        for cells in (cells for cells in rows if tuple(cells[:4]) in (WEIGHTS, XOR, NETTALK)):
            place = header.index("value")
            cells[place] = str(float(cells[place]) + 3)
        with open(tmp_path / "results.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])

    monkeypatch.setattr(ledger, "FOLDER", tmp_path)
    return changed


def first(claims, test):
    sentence, *gaps = claims[0]
    test(sentence, gaps)


CHECKS = {
    "README.md, the ledger's lines": test_ledger.test_the_readme_shows_the_ledger_as_it_is,
    "README.md, what surprises": lambda: first(
        test_readme_numbers.SHORT, test_readme_numbers.test_numbers_of_the_readme_are_the_ledgers
    ),
    "FINDINGS.md": lambda: first(
        test_readme_numbers.CLAIMS, test_readme_numbers.test_numbers_in_the_prose_are_the_ledgers
    ),
    "the pages of which the site's pages are made": test_ledger.test_the_whole_ledger_is_shown_as_it_is,
    "notebook 11": lambda: test_notebooks.test_rows_of_the_ledger_are_what_the_ledger_says_now(NOTEBOOKS[10]),
    "the site's first page": test_readme_numbers.test_numbers_of_the_sites_first_page_are_the_ledgers,
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_number_changed_in_the_ledger_is_seen(check, change):
    check()
    change()
    with pytest.raises(AssertionError):
        check()


def test_a_number_changed_in_the_ledger_is_another_one_on_the_sites_pages(change):
    """Nothing of it is typed."""

    def shown():
        ledger_pages.rows.cache_clear()
        page = ledger_pages.pages()["hassibi1993.md"].splitlines()
        (row,) = [line for line in page if line.startswith(f"| {' | '.join(WEIGHTS[2:])} | ")]
        return re.split(r" \| | \(", row)[4]

    try:
        before = shown()
        change()
        assert float(shown()) == float(before) + 3
    finally:
        ledger_pages.rows.cache_clear()
