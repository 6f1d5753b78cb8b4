"""What lays out the pages of the site and builds the slides, from the repository's own files.

`python -m docs.make FOLDER` writes the sources of the site for Sphinx, `python -m docs.make.slides FOLDER` the slides.
"""

import re
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MATHJAX = "sphinx-mathjax-offline"  # the package that has MathJax 3 with its tex-svg-full.js
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.ipynb"))


def emptied(arguments):
    """The folder that a command line names, with nothing in it; None, said to the user, where it names none."""
    if len(arguments) != 1:
        print(f"FOLDER: expected a folder to write; got {' '.join(arguments) or 'none'}", file=sys.stderr)
        return None
    folder = Path(arguments[0])
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def write(path, text):
    """A page, with the same line breaks on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def slug(title):
    """The anchor of a heading, as MyST makes it."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower().replace(" ", "-"))


def mathjax():
    """MathJax in one file, with all its extensions and SVG for letters, so that it fetches neither."""
    return distribution(MATHJAX).locate_file(f"{MATHJAX}/static/mathjax/tex-svg-full.js")
