"""The map of the course: which notebook needs which, as a picture with links and as a table."""

import re
import textwrap
from html import escape

from . import guide
from .notebooks import about, openings, question

TRUNK = ("01", "02", "03", "04")
WIDE, HIGH, RIGHT, DOWN = 190, 66, 40, 22  # of a box, and between boxes


def page():
    """The page in Markdown, from the top of the site."""
    lines = ["| notebook | the question | papers | needs |", "|---|---|---|---|"]
    for name in openings():
        papers = ", ".join(f"[{key}](guide/{key}.md)" for key, paper in guide.papers().items() if name in about(paper))
        needed = ", ".join(needs(name)) or "-"
        lines.append(f"| [{title(name)}](notebooks/{name}.ipynb) | {question(name)} | {papers or '-'} | {needed} |")
    return "\n\n".join(["# The course", INTRODUCTION, picture(), "\n".join(lines)]) + "\n"


INTRODUCTION = (
    "An arrow leads from what a notebook needs to what it explains. The shortest way from an error surface to GPTQ is "
    "01, 02, 03, 04, 15; whoever has a network to prune reads 01 to 04 and 14."
)


def title(name):
    return openings()[name].title


def needs(name):
    """The numbers of the notebooks that one says it needs. ValueError where it says nothing of it."""
    said = re.search(r"\*\*You need:\*\*(.*?)\n- ", openings()[name].text, re.DOTALL)
    if not said:
        raise ValueError(f"{name}: expected an item 'You need:' in its first cell; got none")
    return tuple(sorted(re.findall(r"\]\((\d\d)_", said[1])))


def arrows():
    """(from, to) by number: all needs but those that a needed notebook has too."""
    known = {name[:2]: needs(name) for name in openings()}
    reach = {}
    for number in known:
        reach[number] = {*known[number]}.union(*(reach[other] for other in known[number]))
    return [(other, n) for n in known for other in known[n] if not any(other in reach[third] for third in known[n])]


def places():
    """(column, row) of each notebook: the trunk on the left, the others one column right of the last that they need."""
    columns = {}
    for name in openings():
        needed = [columns[other] for other in columns if other[:2] in needs(name)]
        columns[name] = 0 if name[:2] in TRUNK else 1 + max(needed, default=0)
    rows = {}
    for column in range(1 + max(columns.values())):
        mine = [name for name in columns if columns[name] == column]
        mine.sort(key=lambda name: min((rows[other] for other in rows if other[:2] in needs(name)), default=0))
        rows |= {name: row for row, name in enumerate(mine)}
    return {name: (columns[name], rows[name]) for name in columns}


def picture():
    """The map as SVG, whose boxes are links, in one line: an empty line would end it in Markdown."""
    at = {name: (4 + c * (WIDE + RIGHT), 4 + r * (HIGH + DOWN)) for name, (c, r) in places().items()}
    width, height = (max(place[i] for place in at.values()) + size + 4 for i, size in enumerate((WIDE, HIGH)))
    lines = arrows()
    drawn = "".join(_arrow(at[first], at[name]) for name in at for first in at if (first[:2], name[:2]) in lines)
    head = '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    head += '<path d="M0 0 8 4 0 8z"/></marker></defs>'
    boxes = "".join(_box(name, *place) for name, place in at.items())
    return (
        f'<div class="course"><svg viewBox="0 0 {width} {height}" role="img" aria-label="Which notebook needs which">'
        f"{head}{drawn}{boxes}</svg></div>"
    )


def _arrow(start, end):
    """From a box to the one below it, or from its right side to the left side of another."""
    if start[0] == end[0]:
        x = start[0] + WIDE / 2
        return f'<path class="arrow" marker-end="url(#tip)" d="M{x} {start[1] + HIGH}L{x} {end[1] - 2}"/>'
    x, y, to, down = start[0] + WIDE, start[1] + HIGH / 2, end[0] - 2, end[1] + HIGH / 2
    way = f"M{x} {y}"
    while to - x > RIGHT:  # past the boxes of a column, between its rows
        between = end[1] + (HIGH + DOWN / 2 if start[1] >= end[1] else -DOWN / 2)
        way += f"{_bow(x, y, between)}h{WIDE}"
        x, y = x + RIGHT + WIDE, between
    return f'<path class="arrow" marker-end="url(#tip)" d="{way}{_bow(x, y, down, to - x)}"/>'


def _bow(x, y, down, right=RIGHT):
    """The part of an arrow that leads over the gap between two columns, to another height."""
    return f"C{x + right / 2} {y} {x + right / 2} {down} {x + right} {down}"


def _box(name, x, y):
    words = textwrap.wrap(title(name), 25)
    first = y + HIGH / 2 - 8.5 * (len(words) - 1) + 5
    text = "".join(f'<text x="{x + 10}" y="{first + 17 * i}">{escape(line)}</text>' for i, line in enumerate(words))
    return f'<a href="notebooks/{name}.html"><rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6"/>{text}</a>'
