"""The ledger on the site: a page a paper and a heading an item, so that a row can be linked and a page be read."""

import re
from collections import Counter
from functools import cache

from . import ROOT, slug
from .sources import led

OWN = {"-": "comparisons of our own"}
COLUMNS = ("row", "quantity", "printed", "ours", "statistic", "best", "seeds", "verdict")
COLUMNS_ALONE = tuple(name for name in COLUMNS if name not in ("printed", "verdict"))
PAGES = {"LEDGER.md": ("paper", "item", *COLUMNS), "OURS.md": ("paper", "item", *COLUMNS_ALONE)}
ALONE = "ours alone"
EMPTY = {"printed": "-", "verdict": ALONE}  # what is the same in all rows of OURS.md


@cache
def head():
    """What LEDGER.md says before its tables of rows: the counts, and what chance alone would reproduce."""
    before = _text("LEDGER.md").partition(_line(PAGES["LEDGER.md"]))[0].rpartition("\n## ")[0]
    return led(before.partition("\n")[2].strip(), "reproductions", set())


@cache
def rows():
    """The rows of the tables in both pages, (paper, item, then COLUMNS) each."""
    return [
        (*cells[:2], *(dict(zip(header[2:], cells[2:], strict=True)).get(name, EMPTY.get(name)) for name in COLUMNS))
        for page, header in PAGES.items()
        for cells in _rows(page, header)
    ]


def _rows(page, header):
    """The rows of a page under this header, tuples."""
    lines = [line.removeprefix("| ").removesuffix(" |") for line in _text(page).splitlines() if line.startswith("| ")]
    found = [tuple(cells) for cells in (line.split(" | ") for line in lines) if len(cells) == len(header)]
    found = [cells for cells in found if cells != header and cells[0] != "---"]
    if not found:
        raise ValueError(f"{page}: expected a table of rows; got none")
    return found


def _text(page):
    return (ROOT / "reproductions" / page).read_text(encoding="utf-8")


def _line(cells):
    return "| " + " | ".join(cells) + " |"


def name(paper):
    """A paper's place in the folder of the ledger's pages."""
    return "own" if paper == "-" else paper


def counted(verdicts):
    """How many of each verdict, in words: 6 reproduced, 1 differs."""
    return ", ".join(f"{number} {word}" for word, number in Counter(map(_word, verdicts)).most_common())


def link(paper, item):
    """A link from a page of the guide to the rows of an item, with their verdicts."""
    verdicts = [row[-1] for row in rows() if row[:2] == (paper, item)]
    return f"[{counted(verdicts)}](../ledger/{name(paper)}.md#{slug(item)})"


def pages():
    """The text of the ledger's pages by their names in the folder `ledger`."""
    papers = list(dict.fromkeys(row[0] for row in rows()))
    texts = {f"{name(paper)}.md": _page(paper) for paper in papers}
    table = ["| paper | rows |", "|---|---|"]
    for paper in papers:
        words = counted(row[-1] for row in rows() if row[0] == paper)
        table.append(f"| [{OWN.get(paper, paper)}]({name(paper)}.md) | {words} |")
    contents = "\n".join(["```{toctree}", ":hidden:", "", *map(name, papers), "```"])
    return texts | {"index.md": "\n\n".join(["# The ledger", head(), "\n".join(table), contents])}


def _page(paper):
    parts = [f"# Ledger: {OWN.get(paper, paper)}"]
    parts += [f"Back to [the guide to this paper](../guide/{paper}.md)."] * (paper not in OWN)
    for item in dict.fromkeys(row[1] for row in rows() if row[0] == paper):
        mine = [row[2:] for row in rows() if row[:2] == (paper, item)]
        parts.append(f"## {item}")
        parts += _table([row for row in mine if _word(row[-1]) != ALONE])
        alone = [row for row in mine if _word(row[-1]) == ALONE]
        parts += [f"Measured here alone, nothing of it printed: {len(alone)} rows."] * bool(alone)
        parts += _table(alone, COLUMNS[:-1])
    return "\n\n".join(parts) + "\n"


def _table(mine, columns=COLUMNS):
    """A table of rows in Markdown, in a list; none of no rows."""
    lines = [_line(columns), "|---" * len(columns) + "|"]
    lines += [_line(map(as_text, row[: len(columns)])) for row in mine]
    return ["\n".join(lines)] if mine else []


def as_text(text):
    """A text without meaning for Markdown: P* is no emphasis."""
    return re.sub(r"([\\*_`$<>\[\]{}~^])", r"\\\1", text)


def _word(verdict):
    return re.split("[:;]", verdict)[0]
