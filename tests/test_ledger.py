"""The ledger: verdicts, the README's table, and that results come from scripts."""

import csv
import math
import shutil

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


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A copy of the ledger's files to write into."""
    folder = tmp_path / "reproductions"
    folder.mkdir()
    for name in ("results.csv", "targets.csv", "findings.csv", "LEDGER.md"):
        shutil.copy(ledger.FOLDER / name, folder)
    shutil.copy(ledger.README, tmp_path)
    monkeypatch.setattr(ledger, "FOLDER", folder)
    monkeypatch.setattr(ledger, "README", tmp_path / "README.md")
    monkeypatch.setattr(ledger, "WHOLE", folder / "LEDGER.md")
    return tmp_path


def contents(house):
    return {path: path.read_bytes() for path in house.rglob("*") if path.is_file() and path.suffix != ".lock"}


def measured(quantity, value):
    return ledger.Result("hassibi1993", "a", "b", quantity, *[value] * 4, math.nan, 3, "", "")


def test_results_are_recorded_and_replaced(house):
    (house / "reproductions/results.csv").unlink()
    (house / "reproductions/LEDGER.md").unlink()
    ledger.record([measured("c", 1.0), measured("d", 2.0)])
    ledger.record([measured("c", 5.0)])
    assert [row["median"] for row in ledger.results().values()] == ["5.0", "2.0"]


def test_recorded_rows_are_shown_at_once(house):
    before = contents(house)
    key = ("hassibi1993", "table 1", "MONK 1 OBS", "weights")
    ledger.record([ledger.Result(*key, *[13.5] * 4, 0.0, 7, "", ""), measured("c", 5.0)])
    shown = "| hassibi1993 | table 1 | MONK 1 OBS | weights | 14 | 13.5 | 13.5 | 7 | better |"
    alone = "| hassibi1993 | a | b | c | - | 5 | 5 | 3 | ours alone |"
    readme, whole = ledger.README.read_text(), ledger.WHOLE.read_text()
    assert shown in readme and shown in whole and alone in whole and alone not in readme
    old = before[ledger.README].decode()
    assert readme.split(ledger.BEGIN)[0] == old.split(ledger.BEGIN)[0]
    assert readme.split(ledger.END)[1] == old.split(ledger.END)[1]


def test_nothing_recorded_changes_nothing(house):
    before = contents(house)
    ledger.record([])
    assert contents(house) == before


def edit(name, change):
    def damage(house):
        path = house / name
        path.write_bytes(change(path.read_bytes()))

    return damage


RESULTS, TARGETS, FINDINGS = (f"reproductions/{name}.csv" for name in ("results", "targets", "findings"))
CONFLICT = b"<<<<<<< HEAD\n%b=======\n%b>>>>>>> other\n"


def conflict(text):
    """As two branches leave it that have changed the same row."""
    first, second, rest = text.split(b"\n", 2)
    return first + b"\n" + CONFLICT % (second + b"\n", second + b"\n") + rest


@pytest.mark.parametrize(
    "damage, complaint",
    [
        (edit(RESULTS, lambda text: b""), "results.csv: expected a line break at its end"),
        (edit(RESULTS, lambda text: text[: len(text) // 2]), "results.csv: expected a line break at its end"),
        (edit(RESULTS, lambda text: text[:-1]), "results.csv: expected a line break at its end"),
        (
            edit(RESULTS, lambda text: text[: text.rindex(b",text,")] + b"\n"),
            "results.csv, line 475: expected 12 cells",
        ),
        (edit(RESULTS, conflict), "results.csv, line 2: .* merge conflict, '<<<<<<< HEAD'"),
        (edit(TARGETS, conflict), "targets.csv, line 2: .* merge conflict"),
        (edit(FINDINGS, conflict), "findings.csv, line 2: .* merge conflict"),
        (edit(RESULTS, lambda text: text + text.split(b"\n")[1] + b"\n"), "line 476: .* a second one of .*MONK 1 BPWD"),
        (
            edit(RESULTS, lambda text: text.replace(b",100.0,", b",1OO.0,", 1)),
            "line 2: median: expected a number; got '1OO",
        ),
        (
            edit(RESULTS, lambda text: text.replace(b"median", b"middle", 1)),
            "results.csv, line 1: expected the columns",
        ),
        (edit(RESULTS, lambda text: text.replace(b"MONK", b"\xff\xfe", 1)), "results.csv: expected text in UTF-8"),
        (
            edit(RESULTS, lambda text: text.replace(b'100/100",', b'100/100"x,', 1)),
            "results.csv, line 2: .* expected after",
        ),
        (edit(RESULTS, lambda text: text[: text[:-1].rindex(b"\n") + 1]), "results.csv: expected the rows .* for 1 of"),
        (lambda house: (house / RESULTS).unlink(), "results.csv: expected the rows .* got none for 474 of them"),
        (edit("README.md", lambda text: text.replace(b"ledger: begin", b"ledger: start")), "README.md: .* 0 and 1"),
        (edit("README.md", lambda text: text.replace(b"<!-- ledger: end -->", b"")), "README.md: .* 1 and 0"),
        (edit("README.md", lambda text: text + b"<!-- ledger: end -->"), "README.md: .* 1 and 2"),
        (edit("README.md", lambda text: text + text), "README.md: .* 2 and 2"),
        (edit("README.md", lambda text: b"<!-- ledger: end -->" + text), "README.md: .* 1 and 2"),
        (edit("README.md", lambda text: b"<!-- ledger: end --> <!-- ledger: begin -->"), "in this order; got 1 and 1"),
    ],
)
def test_a_damaged_ledger_is_refused_and_left_as_it_is(house, damage, complaint):
    damage(house)
    before = contents(house)
    with pytest.raises(ValueError, match=complaint):
        ledger.check()
    with pytest.raises(ValueError, match=complaint):
        ledger.record([measured("c", 1.0)])
    assert contents(house) == before


def test_rows_may_be_dropped_on_purpose(house):
    for path in (ledger.FOLDER / "results.csv", ledger.WHOLE):
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "NETtalk unpruned" not in line))
    ledger.record([measured("c", 1.0)])
    assert not any("NETtalk unpruned" in row for _, _, row, _ in ledger.results())


def test_line_breaks_of_windows_are_read(house):
    before = contents(house)
    for path, text in before.items():
        path.write_bytes(text.replace(b"\n", b"\r\n"))
    ledger.record([])
    assert {path: text for path, text in contents(house).items() if b"\r" not in text}.keys() == {
        ledger.FOLDER / "results.csv", ledger.WHOLE, ledger.README,
    }  # fmt: skip
    assert all(text.replace(b"\r\n", b"\n") == before[path] for path, text in contents(house).items())


def test_what_an_earlier_kill_left_half_written_is_removed(house):
    before = contents(house)
    for path in (ledger.README, ledger.WHOLE, ledger.FOLDER / "results.csv"):
        path.with_name(f".{path.name}.0123.new").touch()
    ledger.record([])
    assert contents(house) == before


def test_the_ledger_is_written_by_one_at_a_time(house, monkeypatch):
    monkeypatch.setattr(ledger, "PATIENCE", 0)
    before = contents(house)
    with ledger._alone(), pytest.raises(RuntimeError, match="ledger: expected to write it within 0 seconds"):
        ledger.record([measured("c", 1.0)])
    assert contents(house) == before
    ledger.record([measured("c", 1.0)])


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
