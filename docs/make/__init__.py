"""What lays out the pages of the site and builds the slides, from the repository's own files.

`python -m docs.make FOLDER` writes the sources of the site for Sphinx, `python -m docs.make.slides FOLDER` the slides.
"""

import re
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MATHJAX = "sphinx-mathjax-offline"  # the package that has MathJax 3 with its tex-svg-full.js
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.ipynb"))


def slug(title):
    """The anchor of a heading, as MyST makes it."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower().replace(" ", "-"))


def mathjax():
    """MathJax in one file, with all its extensions and SVG for letters, so that it fetches neither."""
    return distribution(MATHJAX).locate_file(f"{MATHJAX}/static/mathjax/tex-svg-full.js")
