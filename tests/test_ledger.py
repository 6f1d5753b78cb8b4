"""The ledger's files: what is recorded, shown and refused, and that nobody has changed them by hand."""

import math
import shutil
from collections import Counter

import pytest

from reproductions import ledger, papers, recording, showing
from reproductions.digest import code_digest, digest


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A copy of the ledger's files to write into."""
    folder = tmp_path / "reproductions"
    folder.mkdir()
    for name in (*ledger.MEASURED, "targets.csv", "findings.csv", "LEDGER.md", "OURS.md"):
        shutil.copy(ledger.FOLDER / name, folder)
    shutil.copy(recording.README, tmp_path)
    monkeypatch.setattr(ledger, "FOLDER", folder)
    monkeypatch.setattr(recording, "README", tmp_path / "README.md")
    monkeypatch.setattr(recording, "BESIDE", folder / "LEDGER.md")
    monkeypatch.setattr(recording, "ALONE", folder / "OURS.md")
    return tmp_path


def contents(house):
    return {path: path.read_bytes() for path in house.rglob("*") if path.is_file() and path.suffix != ".lock"}


def measured(quantity, value):
    return ledger.Result("hassibi1993", "a", "b", quantity, "median", *[value] * 6, math.nan, 3, "", "2026-01-01")


def record(*rows):
    recording.record(rows, "hassibi1993_xor", [])


def test_results_are_recorded_and_replaced(house):
    (house / "reproductions/results.csv").unlink()
    for page in recording.pages():
        page.unlink()
    record(measured("c", 1.0), measured("d", 2.0))
    record(measured("c", 5.0))
    assert [row["value"] for row in ledger.results().values()] == ["5.0", "2.0"]


def counts_of(paper, readme):
    """The numbers of a paper's line in the README, one for each of verdicts.WORDS."""
    (line,) = [line for line in readme.splitlines() if line.startswith(f"| {paper} | ")]
    return [int(cell.strip() or 0) for cell in line.split("|")[3:-1]]


def test_recorded_rows_are_shown_at_once(house):
    before = contents(house)
    key = ("hassibi1993", "table 1", "MONK 1 OBS", "weights")
    record(ledger.Result(*key, "median", *[13.5] * 6, 0.0, 7, "", ""), measured("c", 5.0))
    cells = "14 (no effect 58, one of 2 settings) | 13.5 | median (95 %) | 13.5 | 7 | better"
    shown = f"| hassibi1993 | table 1 | MONK 1 OBS | weights | {cells} |"
    alone = "| hassibi1993 | a | b | c | 5 | median (95 %) | 5 | 3 |"
    readme, pages = recording.README.read_text(), [page.read_text() for page in recording.pages()]
    assert [text.count(shown) for text in pages] == [1, 0] and [text.count(alone) for text in pages] == [0, 1]
    assert shown not in readme and alone not in readme
    old = before[recording.README].decode()
    (reproduced, better, *others), now = (counts_of("Hassibi & Stork (1993)", text) for text in (old, readme))
    assert now == [reproduced - 1, better + 1, *others]
    assert readme.split(recording.BEGIN)[0] == old.split(recording.BEGIN)[0]
    assert readme.split(recording.END)[1] == old.split(recording.END)[1]


def test_nothing_recorded_changes_nothing(house):
    before = contents(house)
    record()
    assert contents(house) == before


def edit(name, change):
    def damage(house):
        path = house / name
        path.write_bytes(change(path.read_bytes()))

    return damage


ROWS = len(ledger.results())
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
        (
            edit(RESULTS, lambda text: text[: text.index(b"\n", len(text) // 2) - 3]),
            "results.csv: expected a line break at its end",
        ),
        (edit(RESULTS, lambda text: text[:-1]), "results.csv: expected a line break at its end"),
        (
            edit(RESULTS, lambda text: text[: text[:-1].rindex(b"\n") + 2] + b"\n"),
            f"results.csv, line {ROWS + 1}: expected 19 cells",
        ),
        (edit(RESULTS, conflict), "results.csv, line 2: .* merge conflict, '<<<<<<< HEAD'"),
        (edit(TARGETS, conflict), "targets.csv, line 2: .* merge conflict"),
        (edit(FINDINGS, conflict), "findings.csv, line 2: .* merge conflict"),
        (
            edit(RESULTS, lambda text: text + text.split(b"\n")[1] + b"\n"),
            f"line {ROWS + 2}: .* a second one of .*MONK 1 BPWD",
        ),
        (
            edit(RESULTS, lambda text: text.replace(b",100.0,", b",1OO.0,", 1)),
            "line 2: value: expected a number; got '1OO",
        ),
        (
            edit(RESULTS, lambda text: text.replace(b"statistic", b"middle", 1)),
            "results.csv, line 1: expected the columns",
        ),
        (edit(RESULTS, lambda text: text.replace(b"MONK", b"\xff\xfe", 1)), "results.csv: expected text in UTF-8"),
        (
            edit(RESULTS, lambda text: text.replace(b' nets",', b' nets"x,', 1)),
            "results.csv, line 2: .* expected after",
        ),
        (edit(RESULTS, lambda text: text[: text[:-1].rindex(b"\n") + 1]), "results.csv: expected the rows .* for 1 of"),
        (lambda house: (house / RESULTS).unlink(), f"results.csv: expected the rows .* got none for {ROWS} of them"),
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
        recording.check()
    with pytest.raises(ValueError, match=complaint):
        record(measured("c", 1.0))
    assert contents(house) == before


def test_rows_may_be_dropped_on_purpose(house):
    for path in (ledger.FOLDER / "results.csv", *recording.pages()):
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "NETtalk unpruned" not in line))
    record(measured("c", 1.0))
    assert not any("NETtalk unpruned" in row for _, _, row, _ in ledger.results())


def test_line_breaks_of_windows_are_read(house):
    before = contents(house)
    for path, text in before.items():
        path.write_bytes(text.replace(b"\n", b"\r\n"))
    record()
    assert {path: text for path, text in contents(house).items() if b"\r" not in text}.keys() == {
        *(ledger.FOLDER / name for name in ledger.MEASURED), *recording.pages(), recording.README,
    }  # fmt: skip
    assert all(text.replace(b"\r\n", b"\n") == before[path] for path, text in contents(house).items())


def test_what_an_earlier_kill_left_half_written_is_removed(house):
    before = contents(house)
    for path in (recording.README, *recording.pages(), ledger.FOLDER / "results.csv"):
        path.with_name(f".{path.name}.0123.new").touch()
    record()
    assert contents(house) == before


def test_the_ledger_is_written_by_one_at_a_time(house, monkeypatch):
    monkeypatch.setattr(recording, "PATIENCE", 0)
    before = contents(house)
    with recording._alone(), pytest.raises(RuntimeError, match="ledger: expected to write it within 0 seconds"):
        record(measured("c", 1.0))
    assert contents(house) == before
    record(measured("c", 1.0))


@pytest.mark.parametrize("name", ledger.MEASURED)
def test_nobody_has_changed_a_measured_row_by_hand(name):
    for key, row in ledger.measured(name).items():
        assert row["seal"] == recording.seal(row), f"{name}: {key} is not what a study has written"


@pytest.mark.parametrize("name", ledger.MEASURED)
def test_the_rows_of_a_study_are_of_one_run(name):
    """What it no longer makes would stay, and what was made by hand has no run."""
    runs = {}
    for (_, item, row, _), each in ledger.measured(name).items():
        part = each["study"], row if item == ledger.EXPLORATION else ""
        assert runs.setdefault(part, (each["code"], each["tasks"])) == (each["code"], each["tasks"]), part


@pytest.mark.parametrize("column", ["value", "low", "seeds", "settings", "code"])
def test_a_seal_breaks_where_any_cell_is_changed(column):
    row = next(iter(ledger.results().values()))
    assert recording.seal(row | {column: row[column] + "1"}) != row["seal"] == recording.seal(dict(row))


def test_what_made_a_row_stands_beside_it(house):
    recording.record([measured("c", 5.0)], "hassibi1993_xor", [{"seed": 1}])
    row = ledger.results()["hassibi1993", "a", "b", "c"]
    assert row["study"] == "hassibi1993_xor" and row["code"] == code_digest("reproductions.hassibi1993_xor")
    assert row["tasks"] == digest('[{"seed": 1}]') and row["seal"] == recording.seal(row)


def test_explorations_have_a_file_of_their_own(house):
    before = contents(house)
    row = ledger.Result("hassibi1993", "exploration", "KEY", "NAME", "mean", *[2.5] * 6, math.nan, 3, "", "2026-01-01")
    recording.record([row], "hassibi1993_xor", [])
    assert ledger.explorations()["hassibi1993", "exploration", "KEY", "NAME"]["value"] == "2.5"
    changed = {path.name for path, text in contents(house).items() if before[path] != text}
    assert changed == {"explorations.csv"}


def test_the_readme_shows_the_ledger_as_it_is():
    text = recording.README.read_text()
    shown = text.split(recording.BEGIN)[1].split(recording.END)[0].strip()
    assert shown == papers.markdown(), "stale: run python -m reproductions"


def test_the_whole_ledger_is_shown_as_it_is():
    assert all(page.read_text() == text for page, text in recording.pages().items()), "stale"


def test_no_page_of_the_ledger_is_too_large_to_be_shown():
    """Sites that show Markdown do so up to half a megabyte."""
    assert all(page.stat().st_size < 500_000 for page in recording.pages())


def test_each_paper_of_the_ledger_has_a_name_and_all_its_rows_are_counted():
    counts, keys = papers.counts(), [*ledger.targets()]
    assert counts.keys() == papers.PAPERS.keys()
    assert {paper: sum(each.values()) for paper, each in counts.items()} == Counter(paper for paper, *_ in keys)
    total = Counter()
    for each in counts.values():
        total.update(each)
    assert {**+total, showing.ALONE: len({*ledger.results()} - {*keys})} == showing.counts()


def test_a_paper_without_a_name_yet_stands_last_by_its_key(monkeypatch):
    monkeypatch.setattr(papers, "PAPERS", {key: name for key, name in papers.PAPERS.items() if key != "wu2024"})
    *_, before, last = papers.markdown().splitlines()
    assert last.startswith("| wu2024 |  | ") and before.startswith("| Shamrai (2025) |")
