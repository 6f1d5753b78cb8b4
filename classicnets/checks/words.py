"""Complaints: names of things, kinds of objects, files; and how they show what came."""

from pathlib import Path as File

import numpy as np


class Diverged(ValueError):
    """A network whose outputs, derivatives or Hessian are beyond all bounds: training and pruning end there."""


class Indefinite(Diverged):
    """A Hessian with negative curvature where a minimum was expected: its quadratic model predicts nothing."""


def choose(argument, name, options):
    """`options[name]`, or a ValueError that lists the names there are."""
    if isinstance(name, str) and name in options:
        return options[name]
    raise ValueError(f"{argument}: expected one of {', '.join(options)}; got {shown(name)}")


def instance(argument, value, kind, wanted):
    """`value` if it is a `kind`, else a TypeError that says what was `wanted`."""
    if not isinstance(value, kind):
        brackets = ", the class and not an object of it" if isinstance(value, type) else ""
        raise TypeError(f"{argument}: expected {wanted}; got {shown(value)}{brackets}")
    return value


def function(argument, value):
    """`value` if it can be called or is None, else TypeError."""
    if value is not None and not callable(value):
        raise TypeError(f"{argument}: expected a function; got {shown(value)}")
    return value


def flag(argument, value):
    """`value` if it is True or False, else ValueError."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{argument}: expected True or False; got {shown(value)}")
    return bool(value)


def file(argument, path, wanted="file"):
    """`path` as a Path, of what is `wanted`; TypeError unless it is a text or a path."""
    try:
        return File(path)
    except TypeError as reason:
        raise TypeError(f"{argument}: expected the name of a {wanted}; got {shown(path)}") from reason


def text(argument, value):
    """`value` if it is a text, else TypeError."""
    return instance(argument, value, str, "a text")


def names(argument, values, number=None):
    """`values` as a list of texts; ValueError unless they are texts, and `number` of them, or one at least."""
    good = isinstance(values, list | tuple) or (isinstance(values, np.ndarray) and values.ndim == 1)
    wanted = "names, as in ['a', 'b']" if number is None else f"{number} names"
    if not good or not len(values) or number not in (None, len(values)):
        raise ValueError(f"{argument}: expected {wanted}; got {shown(values)}")
    return [text(argument, name) for name in values]


def shown(value):
    """How a complaint shows what came: in one line of at most 60 characters."""
    if isinstance(value, np.ndarray):
        kind = "a masked array" if isinstance(value, np.ma.MaskedArray) else "an array"
        return f"{kind} of shape {value.shape} of {value.dtype}"
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever came, the complaint is about the argument
        text = type(value).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."
