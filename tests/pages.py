"""What is shown to readers: the committed notebooks with their outputs, and what a browser would fetch for a page."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.ipynb"))  # of the exercises

# a link that a reader may click is not fetched; scripts, styles, fonts and pictures are
FETCHED = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|embed|object)\b[^>]*?\b(?:src|srcset|href|data)\s*=\s*["']?(?:https?:)?//
    | @import\s+["']?(?:https?:)?//
    | \burl\(\s*["']?(?:https?:)?//
    | \b(?:import|fetch|require|importScripts)\s*\(?\s*\[?["'](?:https?:)?//
    | !\[[^]]*\]\(\s*(?:https?:)?//
    """,
    re.IGNORECASE | re.VERBOSE,
)


def fetched(page):
    """The beginnings of all places where a page asks for something from the net."""
    return [match[0][:80] for match in FETCHED.finditer(page)]


def cells(notebook, kind):
    """The sources of all cells of a kind, "code" or "markdown"."""
    return ["".join(cell["source"]) for cell in _read(notebook) if cell["cell_type"] == kind]


def shown(notebook, kind):
    """All outputs of a kind, such as "text/html"; "text/plain" has what is printed too."""
    texts = []
    for output in (output for cell in _read(notebook) for output in cell.get("outputs", ())):
        texts.append(output.get("data", {}).get(kind, ""))
        if kind == "text/plain":
            texts.append(output.get("text", ""))
    return ["".join(text) for text in texts if text]


def executed(notebook):
    """The numbers of the code cells in the order of their execution; None for one that was not."""
    return [cell["execution_count"] for cell in _read(notebook) if cell["cell_type"] == "code"]


def _read(notebook):
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]
