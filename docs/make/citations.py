"""Which equations, figures and tables of which paper the code names: read from its docstrings, not listed by hand."""

import ast
import re
from dataclasses import dataclass
from functools import cache, partial

from . import ROOT

YEAR = r"\((\d{4})[a-z]?(?:, [A-Z]\w+)?\)"
AUTHORS = re.compile(rf"(?<!Brain )\b(Le Cun|[A-Z][a-z]+)(?:, [A-Z][\w-]+)*(?: & [A-Z][\w-]+| et al\.)? {YEAR}"
                     r"|\b(Surgeon's|Le Cun's)")  # fmt: skip
BY_NAME = {"Surgeon's": "hassibi1993", "Le Cun's": "lecun1990"}
WORDS = {"eq": "eq.", "fig": "fig.", "sec": "section", "section": "section", "table": "table", "theorem": "theorem",
         "algorithm": "algorithm", "p": "page"}  # fmt: skip
PLACE = re.compile(r"\b(eq|fig|sec|section|table|theorem|algorithm|p)(?:s?\.|s)? (\d+(?:\.\d+)*)"
                   r"((?:(?:, | and |-)\d+(?:\.\d+)*\b(?! to ))*)", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, order=True)
class Citation:
    """That an object names a place of a paper, "eq. 5", or "" for the whole; a module's own name is ""."""

    paper: str
    place: str
    module: str
    name: str


@cache
def citations():
    """All of them in classicnets, in the order of the code."""
    found = []
    for path in sorted((ROOT / "classicnets").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name, text in documented(ast.parse(path.read_text(encoding="utf-8"))):
            found += [Citation(*where, module, name) for where in cited(text, _paper_of(module))]
    return list(dict.fromkeys(found))


def documented(tree, above=""):
    """Names, dotted within the module, and docstrings, of the module itself ("") and what is defined in it."""
    yield above, ast.get_docstring(tree) or ""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield from documented(node, f"{above}.{node.name}".strip("."))


def cited(text, default=None):
    """(paper, place) of all that a text cites, the paper as its key: of "Le Cun et al. (1990), eq. 5" lecun1990, eq. 5.

    What stands before the first paper of a paragraph belongs to `default`, the paper that the module is about.
    """
    pairs = []
    for paragraph in re.split(r"\n\s*\n", text):
        starts = [*AUTHORS.finditer(paragraph := " ".join(paragraph.split()))]
        keys = [default, *map(_key, starts)]
        edges = [0, *map(partial(_edge, paragraph), starts), len(paragraph)]
        for paper, begin, end in zip(keys, edges, edges[1:], strict=False):
            places = [place for found in PLACE.finditer(paragraph[begin:end]) for place in _places(found)]
            pairs += [(paper, place) for place in places]
        pairs += [(_key(found), "") for found in starts if found[2]]
    return list(dict.fromkeys((paper, place) for paper, place in pairs if paper))


def _key(found):
    """The citation key: the first author and the year."""
    author, year, name = found.groups()
    return BY_NAME[name] if name else author.replace(" ", "").lower() + year


def _edge(paragraph, found):
    """Where the words about a paper begin: at its authors, or before them, as in "eq. 5 of Hassibi & Stork (1993)"."""
    before = [place for place in PLACE.finditer(paragraph) if paragraph[place.end() : found.start()] == " of "]
    return before[0].start() if before else found.start()


def _paper_of(module):
    name = module.rsplit(".", 1)[-1]
    return name if re.fullmatch(r"[a-z]+\d{4}", name) else None


def _places(found):
    """Each place of "eqs. 17-18" or "figs. 1 and 2" by itself."""
    word, numbers = WORDS[found[1].lower()], [found[2]]
    for sign, number in re.findall(r"(, | and |-)(\d+(?:\.\d+)*)", found[3]):
        first = int(numbers[-1]) + 1 if sign == "-" and number.isdigit() and numbers[-1].isdigit() else None
        numbers += map(str, range(first, int(number) + 1)) if first else [number]
    return [f"{word} {number}" for number in numbers]
