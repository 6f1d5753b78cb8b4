"""The committed notebooks as they are read here: their sections, what is used in each and which paper each is about."""

import json
import re
from dataclasses import dataclass
from functools import cache

from . import NOTEBOOKS, slug


@dataclass(frozen=True)
class Section:
    """A part of a notebook under a heading; `text` and `code` are those of its cells."""

    notebook: str
    title: str
    text: str
    code: str

    @property
    def link(self):
        """A link in Markdown to it, from the top of the site; to its notebook where the heading has more than words."""
        plain = not re.search(r"[$*_`\\]", self.title)
        place = f"notebooks/{self.notebook}.ipynb" + (f"#{slug(self.title)}" if plain else "")
        return f"[{self.notebook[:2]}: {self.title}]({place})"


@cache
def sections():
    """All sections of all notebooks, in their order; what stands under the first heading is one too."""
    found = []
    for path in NOTEBOOKS:
        parts = []
        for kind, source in cells(path):
            pieces = re.split(r"^#{1,2} (.+)$", source, flags=re.MULTILINE) if kind == "markdown" else [source]
            if parts:
                parts[-1][kind] += pieces[0] + "\n"
            parts += [
                {"title": title.strip(), "markdown": text, "code": ""}
                for title, text in zip(pieces[1::2], pieces[2::2], strict=True)
            ]
        found += [Section(path.stem, part["title"], part["markdown"], part["code"]) for part in parts]
    return found


@cache
def openings():
    """The first section of each notebook, by its name: title, papers, the question."""
    first = {}
    for section in sections():
        first.setdefault(section.notebook, section)
    return first


def cells(path):
    """(kind, source) of each cell of a notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]


def question(notebook):
    """The question that a notebook says it is about, with the sentence before it, which says what of."""
    text = openings()[notebook].text.partition("**The question.**")[2]
    text = " ".join(re.sub(r"\s*\$\$.*?\$\$", ".", text, flags=re.DOTALL).split())
    sentences = re.findall(r"[^.?!]+(?:\.\d[^.?!]*)*[.?!]\*?", text)
    asked = next((i for i, sentence in enumerate(sentences) if "?" in sentence), None)
    return "" if asked is None else "".join(sentences[max(0, asked - 1) : asked + 1]).strip()


def about(paper):
    """The notebooks whose opening cites a paper, a row of papers.csv, by its title, in italics or as a link."""
    title = re.compile(r"[*_[]" + re.escape(paper["title"].split(",")[0]), re.IGNORECASE)
    return [name for name, opening in openings().items() if title.search(" ".join(opening.text.split()))]


def using(name):
    """The sections in whose code a name stands; the openings only import it."""
    word, first = re.compile(rf"\b{re.escape(name)}\b"), openings().values()
    return [section for section in sections() if section not in first and word.search(section.code)]


def quoting(paper, item):
    """The sections that take rows of this item of the ledger, or of all of this paper's."""
    call = re.compile(rf'quote\("{re.escape(paper)}", "{re.escape(item)}"')
    return [section for section in sections() if call.search(section.code)]


def saying(place, notebooks):
    """The sections of these notebooks whose text names an equation, figure or table, as in "eq. 5"."""
    word, _, number = place.partition(" ")
    named = re.compile(rf"\b{re.escape(word.strip('.'))}\w*\.? {re.escape(number)}\b", re.IGNORECASE)
    return [section for section in sections() if section.notebook in notebooks and named.search(section.text)]
