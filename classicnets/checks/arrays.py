"""Arrays: of plain real numbers, all finite, in the shape that is wanted; booleans; which weights are meant."""

import numbers

import numpy as np

from .numbers import not_negative, positive
from .words import shown


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


def weight_decay(values, n=None, some=False):
    """A weight decay: a number of at least 0, or a float64 vector of such, one a weight (n,); else ValueError.

    A vector of any length where `n` is None. some: there must be some decay, a number above 0.
    """
    if type(values) is float and 0.0 <= values < np.inf and not some:  # as almost always, and asked in every derivative
        return values
    if not isinstance(values, list | tuple) and np.ndim(values) == 0:
        return (positive if some else not_negative)("weight_decay", values)
    decay = finite_vector("weight_decay", values, n)
    if not decay.size or decay.min() < 0 or (some and not decay.any()):
        wanted = "a number above 0" if some else "a number of at least 0"
        came = f"{decay.min():g} to {decay.max():g}" if decay.size else "none"
        raise ValueError(f"weight_decay: expected {wanted}, or numbers of at least 0, one a weight; got {came}")
    return decay


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


def booleans(argument, values, shape, meaning=""):
    """`values` as a boolean array of this shape; ValueError, with the meaning of the shape, for anything else."""
    array = _array(values)
    if array.shape != shape or array.dtype != bool:
        raise ValueError(f"{argument}: expected booleans of shape {shape}{meaning}; got {shown(values)}")
    return array


def indices(argument, values, n):
    """Which of n weights `values` mean, as an array of their indices; ValueError where that is not clear.

    An index, a slice, indices in a sequence or an array (below zero they count from the end), or n booleans.
    """
    chosen = np.arange(n)[values] if _is_slice(values) else _array(values)
    if chosen.dtype == bool and chosen.shape == (n,):
        return np.flatnonzero(chosen)
    if not chosen.size and chosen.ndim == 1:
        return np.empty(0, dtype=np.intp)
    good = chosen.dtype.kind in "iu" and chosen.ndim < 2 and -n <= chosen.min() and chosen.max() < n
    # So many zeros and ones are a mask, and not weights 0 and 1.
    if not good or (chosen.shape == (n,) and n > 2 and 0 <= chosen.min() and chosen.max() <= 1):
        raise ValueError(f"{argument}: expected indices from 0 to {n - 1}, or {n} booleans; got {shown(values)}")
    return chosen.astype(np.intp).ravel() % n


def labels(argument, values):
    """Class labels, numbers or texts, as an array (P,); ValueError if empty, of another shape, NaN or anything else."""
    array = _array(values)
    if array.ndim == 1 and array.dtype.kind == "O" and all(isinstance(label, str) for label in array):
        array = array.astype(str)  # a column of texts of a table
    if array.ndim != 1 or not len(array) or array.dtype.kind not in "biufUS" or (array != array).any():
        raise ValueError(f"{argument}: expected class labels of shape (P,), numbers or texts; got {shown(values)}")
    return array


def _is_slice(values):
    parts = (values.start, values.stop, values.step) if isinstance(values, slice) else (...,)
    whole = all(p is None or (isinstance(p, numbers.Integral) and not isinstance(p, bool)) for p in parts)
    return whole and values.step != 0


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


def patterns(net, X):
    """The patterns X, checked: (P, n_in) and finite."""
    return finite_matrix("X", X, net.sizes[0])


def _refuse_labels(shape, outputs):
    """ValueError, with a hint, for what may be labels; and for two columns where one output tells two classes apart."""
    if not (len(shape) == 1 and shape[0]) and not (outputs == 1 and shape[1:] == (2,)):
        return
    hint = "Of class labels one_hot(labels) makes targets"
    if outputs == 1:
        hint = "Of labels of two classes one_hot(labels)[:, 1:] makes targets, of numbers numbers[:, None]"
    raise ValueError(f"T: expected shape (P, {outputs}); got {shape}. {hint}")


def targets(net, X, T, low, high):
    """The targets T, checked: (P, n_out), one row a pattern of X, within [low, high].

    For a net that remembers they may be fewer: the targets of the last patterns, the first ones being its run-up.
    """
    _refuse_labels(_array(T).shape, net.sizes[-1])
    T = finite_matrix("T", T, net.sizes[-1])
    if net.remembers and len(T) > len(X):
        raise ValueError(f"T: expected at most {len(X)} targets, one for each pattern of X; got {len(T)}")
    if not net.remembers and len(T) != len(X):
        raise ValueError(f"T: expected {len(X)} targets, one for each pattern of X; got {len(T)}")
    if (low > -np.inf and T.min() < low) or (high < np.inf and T.max() > high):
        raise ValueError(
            f"T: expected targets in [{low:g}, {high:g}] for {net.output} outputs; got {T.min():g} to {T.max():g}"
        )
    return T
