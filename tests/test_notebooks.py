"""The committed notebooks: they need nothing from the net, and what they show of the ledger is what stands there now.

A notebook takes rows from the ledger by `quote`, which shows them in the form of the ledger; `make notebooks` executes
all notebooks anew.
"""

import re

import pytest
from pages import NOTEBOOKS, ROOT, cells, executed, fetched, shown

from reproductions import ledger, quoting, showing

each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)


def line(row):
    return "| " + " | ".join(row) + " |"


def quoted(texts):
    """The lines of the ledger in these texts, as they were when the notebook was executed."""
    papers = {key[0] for key in (*ledger.targets(), *ledger.results())} - {"-"}
    found = [text for whole in texts for text in whole.splitlines() if text.startswith("| ")]
    return [text for text in found if text[2:].split(" | ")[0] in papers]


@each
def test_nothing_is_fetched_from_the_net(notebook):
    for page in (*cells(notebook, "markdown"), *shown(notebook, "text/html"), *shown(notebook, "text/markdown")):
        assert not fetched(page)


@pytest.mark.parametrize(
    "name", ["README.md", "FINDINGS.md", "reproductions/README.md", "reproductions/LEDGER.md", "reproductions/OURS.md"]
)
def test_the_pages_of_the_repository_fetch_nothing_either(name):
    assert not fetched((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "page, fetches",
    [
        ('<script src="https://a.b/c.js">', True),
        ('<link rel="stylesheet" href="//a.b/font-awesome.css">', True),
        ('<img alt="x" src=http://a.b/c.png>', True),
        ("<style>@import 'https://a.b/c.css'</style>", True),
        ("@font-face { src: url(https://a.b/c.woff) }", True),
        ("require(['https://a.b/c.js'])", True),
        ("![x](https://a.b/c.png)", True),
        ('<a href="https://a.b">a link</a> [another](https://a.b)', False),
        ('<img alt="x" src="data:image/png;base64,ab//cd">', False),
        ("![x](reproductions/figures/c.png)", False),
    ],
)
def test_what_counts_as_fetched(page, fetches):
    assert bool(fetched(page)) == fetches


@each
def test_rows_of_the_ledger_are_what_the_ledger_says_now(notebook):
    now = {line(row) for row in (*showing.lines(), *showing.lines(ledger.explorations()))}
    old = [text for text in quoted(shown(notebook, "text/plain")) if text not in now]
    assert not old, f"older than the ledger, execute {notebook.name} anew: {old[0]} (and {len(old) - 1} more)"


@each
def test_rows_of_the_ledger_come_by_quote_and_are_shown(notebook):
    source = "\n".join(cells(notebook, "code"))
    assert not re.search(r"(results|targets|findings)\.csv|reproductions\.ledger|import ledger", source)
    assert bool(quoted(shown(notebook, "text/plain"))) == ("quote(" in source)


@each
def test_outputs_are_those_of_one_run_from_top_to_bottom(notebook):
    numbers = executed(notebook)
    assert numbers == list(range(1, len(numbers) + 1)), f"execute {notebook.name} anew"


# ---- quoting itself ----


def test_a_quotation_holds_the_ledgers_rows_and_shows_them(capsys):
    rows = quoting.quote("hassibi1993", "table 1", "MONK ? OBS*1/2*", "weights")
    assert rows["MONK 3 OBS, 1/2 is no", "weights"]["printed"] == 4 and len(rows) == 4
    for key, row in rows.items():
        ours = ledger.results()["hassibi1993", "table 1", *key]
        assert row["value"] == float(ours["value"]) and row["seeds"] == int(ours["seeds"])
    text = capsys.readouterr().out
    assert quoted([text]) == [line(row) for row in showing.lines({("hassibi1993", "table 1", *key) for key in rows})]


def test_what_was_explored_is_quoted_by_its_key(capsys):
    rows = quoting.quote("lecun1990", "exploration", "alpha", "best alpha at*")
    (key,) = rows
    ours = ledger.explorations()["lecun1990", "exploration", *key]
    assert rows[key]["value"] == float(ours["value"]) and rows[key]["printed"] is None
    assert quoted([capsys.readouterr().out]) == [
        line(row) for row in showing.lines({("lecun1990", "exploration", *key)})
    ]
    assert not any(row[1] == "exploration" for row in showing.lines())  # the ledger's pages are without


@pytest.mark.parametrize("number, begins", [(12, "<details open><summary>"), (13, "<details><summary>")])
def test_the_page_of_a_quotation_is_escaped_and_folded_if_it_is_long(number, begins):
    html = quoting.Quotation(
        "a", number * [["a", "b", "c", "d", "< 1", "2", "mean (95 %)", "2", "1", "differs: <b>"]]
    )._repr_html_()
    assert html.startswith(f"{begins}from the ledger, a: {number} rows") and html.count("<tr>") == number + 1
    assert "&lt; 1" in html and "<b>" not in html


@pytest.mark.parametrize(
    "wanted, complaint",
    [
        (("hassibi1993", "table 9"), "expected rows of the ledger"),
        (("finnoff1993", "table*"), r"item: .* got \['table 6.2.1', 'table 6.2.2'\]"),
    ],
)
def test_what_cannot_be_quoted_is_refused(wanted, complaint):
    with pytest.raises(ValueError, match=complaint):
        quoting.quote(*wanted)
