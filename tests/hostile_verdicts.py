"""What is to be seen of a call: whether its error names the argument, what it changed, which numbers came of it."""

import re
from dataclasses import is_dataclass
from inspect import signature

import numpy as np
from hostile_kinds import FILES

from classicnets import Cost
from classicnets.network import Network
from classicnets.pruning import Path


def call(function, arguments):
    """The function with these arguments, in their places where they have one, as people call it."""
    given = signature(function)
    known = {name: value for name, value in arguments.items() if name in given.parameters}
    bound = given.bind(**known)
    return function(*bound.args, **bound.kwargs, **{n: v for n, v in arguments.items() if n not in known})


def refuses_keyword(function, name, arguments, argument):
    """None where Python, with an argument left out or one too many, names it and our function; else what came."""
    first = next(iter(signature(function).parameters))
    given = [arguments.pop(first)] if first in ("self", "net") and first != argument else []
    arguments = {n: v for n, v in arguments.items() if n != argument}
    if argument == "unheard_of":
        arguments[argument] = 1
    try:
        came = f"-> {type(function(*given, **arguments)).__name__}"
    except Exception as error:
        came = f"{type(error).__name__}: {error}"
        if isinstance(error, TypeError) and argument in came and set(re.findall(r"\w+", came)) & set(name.split(".")):
            return None
        if name.endswith(" =") or (argument == first and "positional argument" in came):
            return None  # nobody can assign nothing; what dispatches by its first argument has no name for it
    return came


def names_it(error, name, arguments, names, others):
    """Whether an error names one of these arguments, or with `others` any or a part of a Cost, in our words."""
    message = str(error)
    if not isinstance(error, ValueError | TypeError | OSError | IndexError) or ": expected" not in message:
        return False
    words = set(re.findall(r"\w+", message.split(": expected")[0]))
    files = [str(arguments[argument]) for argument in names & FILES]  # which are as good as their names
    property_ = set(re.findall(r"\.(\w+) =$", name))
    parts = {part for value in arguments.values() if isinstance(value, Cost) for part in vars(value)}
    named = words & (names | property_ | (set(arguments) | parts if others else set()))
    return bool(named) or any(file in message for file in files)


def state(value):
    """What may not be changed by a call that ends in an error."""
    if isinstance(value, Network):
        return value.weights.tobytes(), value.mask.tobytes(), repr(value)
    if isinstance(value, Path):
        return len(value), value.ended_by, value.made_by
    if isinstance(value, np.ndarray):
        return np.asarray(value).tobytes() if value.dtype.kind != "O" else None
    if isinstance(value, tuple | list):
        return [state(part) for part in value]
    if isinstance(value, dict):
        return {name: state(part) for name, part in value.items()}
    ours = type(value).__module__.startswith("classicnets")
    return {n: state(v) for n, v in vars(value).items() if not n.startswith("_")} if ours else None


def networks(arguments):
    """Those of the arguments that are networks."""
    return [value for value in arguments.values() if isinstance(value, Network)]


def numbers(value):
    """All numbers in a result: a list of arrays."""
    if isinstance(value, Network):
        return [np.array(value.weights)]
    if isinstance(value, Path):
        return [value.curve(name) for name in ("n_active", "train_error", "test_error")]
    if isinstance(value, bool | int | float | np.number | np.ndarray):
        array = np.asarray(value)
        return [array.astype(np.float64)] if array.dtype.kind in "fiub" else []
    if isinstance(value, tuple | list):
        return [array for part in value for array in numbers(part)]
    return numbers(list(vars(value).values())) if is_dataclass(value) and not isinstance(value, type) else []


def alike(ones, others):
    """Whether two lists of arrays agree to rounding."""
    pairs = zip(ones, others, strict=False)
    same = all(a.shape == b.shape and np.allclose(a, b, rtol=1e-7, atol=1e-12, equal_nan=True) for a, b in pairs)
    return len(ones) == len(others) and same


def new_infinity(before, after):
    """Whether there is NaN, or infinity, in `after` and none in `before`."""
    return any(any(map(np.any, map(f, after))) > any(map(np.any, map(f, before))) for f in (np.isnan, np.isinf))
