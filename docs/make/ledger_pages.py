"""The ledger on the site: a page a paper and a heading an item, so that a row can be linked and a page be read."""

import re
from collections import Counter
from functools import cache

from reproductions import showing

from . import slug

OWN = {"-": "comparisons of our own"}
COLUMNS = showing.HEADER[2:]
COLUMNS_ALONE = showing.HEADER_ALONE[2:]


@cache
def rows():
    """All rows of the ledger, tuples of the columns of showing.HEADER."""
    return [tuple(cells) for cells in showing.lines()]


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
    return texts | {"index.md": "\n\n".join(["# The ledger", showing.head(), "\n".join(table), contents])}


def _page(paper):
    parts = [f"# Ledger: {OWN.get(paper, paper)}"]
    parts += [f"Back to [the guide to this paper](../guide/{paper}.md)."] * (paper not in OWN)
    for item in dict.fromkeys(row[1] for row in rows() if row[0] == paper):
        mine = [row for row in rows() if row[:2] == (paper, item)]
        parts.append(f"## {item}")
        parts += _table([row for row in mine if row[-1] != showing.ALONE])
        alone = [row for row in mine if row[-1] == showing.ALONE]
        parts += [f"Measured here alone, nothing of it printed: {len(alone)} rows."] * bool(alone)
        parts += _table(alone, COLUMNS_ALONE)
    return "\n\n".join(parts) + "\n"


def _table(mine, columns=COLUMNS):
    """A table of rows in Markdown, in a list; none of no rows."""
    safe = [list(map(as_text, row)) for row in mine]
    return ["\n".join(showing.markdown(safe, columns))] if mine else []


def as_text(text):
    """A text without meaning for Markdown: P* is no emphasis."""
    return re.sub(r"([\\*_`$<>\[\]{}~^])", r"\\\1", text)


def _word(verdict):
    return re.split("[:;]", verdict)[0]
