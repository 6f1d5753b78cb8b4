"""Every complaint about bad input: the name of the argument, what was expected and what came."""

import numbers
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


# -- arrays of numbers ------------------------------------------------------------------------------------------------


def finite_matrix(argument, values, columns=None):
    """`values` as a C-contiguous float64 (P, columns) array; ValueError if empty, of another shape, NaN or infinite.

    Any number of columns, one at least, where `columns` is None.
    """
    matrix = _numbers(argument, values, f"shape (P, {'k' if columns is None else columns})")
    if matrix.ndim != 2 or (matrix.shape[1] != columns if columns is not None else not matrix.shape[1]):
        shape = f"(P, {'k' if columns is None else columns})"
        raise ValueError(f"{argument}: expected shape {shape}; got {matrix.shape}")
    if not len(matrix):
        raise ValueError(f"{argument}: expected at least one pattern; got none")
    return _finite(argument, matrix)


def finite_vector(argument, values, length=None):
    """`values` as a float64 (length,) array; ValueError if of another shape, not numbers, NaN or infinite.

    Of any length where `length` is None.
    """
    vector = _numbers(argument, values, f"shape ({'n' if length is None else length},)")
    if vector.ndim != 1 or length not in (None, len(vector)):
        raise ValueError(f"{argument}: expected shape ({'n' if length is None else length},); got {vector.shape}")
    return _finite(argument, vector)


def _numbers(argument, values, wanted):
    """`values` as a C-contiguous float64 array; ValueError unless they are plain real numbers, none of them masked.

    Writeable, because the kernels are compiled for no other arrays: what is not is copied.
    """
    if type(values) is np.ndarray and values.dtype == np.float64 and values.flags.carray:
        return values
    parts = [values, *values] if isinstance(values, list | tuple) else [values]
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        raise ValueError(f"{argument}: expected numbers of {wanted}; got a masked array, whose mask would be lost")
    try:
        array = np.asarray(values)
        if array.dtype.kind == "O" and not all(isinstance(value, numbers.Real) for value in array.flat):
            raise TypeError("not all of them are numbers")
        if array.dtype.kind not in "biufO":
            raise TypeError(f"of {array.dtype}")
        with np.errstate(over="ignore"):  # to infinity, which is then refused
            return np.require(array, np.float64, "CWE")
    except (TypeError, ValueError, OverflowError) as reason:
        raise ValueError(f"{argument}: expected numbers of {wanted}; got {_named(values)}") from reason


def _named(values):
    """What `values` are, with the first entry that is no real number."""
    kind = type(values).__name__
    stack = [values]
    while stack:
        value = stack.pop()
        if isinstance(value, np.ndarray):
            stack.extend(value.ravel().tolist()[::-1])
        elif isinstance(value, list | tuple):
            stack.extend(value[::-1])
        elif value is not values and not isinstance(value, numbers.Real):
            return f"{kind} with {shown(value)}"
    return kind


def _finite(argument, array):
    # Least and largest say it without an array of flags, and a NaN is neither above nor below anything.
    if array.size and not (array.min() > -np.inf and array.max() < np.inf):
        raise ValueError(f"{argument}: expected finite numbers; got NaN or infinity")
    return array


def patterns(net, X):
    """The patterns X, checked: (P, n_in) and finite."""
    return finite_matrix("X", X, net.sizes[0])


def targets(net, X, T, low, high):
    """The targets T, checked: (P, n_out), one row a pattern of X, within [low, high].

    For a net that remembers they may be fewer: the targets of the last patterns, the first ones being its run-up.
    """
    T = finite_matrix("T", T, net.sizes[-1])
    if net.remembers and len(T) > len(X):
        raise ValueError(f"T: expected at most {len(X)} targets, one for each pattern of X; got {len(T)}")
    if not net.remembers and len(T) != len(X):
        raise ValueError(f"T: expected {len(X)} targets, one for each pattern of X; got {len(T)}")
    if T.min() < low or T.max() > high:
        raise ValueError(
            f"T: expected targets in [{low:g}, {high:g}] for {net.output} outputs; got {T.min():g} to {T.max():g}"
        )
    return T


def indices(argument, values, n):
    """Which of n weights `values` mean, as an array of their indices; ValueError where that is not clear.

    An index, a slice, indices in a sequence or an array (below zero they count from the end), or n booleans.
    """
    chosen = np.arange(n)[values] if _is_slice(values) else _array(values)
    if chosen.dtype == bool and chosen.shape == (n,):
        return np.flatnonzero(chosen)
    if not chosen.size and chosen.ndim == 1:
        return np.empty(0, dtype=np.intp)
    if chosen.dtype.kind not in "iu" or chosen.ndim > 1 or chosen.min() < -n or chosen.max() >= n:
        raise ValueError(f"{argument}: expected indices from 0 to {n - 1}, or {n} booleans; got {shown(values)}")
    return chosen.astype(np.intp).ravel() % n


def _is_slice(values):
    parts = (values.start, values.stop, values.step) if isinstance(values, slice) else (...,)
    whole = all(p is None or (isinstance(p, numbers.Integral) and not isinstance(p, bool)) for p in parts)
    return whole and values.step != 0


def booleans(argument, values, shape, meaning=""):
    """`values` as a boolean array of this shape; ValueError, with the meaning of the shape, for anything else."""
    array = _array(values)
    if array.shape != shape or array.dtype != bool:
        raise ValueError(f"{argument}: expected booleans of shape {shape}{meaning}; got {shown(values)}")
    return array


def _array(values):
    """`values` as an array as they are; of objects, and so nothing that is expected, where that would hide something.

    Ragged lists have no shape, the mask of a masked array would be lost, True in a list with numbers would be 1.
    """
    mixed = isinstance(values, list | tuple) and len({isinstance(value, bool | np.bool_) for value in values}) > 1
    if mixed or isinstance(values, np.ma.MaskedArray):
        return np.array(None)
    try:
        return np.asarray(values)
    except (TypeError, ValueError):
        return np.array(None)


# -- single numbers, seeds, files -------------------------------------------------------------------------------------


def number(argument, value):
    """`value` if it is a finite number, else ValueError."""
    return _number(argument, value, lambda v: True, "")


def positive(argument, value):
    """`value` if it is a finite number above zero, else ValueError."""
    return _number(argument, value, lambda v: v > 0, " above 0")


def not_negative(argument, value):
    """`value` if it is a finite number of at least zero, else ValueError."""
    return _number(argument, value, lambda v: v >= 0, " of at least 0")


def count(argument, value, least=1):
    """`value` as an int of at least `least`, else ValueError."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{argument}: expected a whole number of at least {least}; got {shown(value)}")
    return int(value)


def counts(argument, values, least=1, example="(3, 2, 1)"):
    """Whole numbers of at least `least`, such as the sizes of layers, as a tuple of ints; else ValueError."""
    if not np.iterable(values) or isinstance(values, str | bytes | dict | set):
        wanted = f"whole numbers of at least {least}, as in {example}"
        raise ValueError(f"{argument}: expected {wanted}; got {shown(values)}")
    return tuple(size(argument, value, least) for value in values)


def generator(argument, seed):
    """A random generator from a seed: None, a whole number of at least 0 or several; ValueError for anything else."""
    if isinstance(seed, np.random.Generator | np.random.BitGenerator | np.random.SeedSequence):
        return np.random.default_rng(seed)
    if isinstance(seed, list | tuple) and seed:
        return np.random.default_rng([count(argument, part, 0) for part in seed])
    return np.random.default_rng(None if seed is None else count(argument, seed, 0))


def file(argument, path):
    """`path` as a Path; TypeError unless it is a text or a path."""
    try:
        return File(path)
    except TypeError as reason:
        raise TypeError(f"{argument}: expected the name of a file; got {shown(path)}") from reason


def _number(argument, value, condition, wanted):
    try:
        good = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
        given, value = value, float(value) if good else np.nan
    except OverflowError:
        given, value = value, np.inf
    if not np.isfinite(value) or not condition(value):
        raise ValueError(f"{argument}: expected a finite number{wanted}; got {shown(given)}")
    return value


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


# -- what is laid out, named or drawn ---------------------------------------------------------------------------------

MOST = 10**9  # things that anybody has room or time for


def size(argument, value, least=1):
    """`count` of things that are laid out in memory or gone through one by one: at most MOST of them."""
    if isinstance(value, numbers.Integral) and value > MOST:
        raise ValueError(f"{argument}: expected a whole number from {least} to {MOST}; got {shown(value)}")
    return count(argument, value, least)


def square(argument, values):
    """`values` as a C-contiguous float64 (n, n) array; ValueError if empty, of another shape, NaN or infinite."""
    matrix = _numbers(argument, values, "shape (n, n)")
    if matrix.ndim != 2 or not matrix.size or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{argument}: expected shape (n, n); got {matrix.shape}")
    return _finite(argument, matrix)


def with_gaps(argument, values, shape):
    """`values` as a float64 array of this shape, "n" for any length, NaN for a gap: for what is NaN or infinite."""
    wanted = f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
    array = _numbers(argument, values, f"shape {wanted}")
    if array.ndim != len(shape) or any(n not in ("n", k) for n, k in zip(shape, array.shape, strict=True)):
        raise ValueError(f"{argument}: expected shape {wanted}; got {array.shape}")
    return np.where(np.isfinite(array), array, np.nan)


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
