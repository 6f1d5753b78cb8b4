"""What the site is made of: citations from docstrings, sections of notebooks, links, docstrings as they are written.

The site as it was built is looked at in test_site_built.py and, in a browser, in test_site_browser.py.
"""

import re

import pytest

import classicnets
from docs.make import DOCS, NOTEBOOKS, ROOT, api, course, guide, ledger_pages, notebooks, sources
from docs.make.citations import cited
from docs.make.docstrings import marked
from reproductions import ledger, showing


@pytest.mark.parametrize(
    "text, found",
    [
        ("Hassibi & Stork (1993), eqs. 17-18.", "hassibi1993, hassibi1993 eq. 17, hassibi1993 eq. 18"),
        (
            "Le Cun et al. (1990), eq. 7, and eqs. 5 and 8.",
            "lecun1990, lecun1990 eq. 7, lecun1990 eq. 5, lecun1990 eq. 8",
        ),
        ("Dong, Chen & Pan (2017), theorem 3.2; Moody (1992)", "dong2017, dong2017 theorem 3.2, moody1992"),
        ("for one weight, eq. 5 of Hassibi & Stork (1993).", "hassibi1993, hassibi1993 eq. 5"),
        ("Frantar et al. (2023, GPTQ), algorithm 1", "frantar2023, frantar2023 algorithm 1"),
        ("the Surgeon's eq. 5. Singh & Alistarh (2020).", "hassibi1993 eq. 5, singh2020"),
        ("Optimal Brain Compression (2022), figs. 1 and 2", "own fig. 1, own fig. 2"),
        ("eq. 3. Bishop (1992)\n\neq. 4", "own eq. 3, bishop1992, own eq. 4"),
        ("with 5 figs. in a tree, about 100 in 1993", ""),
    ],
)
def test_a_docstring_says_what_it_cites(text, found):
    said = {f"{paper} {place}".strip() for paper, place in cited(text, "own")}
    assert said == set(filter(None, found.split(", ")))


def test_the_guide_finds_equation_function_section_and_rows():
    rows = {line.split(" | ")[0].strip("| "): line for line in guide.page("hassibi1993").splitlines() if " | " in line}
    assert "classicnets.pruning.hassibi1993.Surgeon.saliency" in rows["eq. 5"]
    assert "04_optimal_brain_surgeon.ipynb#1-the-best-answer" in rows["eq. 5"]
    assert (
        "reproductions/hassibi1993_table1.py" in rows["table 1"] and "ledger/hassibi1993.md#table-1" in rows["table 1"]
    )
    assert "05_the_monks_problems.ipynb" in rows["table 1"]
    reproduced = sum(
        row[:2] == ("hassibi1993", "table 1") and row[-1].startswith("reproduced") for row in ledger_pages.rows()
    )
    assert f"{reproduced} reproduced" in rows["table 1"] and reproduced > 10
    assert list(rows)[1:4] == ["eq. 5", "eq. 8", "eq. 9"]  # in the paper's order


def test_every_paper_of_the_ledger_and_every_module_of_one_has_a_guide():
    keys = {row[0] for row in ledger_pages.rows()} - {"-"}
    keys |= {path.stem for path in (ROOT / "classicnets" / "pruning").glob("[a-z]*[0-9].py")}
    assert keys <= set(guide.papers())


def test_the_ledgers_pages_have_all_rows():
    known = {*ledger.targets(), *ledger.results()}
    assert {row[:4] for row in ledger_pages.rows()} == known and len(ledger_pages.rows()) == len(known)
    assert f"{showing.summary()}." in ledger_pages.pages()["index.md"]
    pages = ledger_pages.pages()
    lines = [line for name, page in pages.items() if name != "index.md" for line in page.splitlines()]
    shown = [line for line in lines if line.startswith("| ") and not line.startswith(("| row |", "| --- |"))]
    assert len(shown) == len(ledger_pages.rows())


def test_a_page_of_the_ledger_counts_its_rows_and_says_what_is_ours_alone_without_empty_columns():
    pages, rows = ledger_pages.pages(), ledger_pages.rows()
    for paper in {row[0] for row in rows}:
        name = ledger_pages.name(paper)
        (line,) = [line for line in pages["index.md"].splitlines() if f"]({name}.md) |" in line]
        counts = map(int, re.findall(r"(\d+) [a-z]", line.rpartition("](")[2]))
        assert sum(counts) == sum(row[0] == paper for row in rows)
        for said, table in re.findall(r"nothing of it printed: (\d+) rows\.\n\n((?:\|.*\n)+)", pages[f"{name}.md"]):
            columns, _, *lines = table.splitlines()
            assert len(lines) == int(said) and columns == f"| {' | '.join(ledger_pages.COLUMNS_ALONE)} |"


def test_nothing_in_the_ledgers_tables_means_anything_to_markdown():
    """Trap: P* and w_q^2 are emphasis, <= is the beginning of a tag."""
    tables = [line for page in ledger_pages.pages().values() for line in page.splitlines() if line.startswith("| ")]
    tables = [line for line in tables if "](" not in line and not line.startswith("| ---")]
    assert sum("\\" in line for line in tables) > 50
    assert not [line for line in tables if re.search(r"(?<!\\)[*_`$<>{}~^\[\]]", line)]


def test_the_map_of_the_course_knows_every_notebook_and_what_it_needs_comes_before():
    for name in notebooks.openings():
        assert all(other < name[:2] for other in course.needs(name))
        assert notebooks.question(name).endswith(("?", "?*")), name
        assert f'<a href="notebooks/{name}.html">' in course.picture()
    assert len(set(course.places().values())) == len(NOTEBOOKS)
    assert course.needs("04_optimal_brain_surgeon") == ("02", "03")
    assert {("03", "04"), ("02", "03")} <= {*course.arrows()} and ("02", "04") not in course.arrows()


def test_no_arrow_of_the_map_hides_behind_a_box():
    """A long one crosses a column between its rows; every other part stays between two columns."""
    rows = [4 + row * (course.HIGH + course.DOWN) for row in range(20)]
    ways = re.findall(r'class="arrow"[^>]* d="([^"]+)"', course.picture())
    across = [float(y) for way in ways for y in re.findall(r" ([\d.]+)h\d", way)]
    assert across and all(not row <= y <= row + course.HIGH for y in across for row in rows)
    columns = {name[:2]: column for name, (column, _) in course.places().items()}
    assert len(across) == sum(max(0, columns[b] - columns[a] - 1) for a, b in course.arrows())


def test_a_notebook_is_shown_with_its_cells_folded_its_pictures_said_and_its_solutions_linked():
    drawing = {"cell_type": "code", "metadata": {"alt": "a bowl", "tags": ["plot"]}, "source": []}
    text = {"cell_type": "markdown", "metadata": {}, "source": ['<a href="solutions/01_x.ipynb#exercise-1">w</a>']}
    page = sources.as_page({"metadata": {}, "cells": [drawing, text]}, "notebooks/01_x.ipynb", set())
    shown, said = page["cells"]
    assert shown["metadata"]["tags"] == ["plot", "hide-input"]
    assert shown["metadata"]["mystnb"]["image"]["alt"] == "a bowl"
    assert said["source"] == '<a href="solutions/01_x.html#exercise-1">w</a>' and not page["metadata"]["orphan"]


def test_every_public_name_is_in_the_reference():
    page = api.pages()["index.md"]
    for name in classicnets.__all__:
        target = re.search(rf"`{name} <([\w.]+)>`", page)[1]
        assert target in api.listed(), name
    assert "classicnets.pruning.hassibi1993.Surgeon.delete" in api.listed()
    assert not any(name.startswith("classicnets.kernels") for name in api.modules())


def test_links_of_the_repository_lead_to_the_same_on_the_site():
    wanted = set()
    picture = "reproductions/figures/comparison.png"
    text = f"[a](LICENSE) [b](GLOSSARY.md#words) ![c]({picture}) [d](https://x.y) [`e`](README.md)"
    led = sources.led(text, "", wanted)
    assert led == (f"a [b](/GLOSSARY.md#words) ![c](/{picture}) [d](https://x.y) [`e`](/index.md)")
    assert wanted == {picture}
    assert sources.led("[a](../README.md) [b](LEDGER.md) [c](OURS.md)", "reproductions", wanted) == (
        "[a](/index.md) [b](/ledger/index.md) [c](/ledger/own.md)"
    )
    assert sources.led("[a](course.md) [b](guide/index.md)", "", wanted) == "[a](/course.md) [b](/guide/index.md)"
    code = "```python\nx[0](1)\n```"
    assert sources.led(code, "", wanted) == code


def test_no_row_of_the_first_page_leads_nowhere():
    page = sources.led((DOCS / "index.md").read_text(encoding="utf-8"), "", set())
    rows = page.split("|---|---|\n")[1].split("\n\n")[0].splitlines()
    assert len(rows) == 8 and all("](/" in row for row in rows)


def test_docstrings_are_shown_as_they_are_written():
    lines = marked(
        [
            "|w|^2 and w_q* of `net`, P* too.",
            "",
            "    H_qq  =  1",
            "",
            "alpha: a number,",
            "of course.",
            "kind: a word.",
        ]
    )
    assert lines == [
        "\\|w\\|^2 and w\\_q\\* of ``net``\\ , P\\* too.", "",
        "::", "", "        H_qq  =  1", "",
        "- **alpha**: a number, of course.", "", "- **kind**: a word.", "",
    ]  # fmt: skip
