"""What a study's numbers depend on, in sixteen digits: the code of all that it imports, and the data that come with it.

The code is taken as a syntax tree, so that comments, docstrings and line breaks make no difference. Left out are what
only shows numbers or runs studies, how work is shared out among our threads, which changes no digit (test_threads.py
holds it to that; the last digits of a BLAS depend on its own), and how many seeds there are. Of a package the modules
count that are used.
"""

import ast
import hashlib
import sys
from functools import cache
from pathlib import Path
from threading import Lock

HOUSE = Path(__file__).parent.parent
ASIDE = (
    "classicnets.plotting", "reproductions.drawing", "reproductions.ledger", "reproductions.showing",
    "reproductions.exploring", "reproductions.study", "classicnets.threads",
)  # fmt: skip
DATA = "classicnets.datasets"

_one_at_a_time = Lock()  # Python 3.11 makes syntax trees in one thread only: in two SystemError, now and then


def digest(*parts):
    """Sixteen hexadecimal digits of these texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@cache
def code_digest(name):
    """Of the code that the module of this full name runs, and of the data that it can read.

    A process that lives on is asked again, about other modules: all that it has loaded is read at the first time, and
    what a file has become since is not taken for what runs.
    """
    with _one_at_a_time:
        for module in filter(_path, list(sys.modules)):
            _tree(module)
        modules = sorted(reached(name))
        texts = map(_code, modules)
        files = sorted((HOUSE / "classicnets").glob("datasets/data/*")) * any(m.startswith(DATA) for m in modules)
        return digest(*texts, *(_data(file) for file in files))


@cache
def _code(module):
    kept = [node for node in _tree(module).body if not _counts(node)]
    return digest(module, canonical(ast.Module(kept, [])))


def _counts(node):
    """Whether a statement says how many seeds there are: what comes of it is in the digest of the tasks."""
    names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)] if isinstance(node, ast.Assign) else []
    return "RECORDED" in names


@cache
def _data(path):
    text = path.read_bytes().decode("latin-1").replace("\r\n", "\n")  # the same on every system
    return digest(path.name, text)


def reached(name):
    """The full names of the modules of ours that a module uses, itself among them.

    A module that registers its own forms for a kind of network is used by whoever uses that kind.
    """
    found, waiting = set(), {name}
    while waiting:
        found |= waiting
        new = set().union(*map(imported, waiting))
        new |= {module for module, kinds in _forms().items() if kinds & found}
        waiting = new - found
    return found


@cache
def imported(name):
    """The full names of the modules of ours in which the names that a module imports are defined."""
    found = set()
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.ImportFrom):
            found |= {_origin(_package(name, node), alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if _path(alias.name)}
    return {module for module in found if module and module not in ASIDE}


def _package(name, node):
    """The full name of what is imported from, in `from ..package import something`."""
    if not node.level:
        return node.module
    parts = name.split(".")
    parts = parts[: len(parts) - node.level + (_path(name).name == "__init__.py")]
    return ".".join([*parts, *([node.module] if node.module else [])])


@cache
def _origin(package, name):
    """The module in which `name`, imported from a module or package, is defined; None where it is not of ours."""
    if _path(f"{package}.{name}"):
        return f"{package}.{name}"
    path = _path(package)
    if path and path.name == "__init__.py":
        for node in _tree(package).body:
            if isinstance(node, ast.ImportFrom) and name in [alias.asname or alias.name for alias in node.names]:
                return _origin(_package(package, node), name)
    return package if path else None


@cache
def _path(name):
    """The file of a module of ours, or None."""
    place = HOUSE.joinpath(*name.split("."))
    files = (
        [place.with_suffix(".py"), place / "__init__.py"] if name.startswith(("classicnets", "reproductions")) else []
    )
    return next((file for file in files if file.is_file()), None)


@cache
def _tree(name):
    return ast.parse(_path(name).read_text(encoding="utf-8"))


@cache
def _forms():
    """The modules that register forms of their own, and the modules of the kinds of networks they import."""
    modules = [f"classicnets.{path.stem}" for path in (HOUSE / "classicnets").glob("*.py") if path.stem != "__init__"]
    kinds = {module for module in modules if any(_is_network(node) for node in _tree(module).body)}
    return {module: imported(module) & kinds for module in modules if "attr='register'" in ast.dump(_tree(module))}


def _is_network(node):
    bases = getattr(node, "bases", []) if isinstance(node, ast.ClassDef) else []
    return any(getattr(base, "id", "") in ("Network", "Layered") for base in bases)


def canonical(node):
    """A syntax tree as text, the same for every version of Python: no docstrings, no empty fields, no positions."""
    if isinstance(node, list):
        return f"[{','.join(map(canonical, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {name: value for name, value in ast.iter_fields(node) if value not in (None, []) and name != "kind"}
    if isinstance(fields.get("body"), list) and isinstance(fields["body"][0], ast.Expr):
        docstring = isinstance(fields["body"][0].value, ast.Constant) and isinstance(fields["body"][0].value.value, str)
        fields["body"] = fields["body"][docstring:]
    return f"{type(node).__name__}({','.join(f'{name}={canonical(value)}' for name, value in fields.items())})"
