"""`python -m docs.make.slides FOLDER`: the decks of docs/slides and their handouts, each number taken from the ledger.

A deck is Markdown: slides between lines of three dashes, the speaker's notes behind a line "Notes:", numbers as gaps
that reproductions/quoting.py fills. reveal.js and MathJax come from installed packages: nothing is fetched later.
"""

import re
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from classicnets.pages.__main__ import PAGES
from reproductions.quoting import fill

from . import DOCS, ROOT, emptied, mathjax, write

REVEAL = "sphinx_revealjs/_static/revealjs"  # in the package sphinx-revealjs
FETCHED = {"dist/reset.css": "reset.css", "dist/reveal.css": "reveal.css", "dist/reveal.js": "reveal.js",
           "plugin/notes/notes.js": "notes.js"}  # fmt: skip
PICTURE = re.compile(r"(!\[[^]]*\])\(([^)]+)\)")
FRAME = re.compile(r"<iframe[^>]*data-src=\"([^\"]+)\"[^>]*></iframe>")
PLACE = r"<p class='frame'>To play with: \1</p>"  # what stands on paper for a page to play with
TEMPLATES = DOCS / "slides" / "templates"


@dataclass(frozen=True)
class Slide:
    """A slide and what is said to it, both in HTML."""

    shown: str
    said: str


def main(arguments):
    """Write all decks and handouts, with what they show, into a folder, which is emptied before."""
    folder = emptied(arguments)
    if folder is None:
        return 2
    (folder / "own").mkdir(parents=True)
    for path in decks():
        text = path.read_text(encoding="utf-8")
        write(folder / f"{path.stem}.html", deck(text))
        write(folder / f"{path.stem}_handout.html", handout(text))
        for _, name in PICTURE.findall(text):
            shutil.copy(ROOT / name, folder / Path(name).name)
    write(folder / "index.html", _filled("index", title="Slides", slides="".join(map(_entry, decks()))))
    _bundle(folder)
    return 0


def decks():
    """The files of the decks, in the order in which they are given."""
    return sorted((DOCS / "slides").glob("*.md"))


def deck(text):
    """A deck in HTML for reveal.js."""
    shown = ((FRAME.sub(rf"\g<0>{PLACE}", each.shown), each.said) for each in slides(text))
    sections = [f"<section>{slide}<aside class='notes'>{said}</aside></section>" for slide, said in shown]
    return _filled("deck", title=title(text), slides="\n".join(sections))


def handout(text):
    """The same on paper: every slide with its notes, a page to play with as the place where it is."""
    parts = []
    for number, each in enumerate(slides(text), 1):
        shown = FRAME.sub(PLACE, each.shown)
        parts.append(
            f"<article><div class='slide'>{shown}<i>{number}</i></div><div class='said'>{each.said}</div></article>"
        )
    return _filled("handout", title=title(text), slides="\n".join(parts))


def title(text):
    """What the first slide is headed by."""
    return re.search(r"^# (.+)$", text, re.MULTILINE)[1]


def slides(text):
    """The slides of a deck. ValueError for a number that the ledger has not, or a picture that is not there."""
    made = []
    for part in re.split(r"^---\n", PICTURE.sub(_beside, fill(text)), flags=re.MULTILINE):
        shown, _, said = part.partition("\nNotes:\n")
        made.append(Slide(_html(shown), _html(said)))
    return made


def _beside(found):
    """A picture of the repository as one that is copied beside the deck."""
    if not (ROOT / found[2]).exists():
        raise ValueError(f"picture: expected a file of the repository; got {found[2]}")
    return f"{found[1]}({Path(found[2]).name})"


def _html(text):
    """Markdown with tables and HTML; formulas are left to MathJax."""
    parser = MarkdownIt("commonmark", {"html": True, "typographer": False}).enable("table")
    parser.use(dollarmath_plugin, renderer=_formula, double_inline=True, allow_labels=False)
    return parser.render(text)


def _formula(content, options):
    content = content.strip().replace("&", "&amp;").replace("<", "&lt;")
    return f"\\[{content}\\]" if options["display_mode"] else f"\\({content}\\)"


def _filled(template, **parts):
    """A template with each of the parts at its {{name}}."""
    page = (TEMPLATES / f"{template}.html").read_text(encoding="utf-8")
    for name, text in parts.items():
        page = page.replace(f"{{{{{name}}}}}", text)
    return page


def _entry(path):
    text = path.read_text(encoding="utf-8")
    links = f'<a href="{path.stem}.html">slides</a>, <a href="{path.stem}_handout.html">handout</a>'
    return f"<li>{title(text)}: {links}</li>"


def _bundle(folder):
    """What the decks load: reveal.js, MathJax, the house's style, and the pages to play with."""
    for name, short in FETCHED.items():
        shutil.copy(distribution("sphinx-revealjs").locate_file(f"{REVEAL}/{name}"), folder / "own" / short)
    shutil.copy(mathjax(), folder / "own" / "mathjax.js")
    for path in TEMPLATES.glob("*.css"):
        shutil.copy(path, folder / "own")
    (folder / "play").mkdir()
    for name, make in PAGES.items():
        make().save(folder / "play" / name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
