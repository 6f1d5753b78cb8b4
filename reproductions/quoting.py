"""What a notebook or a slide takes from the ledger: as it stands there, so that a test can see when it is too old."""

import re
from fnmatch import fnmatchcase
from html import escape

from . import ledger, showing

MOST_OPEN = 12  # longer tables are folded
TEXTS = ("item", "row", "quantity", "statistic", "verdict")
GAP = re.compile(r"{([^{}|]+(?:\|[^{}|]+){3,4})}")  # {PAPER | ITEM | ROW | QUANTITY | which:form}
NUMBERS = ("value", "low", "high", "q1", "q3", "best", "paper_quantile")


def quote(paper, item="*", row="*", quantity="*"):
    """Our rows of a paper by (row, quantity); under the cell the same rows are shown as they stand in the ledger.

    item, row, quantity: patterns of the ledger's keys, in which * stands for anything; the item "exploration" is what
    was measured to find a reason, its rows the KEYs. Each row is a dict: "value", the ends "low" and "high" of its 95 %
    interval, "q1", "q3", "best" and "paper_quantile" as numbers, "seeds", and "printed", what the paper prints or None.
    ValueError where no row fits, or two of the same name.
    """
    from IPython.display import display  # only notebooks quote, and they have it

    known = ledger.explorations() if item == ledger.EXPLORATION else ledger.results()
    keys = [key for key in known if key[0] == paper and _fits(key[1:], (item, row, quantity))]
    if not keys:
        raise ValueError(f"paper, item, row, quantity: expected rows of the ledger; got {(paper, item, row, quantity)}")
    if len({key[2:] for key in keys}) < len(keys):
        raise ValueError(f"item: expected one for each row and quantity; got {sorted({key[1] for key in keys})}")
    display(Quotation(paper, showing.lines(keys)))
    return {key[2:]: _numbers(key, known[key]) for key in keys}


def fill(text):
    """A text with the ledger's numbers in its gaps, {PAPER | ITEM | ROW | QUANTITY}, as in findings.csv but for PAPER.

    A part more says which number and how it is written, such as low:.1f; "printed" is what the paper prints. The item
    "exploration" has KEY and NAME as row and quantity. ValueError for a row that the ledger has not.
    """
    known = ledger.results() | ledger.explorations()
    printed = {key: row | {"printed": row["paper_value"]} for key, row in ledger.targets().items()}

    def number_of(gap):
        *key, how = [part.strip() for part in gap[1].split("|")] + [":.4g"] * (gap[1].count("|") == 3)
        rows = printed if how.startswith("printed") else known
        if tuple(key) not in rows:
            raise ValueError(f"gap: expected a row of the ledger; got {gap[0]}")
        return showing.written(rows[tuple(key)], how)

    return GAP.sub(number_of, text)


def _fits(names, patterns):
    return all(fnmatchcase(name, pattern) for name, pattern in zip(names, patterns, strict=True))


def _numbers(key, ours):
    target = ledger.targets().get(key)
    numbers = {name: float(ours[name]) for name in NUMBERS}
    return {**numbers, "seeds": int(ours["seeds"]), "printed": float(target["paper_value"]) if target else None}


class Quotation:
    """Lines of the ledger: as text in its Markdown, on a page as a table under a title, folded if it is long."""

    def __init__(self, paper, lines):
        self.paper, self.lines = paper, lines

    def __repr__(self):
        return "\n".join("| " + " | ".join(cells) + " |" for cells in self.lines)

    def _repr_html_(self):
        rows = "".join(_row(cells[1:], "td") for cells in self.lines)
        title = f"from the ledger, {self.paper}: {len(self.lines)} rows"
        table = f"<table>{_row(showing.HEADER[1:], 'th')}{rows}</table>"
        state = " open" if len(self.lines) <= MOST_OPEN else ""
        return f"<details{state}><summary>{escape(title)}</summary>{table}</details>"


def _row(cells, tag):
    """A row of a table; what is text stands on the left, which a notebook's own style would put on the right."""
    sides = [' style="text-align:left"' * (name in TEXTS) for name in showing.HEADER[1:]]
    return "<tr>" + "".join(f"<{tag}{s}>{escape(c)}</{tag}>" for s, c in zip(sides, cells, strict=True)) + "</tr>"
