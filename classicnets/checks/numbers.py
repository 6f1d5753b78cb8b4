"""Single numbers: how large, how many; and seeds."""

import math
import numbers

import numpy as np

from .words import shown

MOST = 10**9  # things that anybody has room or time for


def number(argument, value):
    """`value` if it is a finite number, else ValueError."""
    return _number(argument, value, lambda v: True, "")


def positive(argument, value):
    """`value` if it is a finite number above zero, else ValueError."""
    return _number(argument, value, lambda v: v > 0, " above 0")


def not_negative(argument, value):
    """`value` if it is a finite number of at least zero, else ValueError."""
    return _number(argument, value, lambda v: v >= 0, " of at least 0")


def _number(argument, value, condition, wanted):
    try:
        good = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
        given, value = value, float(value) if good else np.nan
    except OverflowError:
        given, value = value, np.inf
    if not math.isfinite(value) or not condition(value):
        raise ValueError(f"{argument}: expected a finite number{wanted}; got {shown(given)}")
    return value


def count(argument, value, least=1):
    """`value` as an int of at least `least`, else ValueError."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{argument}: expected a whole number of at least {least}; got {shown(value)}")
    return int(value)


def size(argument, value, least=1):
    """`count` of things that are laid out in memory or gone through one by one: at most MOST of them."""
    if isinstance(value, numbers.Integral) and value > MOST:
        raise ValueError(f"{argument}: expected a whole number from {least} to {MOST}; got {shown(value)}")
    return count(argument, value, least)


def count_or_share(argument, value, least=0):
    """`value` as an int of at least `least`, or as a float if it is a share between 0 and 1; else ValueError."""
    if isinstance(value, float | np.floating) and 0 < value < 1:
        return float(value)
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        wanted = f"a whole number of at least {least} or a share between 0 and 1"
        raise ValueError(f"{argument}: expected {wanted}; got {shown(value)}")
    return int(value)


def share(argument, value):
    """`value` as a float if it is a share between 0 and 1, else ValueError."""
    return _number(argument, value, lambda v: 0 < v < 1, " between 0 and 1")


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


def rates(argument, values, number):
    """Positive numbers, one for each of so many epochs; a single number is that of all."""
    if not isinstance(values, list | tuple | np.ndarray) or (isinstance(values, np.ndarray) and not values.ndim):
        return [positive(argument, values)] * number
    if len(values) != number:
        raise ValueError(f"{argument}: expected a number, or one for each of {number} epochs; got {len(values)}")
    return [positive(argument, value) for value in values]
