"""A guide to each paper, in one table: an equation, the function that is it, where a notebook explains it, its rows.

Nothing is listed by hand but the papers themselves, in papers.csv: the functions are those whose docstrings cite the
place, the sections those that use them, quote its rows or name it, and the rows are the ledger's.
"""

import csv
from functools import cache

from . import DOCS
from .citations import citations
from .ledger_pages import as_text, link, rows
from .notebooks import about, openings, quoting, saying, sections, using

MOST = 3  # sections that a cell names
ORDER = ("section", "page", "eq.", "theorem", "algorithm", "table", "fig.")


@cache
def papers():
    """The rows of papers.csv by their keys."""
    with open(DOCS / "papers.csv", encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def pages():
    """The text of the guide's pages by their names in the folder `guide`."""
    lines = ["| paper | notebooks | ledger |", "|---|---|---|"]
    for key, paper in papers().items():
        mine = ", ".join(f"[{name[:2]}](../notebooks/{name}.ipynb)" for name in about(paper))
        count = sum(row[0] == key for row in rows())
        ledger = f"[{count} rows](../ledger/{key}.md)" if count else "-"
        lines.append(
            f"| [{paper['authors']}: *{as_text(paper['title'])}*]({key}.md), {paper['where']} | {mine} | {ledger} |"
        )
    contents = "\n".join(["```{toctree}", ":hidden:", "", *papers(), "```"])
    texts = {f"{key}.md": page(key) for key in papers()}
    return texts | {"index.md": "\n\n".join(["# Reading guides", INTRODUCTION, "\n".join(lines), contents])}


INTRODUCTION = (
    "With the paper open on one side: for each equation, table and figure that is reproduced here the function that is "
    "it, the section of a notebook that explains it and the rows of the ledger that compare its numbers."
)


def page(key):
    """The guide to one paper."""
    paper = papers()[key]
    exact = {(each.module, each.name) for each in citations() if each.paper == key and each.place}
    whole = [each for each in citations() if each.paper == key and (each.module, each.name) not in exact]
    lines = [f"# {as_text(paper['title'])}", f"{paper['authors']}, {paper['where']}. Here: {key}."]
    told = [f"[{openings()[name].title}](../notebooks/{name}.ipynb)" for name in about(paper)]
    lines += [f"Notebooks about it: {', '.join(told)}."] * bool(told)
    lines += [f"Cited as a whole by {', '.join(map(_object, whole))}."] * bool(whole)
    table = _table(key, about(paper))
    return "\n\n".join([*lines, "\n".join(table) if len(table) > 2 else "No equation of it is cited by itself."]) + "\n"


def _table(key, notebooks):
    lines = ["| in the paper | function or study | explained in | ledger |", "|---|---|---|---|"]
    items = list(dict.fromkeys(row[1] for row in rows() if row[0] == key))
    cited = {}
    for each in citations():
        if each.paper == key and each.place:
            cited.setdefault(each.place, []).append(each)
    for place in sorted({*cited, *items}, key=_rank):
        code = [_object(each) for each in cited.get(place, [])]
        code += [f"`reproductions/{study}.py`" for study in (_studies().get((key, place), []))]
        where = _explained(key, place, cited.get(place, []), notebooks)
        ledger = link(key, place) if place in items else "-"
        lines.append(f"| {as_text(place)} | {'<br>'.join(code) or '-'} | {where} | {ledger} |")
    return lines


def _rank(place):
    """Equations before tables before figures, and what is none of these behind, each by its number."""
    word, _, number = place.partition(" ")
    parts = [int(part) for part in number.split(",")[0].split(".") if part.isdigit()]
    return (ORDER.index(word) if word in ORDER else len(ORDER), parts, place)


def _explained(key, place, cited, notebooks):
    """Links to the sections about a place: that quote its rows, use a function that cites it, or name it."""
    names = {each.name.split(".")[0] for each in cited} - {"", "_"}
    found = [*quoting(key, place), *saying(place, notebooks)]
    found += [each for name in sorted(names) for each in using(name) if each.notebook in notebooks or not notebooks]
    found = [section for section in sections() if section in found]
    links = [section.link.replace("](", "](../", 1) for section in found[:MOST]]
    return "<br>".join(links + [f"and {len(found) - MOST} more"] * (len(found) > MOST)) or "-"


@cache
def _studies():
    """The studies that measure an item, by paper and item."""
    from reproductions import ledger

    found = {}
    for key, row in ledger.results().items():
        studies = found.setdefault(key[:2], [])
        studies += [row["study"]] * (row["study"] not in studies)
    return found


def _object(each):
    """A link to an object in the reference; a name in code of what is not listed there."""
    from .api import listed

    full = ".".join(filter(None, (each.module, each.name)))
    short = full.removeprefix("classicnets.").removeprefix("pruning.")
    return f"{{py:obj}}`{short} <{full}>`" if full in listed() else f"`{short}`"
