"""The reference: a page a module, from its docstrings, and the public names in reading order."""

import inspect
import pkgutil
from functools import cache
from importlib import import_module

import classicnets

INSIDE = ("kernels", "checks", "pages", "__main__")  # what is not for readers who call the library


@cache
def modules():
    """The modules that the reference shows, in the order of the public names, then the others by their names."""
    found = [each.name for each in pkgutil.walk_packages(classicnets.__path__, "classicnets.")]
    found = [name for name in found if name.split(".")[1] not in INSIDE and _documented(name)]
    first = [_home(getattr(classicnets, name)) for name in classicnets.__all__]
    return list(dict.fromkeys([name for name in first if name in found] + sorted(found)))


@cache
def listed():
    """The full names of all that the reference shows: modules, their functions and classes, and methods."""
    names = set(modules())
    for name in modules():
        for member, thing in _documented(name):
            names.add(f"{name}.{member}")
            names |= {f"{name}.{member}.{method}" for method in _methods(thing)} if inspect.isclass(thing) else set()
    return names


def _documented(module):
    """(name, object) of what a module defines itself, with a docstring, for others."""
    members = vars(import_module(module)).items()
    return [
        (name, each)
        for name, each in members
        if not name.startswith("_") and _home(each) == module and callable(each) and inspect.getdoc(each)
    ]


def _methods(cls):
    return [name for name, each in vars(cls).items() if not name.startswith("_") and inspect.getdoc(each)]


def _home(thing):
    return getattr(thing, "__module__", None)


def pages():
    """The text of the reference's pages by their names in the folder `api`."""
    texts = {f"{name}.rst": _page(name) for name in modules()}
    lines = ["| name | what |", "|---|---|"]
    for name in classicnets.__all__:
        thing = getattr(classicnets, name)
        lines.append(f"| {{py:obj}}`{name} <{_home(thing)}.{thing.__name__}>` | {_first(thing)} |")
    contents = "\n".join(["```{toctree}", ":hidden:", "", *modules(), "```"])
    return texts | {"index.md": "\n\n".join(["# Reference", INTRODUCTION, "\n".join(lines), contents])}


def _page(module):
    """A page in reStructuredText, which autodoc writes."""
    title = module.removeprefix("classicnets.")
    return f"{title}\n{'=' * len(title)}\n\n.. automodule:: {module}\n"


INTRODUCTION = (
    "What `import classicnets as cn` offers, in reading order; each name leads to the module where it is defined, with "
    "its source. Networks and Hessians first, then training, then a module a paper."
)


def _first(thing):
    """The first sentence of a docstring, as plain text."""
    from .ledger_pages import as_text

    return as_text(inspect.getdoc(thing).split("\n\n")[0].replace("\n", " ")).replace("|", "\\|")
