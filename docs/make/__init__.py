"""What lays out the pages of the site and builds the slides, from the repository's own files.

`python -m docs.make FOLDER` writes the sources of the site for Sphinx, `python -m docs.make.slides FOLDER` the slides.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def slug(title):
    """The anchor of a heading, as MyST makes it."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower().replace(" ", "-"))
