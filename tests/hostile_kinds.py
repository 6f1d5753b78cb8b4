"""Hostile values: what may be handed to an argument by mistake, many of them made from the value that belongs there."""

import pathlib
from decimal import Decimal
from fractions import Fraction

import numpy as np

import classicnets as cn

# Of no use but for a few arguments: those for which each of them is legal are in LEGAL.
PLAIN = {
    "None": lambda: None,
    "True": lambda: True,
    "False": lambda: False,
    "Ellipsis": lambda: ...,
    "NaN": lambda: float("nan"),
    "infinity": lambda: float("-inf"),
    "-1": lambda: -1,
    "0": lambda: 0,
    "0.5": lambda: 0.5,
    "huge int": lambda: 10**400,
    "Fraction": lambda: Fraction(1, 3),
    "Decimal": lambda: Decimal("0.5"),
    "complex": lambda: 1 + 2j,
    "text": lambda: "abc",
    "bytes": lambda: b"abc",
    "numeric text": lambda: "1",
    "empty dict": dict,
    "dict": lambda: {1: 2},
    "set": lambda: {1.5, 2},
    "generator": lambda: (x for x in (0.5, 1)),
    "zip": lambda: zip((1, 2), (3, 4), strict=True),
    "class": lambda: cn.MLP,
    "lambda": lambda: lambda *args, **kwargs: 0,
    "empty list": list,
    "ragged list": lambda: [[1, 2], [3]],
    "object": object,
    "[None]": lambda: [None],
    "[[object]]": lambda: [[object()]],
    "masked": lambda: np.ma.masked,
    "date": lambda: np.datetime64("1993-01-01"),
    "0-d array": lambda: np.array(1.5),
    "flags": lambda: np.array([True, False]),
    "network": lambda: cn.RecurrentNetwork((3, 2, 1), seed=1),
    "wide network": lambda: cn.MLP((5, 2, 2), seed=1),
    "directory": lambda: pathlib.Path(),
    "no file": lambda: pathlib.Path("there") / "is none",
}


def _with(array, value, dtype=None):
    changed = np.array(array, dtype=dtype)
    changed.flat[changed.size // 2] = value
    return changed


# Made from an array: no number is in them, or not for every place.
NO_DATA = {
    "masked array": lambda a: np.ma.masked_array(a, np.arange(a.size).reshape(a.shape) == 0),
    "complex array": lambda a: a + 1e-3j,
    "dates": lambda a: np.arange(a.size).reshape(a.shape).astype("M8[s]"),
    "texts": lambda a: np.asarray(a, dtype=float).astype(str),
    "list with ?": lambda a: _with(a, "?", object).tolist(),
    "array with None": lambda a: _with(a, None, object),
    "array with NaN": lambda a: _with(a, np.nan),
    "array with infinity": lambda a: _with(a, np.inf),
    "records": lambda a: np.asarray(a, dtype=float).view([("x", float)]),
}
NO_FLAGS = {
    "numbers": lambda a: a.astype(float),
    "texts": lambda a: a.astype(str),
    "masked array": lambda a: np.ma.masked_array(a, a),
    "array with None": lambda a: _with(a, None, object),
    "a row less": lambda a: a[:-1],
    "three dimensions": lambda a: a[None],
}
# Their shape or size may not fit, or not fit the other arguments, whose name is then as good in the complaint.
OTHER_DATA = {
    "transposed": lambda a: np.array(a.T),
    "a column less": lambda a: a[..., :-1],
    "a row less": lambda a: a[:-1],
    "no rows": lambda a: a[:0],
    "one dimension": lambda a: np.array(a).ravel(),
    "three dimensions": lambda a: np.array(a)[None],
    "huge numbers": lambda a: np.sign(a - np.mean(a)) * 1e308,
    "tiny numbers": lambda a: a * 1e-310,
    "negated": lambda a: -a,
    "constant": lambda a: np.zeros_like(a),
}


def _read_only(array):
    array = np.array(array)
    array.flags.writeable = False
    return array


# The same numbers in another form: the result must be that of the float64 array.
SAME_DATA = {
    "every other column": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "backwards": lambda a: np.array(a[::-1])[::-1],
    "Fortran": np.asfortranarray,
    "float16": lambda a: a.astype(np.float16),
    "float32": lambda a: a.astype(np.float32),
    "longdouble": lambda a: a.astype(np.longdouble),
    "big endian": lambda a: a.astype(">f8"),
    "read-only": _read_only,
    "list": lambda a: a.tolist(),
    "Fractions": lambda a: np.array([Fraction(float(x)) for x in a.ravel()], dtype=object).reshape(a.shape),
}
SAME_NUMBER = {"NumPy's": lambda v: np.asarray(v)[()], "Fraction's": lambda v: Fraction(v), "float32": np.float32}
SAME_COUNT = {"NumPy's": np.int64, "uint8": np.uint8}


# A pair (X, T) as a whole; its parts are spoiled too.
NO_PAIR = {
    "(X,)": lambda p: p[:1],
    "(X, T, T)": lambda p: (*p, p[1]),
    "(T, X)": lambda p: p[::-1],
    "X alone": lambda p: p[0],
    "zip of pairs": lambda p: zip(p, p, strict=True),
}

FILES = {"path", "file", "folder", "checkpoint"}
CHOICES = {"error", "kind", "curvature", "quantity", "keep", "hidden", "output", "name", "reference", "problem"}
# Of another length, for which another argument may be the one to complain about.
SHORT = {"empty list", "flags"}
# What each sort of argument may be; None is legal where it is the default.
LEGAL = {
    "array": {"flags"},  # zeros and ones
    "part": {"True", "False", "-1", "0", "0.5", "Fraction", "0-d array", "flags"},  # of a tuple or list of numbers
    "flags": set(),
    "count": {"-1", "0", "huge int"},
    "number": {"-1", "0", "0.5", "Fraction"},
    "flag": {"True", "False"},
    "choice": set(),
    "text": {"text", "numeric text"},
    "seed": {"None", "0", "huge int"},
    "network": {"network", "wide network"},
    "function": {"class", "lambda"},
    "file": {"text", "numeric text", "directory", "no file"},
    "other": set(),
}


def sort_of(name, value):
    """What sort of argument it is, by its name and the value that belongs there."""
    if name in ("seed", "part"):
        return name
    if name in FILES:
        return "file"
    if isinstance(value, str):
        return "choice" if name in CHOICES else "text"
    if isinstance(value, np.ndarray):
        return "array" if value.dtype.kind == "f" else "flags"
    for kind, sort in ((bool, "flag"), (int, "count"), (float, "number"), (cn.MLP.__base__, "network")):
        if isinstance(value, kind):
            return sort
    return "function" if callable(value) else "other"


def spoiled(name, value):
    """All hostile values for an argument: triples of the kind, what makes it, and what it must be: a word of MUST."""
    sort = sort_of(name, value)
    for kind, make in PLAIN.items():
        if not (sort == "function" and kind == "class"):  # it is one, and what it complains of is its own affair
            yield kind, make, "any" if kind in LEGAL[sort] else "refused"
    if sort == "flags":
        yield from ((kind, lambda change=change: change(value), "refused") for kind, change in NO_FLAGS.items())
    if sort == "array":
        for kinds, must in ((NO_DATA, "refused"), (OTHER_DATA, "any"), (SAME_DATA, "same")):
            yield from ((kind, lambda change=change: change(value), must) for kind, change in kinds.items())
    for kind, change in {"number": SAME_NUMBER, "count": SAME_COUNT, "seed": SAME_COUNT}.get(sort, {}).items():
        yield kind, lambda change=change: change(value), "same"
    if type(value) in (tuple, list, dict):
        yield from _spoiled_within(value)


def _spoiled_within(values):
    """A tuple, list or dict of values with one of them spoiled."""
    if isinstance(values, tuple) and isinstance(values[0], np.ndarray):
        yield from ((kind, lambda change=change: change(values), "refused") for kind, change in NO_PAIR.items())
    for place in list(values) if isinstance(values, dict) else range(len(values)):
        name = "part" if isinstance(values[place], float) else ""
        for kind, make, must in spoiled(name, values[place]):

            def changed(place=place, make=make):
                copied = values.copy() if isinstance(values, dict) else list(values)
                copied[place] = make()
                return type(values)(copied)

            yield f"[{place}] {kind}", changed, "any" if must == "same" else must


def plain_form(value):
    """What a value of SAME_DATA and the others stands for: float64, float or int."""
    if isinstance(value, np.ndarray | list):
        return np.array(value, dtype=np.float64)
    return int(value) if isinstance(value, np.integer) else float(value)
