"""The ledger: verdicts, the README's table, and that results come from scripts."""

import csv
import math

import pytest

from reproductions import ledger


def target(**changes):
    return {"paper_value": "14", "compare": "equal", "tolerance": "0", "better": "less", **changes}


@pytest.mark.parametrize(
    "ours, changes, word",
    [
        (14, {}, "reproduced"),
        (13, {}, "better"),
        (15, {}, "differs"),
        (15, {"better": "more"}, "better"),
        (15, {"better": ""}, "differs"),
        (14.4, {"tolerance": "0.5"}, "reproduced"),
        (14.6, {"tolerance": "0.5"}, "differs"),
        (12, {"compare": "at most", "better": ""}, "reproduced"),
        (15, {"compare": "at most"}, "differs"),
        (15, {"compare": "at least", "better": ""}, "reproduced"),
        (13, {"compare": "at least", "better": ""}, "differs"),
        (13, {"compare": "below", "better": ""}, "reproduced"),
        (14, {"compare": "below", "better": ""}, "differs"),
    ],
)
def test_verdict(ours, changes, word):
    assert ledger.verdict(target(**changes), {"median": ours}) == word


def test_a_row_without_measurement_has_no_data():
    assert ledger.verdict(target(), None) == "data not available"


def test_results_are_recorded_and_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger, "FOLDER", tmp_path)
    first = ledger.Result("hassibi1993", "a", "b", "c", 1.0, 1.0, 1.0, 1.0, math.nan, 3, "", "")
    other = ledger.Result("hassibi1993", "a", "b", "d", 2.0, 2.0, 2.0, 2.0, math.nan, 3, "", "")
    ledger.record([first, other])
    first.median = 5.0
    ledger.record([first])
    assert [row["median"] for row in ledger.results().values()] == ["5.0", "2.0"]


def test_targets_are_complete_and_unique():
    with (ledger.FOLDER / "targets.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(ledger.targets())
    for row in rows:
        assert row["compare"] in ("equal", "at most", "at least", "below")
        assert row["better"] in ("", "less", "more")
        assert float(row["tolerance"]) >= 0 and row["tolerance_from"]


def test_the_printed_percentages_are_whole_numbers_of_patterns():
    printed = {key[2:]: float(row["paper_value"]) for key, row in ledger.targets().items()}
    assert printed["MONK 3 BPWD", "train %"] == round(100 * 114 / 122, 1)
    assert printed["MONK 3 BPWD", "test %"] == round(100 * 420 / 432, 1)


def test_every_row_that_differs_says_why():
    measured = ledger.results()
    for key, row in ledger.targets().items():
        if ledger.verdict(row, measured.get(key)) == "differs":
            assert key in ledger.findings(), f"no finding for {key}"


def test_findings_belong_to_rows_that_differ():
    measured, printed = ledger.results(), ledger.targets()
    for key in ledger.findings():
        assert ledger.verdict(printed[key], measured.get(key)) == "differs", f"stale finding for {key}"


def test_the_readme_shows_the_ledger_as_it_is():
    text = ledger.README.read_text()
    shown = text.split(ledger.BEGIN)[1].split(ledger.END)[0].strip()
    assert shown == ledger.markdown(ledger.targets()), "stale: run python -m reproductions"
    assert ledger.markdown() in ledger.WHOLE.read_text(), "stale: run python -m reproductions"
