"""A page that stands alone: a template with its style, its script and its data in one file, and nothing from the net.

Plain SVG and a few hundred lines of script: a library that draws both networks and curves would be larger than what it
draws, and none lays out a network as `draw_network` does.
"""

import json
import math
from html import escape
from importlib.resources import files
from string import Template

import numpy as np

from .. import checks
from ..files import replacing

HEIGHT = 720  # of the frame in a notebook, in pixels
FRAME = '<iframe title="{title}" srcdoc="{page}" style="width:100%;height:{height}px;border:0"></iframe>'


class Page:
    """A page of HTML, as the text `html`. A notebook shows it where it is the last thing in a cell."""

    def __init__(self, title, html):
        self._title, self.html = title, html

    def __repr__(self):
        return f"Page {self._title!r} of {len(self.html.encode()) / 1000:.0f} kB"

    def _repr_html_(self):
        # a frame of its own: neither its style nor its keys meddle with the notebook's
        return FRAME.format(title=escape(self._title), page=escape(self.html), height=HEIGHT)

    def save(self, file):
        """Write the page to a file, whole or not at all."""
        path = checks.file("file", file)
        if path.is_dir() or not path.parent.is_dir():
            raise FileNotFoundError(f"file: expected a file in a folder that is there; got {path}")
        with replacing(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(self.html)


def page(package, name, title, data):
    """The Page of the templates `name`.html and `name`.js that lie in a package, with `data`, plain numbers and texts.

    `data` is written so that no text in it can end the script: every < is escaped.
    """
    own, shared = files(package) / "templates", files(__package__) / "templates"
    frame = Template(_text(shared, "frame.html"))
    script = _text(shared, "draw.js") + _text(shared, "curves.js") + _text(own, f"{name}.js")
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = {"style": _text(shared, "page.css"), "body": _text(own, f"{name}.html"), "script": script}
    return Page(title, frame.substitute(parts, title=escape(title), data=text))


def _text(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def plain(values, digits=4):
    """Numbers of any shape as nested lists of so many significant digits; NaN is None, infinity a text."""
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, list):
        return [plain(value, digits) for value in values]
    if math.isfinite(values):
        return float(f"{values:.{digits}g}")
    return None if math.isnan(values) else "Infinity" if values > 0 else "-Infinity"
