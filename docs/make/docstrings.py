"""Docstrings are plain English with formulas; Sphinx wants its own marks, which would take |w|^2 or w_q for some."""

import re

MARKS = re.compile(r"([\\*|_])")
CODE = re.compile(r"(`[^`]+`)")
ARGUMENT = re.compile(r"^(\w+(?:, \w+)*): (?=\S)")


def as_written(app, what, name, obj, options, lines):
    """The handler of autodoc: replaces, in place, a docstring by one that looks as it is written."""
    lines[:] = marked(lines)


def marked(lines):
    """The lines of a docstring as reStructuredText: indented ones are shown as they stand, arguments become a list."""
    done = []
    for block in _blocks(lines):
        if block[0].startswith(" "):
            done += ["::", "", *("    " + line for line in block), ""]  # what is indented is code for both
            continue
        for item in _items(block):
            done += [_prose(item), ""]
    return done


def _blocks(lines):
    """Paragraphs, and what is indented further in one piece, whatever stands between."""
    block = []
    for line in [*lines, ""]:
        if block and (not line.strip() or line.startswith(" ") != block[0].startswith(" ")):
            yield block
            block = []
        if line.strip():
            block.append(line)


def _items(block):
    """A paragraph as one text, or as several where lines begin with the name of an argument."""
    items = [[]]
    for line in block:
        if ARGUMENT.match(line) and items[-1]:
            items.append([])
        items[-1].append(line.strip())
    return [" ".join(item) for item in items]


def _prose(text):
    argument = ARGUMENT.match(text)
    if argument:
        return f"- **{_escaped(argument[1])}**: {_prose(text[argument.end() :])}"
    parts = CODE.split(text)
    return "".join(f"``{part.strip('`')}``\\ " if CODE.fullmatch(part) else _escaped(part) for part in parts)


def _escaped(text):
    return MARKS.sub(r"\\\1", text)
