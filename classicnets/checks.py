"""Every complaint about bad input: what was expected, what came, and the name of the argument."""

import numbers

import numpy as np


class Diverged(ValueError):
    """A network whose outputs, derivatives or Hessian are beyond all bounds: training and pruning end there."""


def choose(argument, name, options):
    """`options[name]`, or a ValueError that lists the names there are."""
    if isinstance(name, str) and name in options:
        return options[name]
    raise ValueError(f"{argument}: expected one of {', '.join(options)}; got {name!r}")


def finite_matrix(argument, values, columns):
    """`values` as a C-contiguous float64 (P, columns) array; ValueError if empty, of another shape, NaN or infinite."""
    try:
        matrix = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as reason:
        raise ValueError(
            f"{argument}: expected numbers of shape (P, {columns}); got {type(values).__name__}"
        ) from reason
    if matrix.ndim != 2 or matrix.shape[1] != columns:
        raise ValueError(f"{argument}: expected shape (P, {columns}); got {np.shape(values)}")
    if not len(matrix):
        raise ValueError(f"{argument}: expected at least one pattern; got none")
    # A finite sum proves that every entry is finite; only a suspicious one is worth a full look.
    if not np.isfinite(matrix.sum()) and not np.isfinite(matrix).all():
        raise ValueError(f"{argument}: expected finite numbers; got NaN or infinity")
    return matrix


def finite_vector(argument, values, length):
    """`values` as a float64 (length,) array; ValueError if of another shape, not numbers, NaN or infinite."""
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as reason:
        raise ValueError(f"{argument}: expected {length} finite numbers; got {values!r:.60}") from reason
    if vector.shape != (length,):
        raise ValueError(f"{argument}: expected shape ({length},); got {vector.shape}")
    if not np.isfinite(vector).all():
        raise ValueError(f"{argument}: expected finite numbers; got NaN or infinity")
    return vector


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


def positive(argument, value):
    """`value` if it is a finite number above zero, else ValueError."""
    return _number(argument, value, lambda v: v > 0, "above 0")


def not_negative(argument, value):
    """`value` if it is a finite number of at least zero, else ValueError."""
    return _number(argument, value, lambda v: v >= 0, "of at least 0")


def count(argument, value, least=1):
    """`value` as an int of at least `least`, else ValueError."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{argument}: expected a whole number of at least {least}; got {value!r}")
    return int(value)


def _number(argument, value, condition, wanted):
    if not isinstance(value, numbers.Real) or not np.isfinite(value) or not condition(value):
        raise ValueError(f"{argument}: expected a finite number {wanted}; got {value!r}")
    return float(value)
