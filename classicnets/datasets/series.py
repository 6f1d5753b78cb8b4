"""Time series to predict from their past: the sunspots, and the equation of Mackey and Glass."""

from bisect import bisect_right
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from .. import checks

SUNSPOT_SCALE = 191.2  # the scale of Weigend et al. (1990), a little more than the largest number, 190.2 in 1957

# What DOP853 may err by in a step. Ten times less moves mackey_glass by 1e-9 until t = 300, by 1e-7 until t = 1200.
RELATIVE, ABSOLUTE = 1e-10, 1e-12
POINTS = np.cos(np.pi * (np.arange(8) + 0.5) / 8)  # 8 values give a polynomial of degree 7; Chebyshev's are good ones


class Sunspots(NamedTuple):
    """The years (280,), 1700 to 1979, and the yearly mean sunspot numbers divided by 191.2 as `series` (280,)."""

    years: np.ndarray
    series: np.ndarray


@lru_cache(maxsize=1)
def sunspots():
    """The yearly mean sunspot numbers of 1700 to 1979, divided by 191.2. Source: descr/sunspots.md. Read-only."""
    with (files(__package__) / "data" / "sunspots.csv").open(encoding="ascii") as file:
        years, numbers = np.loadtxt(file, delimiter=",", skiprows=1, unpack=True)
    data = Sunspots(years.astype(np.int64), numbers / SUNSPOT_SCALE)
    data.years.flags.writeable = data.series.flags.writeable = False  # the same arrays for everyone who asks
    return data


def lag_space(series, lags):
    """Patterns to predict a series (n,) from its past: X (P, L) the x(t - lag), a column a lag, and T (P, 1) the x(t).

    `lags`: L for 1, 2, ..., L, or the lags themselves, such as (6, 12, 18). Time runs down the rows, from the first t
    that has all its lags: P = n - the largest lag. X and T are copies. ValueError if the series is not 1-d, not finite
    or not longer than the largest lag, or if the lags are not positive whole numbers, each once.
    """
    lags, series = _lags(lags), checks.finite_vector("series", series)
    n, largest = len(series), lags[-1] if isinstance(lags, range) else max(lags)
    if n <= largest:
        raise ValueError(f"series: expected more than {largest} values for lags up to {largest}; got {n}")
    return np.stack([series[largest - lag : n - lag] for lag in lags], axis=1), series[largest:, None].copy()


def mackey_glass(length, *, a=0.2, b=0.1, tau=17, start=1.2, transient=1000):
    """Values (length,) of dx/dt = a x(t - tau) / (1 + x(t - tau)^10) - b x(t) at t = transient, transient + 1, ...

    Up to t = 0 x is `start`. Time is in the units of tau and 1 / b; tau and transient are whole numbers of them. With
    a = 0.2 and b = 0.1 it is chaotic from a tau of about 17 on. Mackey & Glass (1977), Science 197. ValueError if
    length or tau is no whole number of at least 1, transient none of at least 0, a or b not above 0, start below 0,
    or a number so large that the integration overflows.
    """
    end = checks.size("transient", transient, 0) + checks.size("length", length)
    a, b, tau = checks.positive("a", a), checks.positive("b", b), checks.size("tau", tau)
    x = start = checks.not_negative("start", start)

    def before(s):
        return start

    # x' jumps at 0, x'' at tau, and so on: each stretch between these is integrated by itself, in its own time s from
    # 0 to tau, and is what the next one looks back on. All of the last too: the same x(t) for every length.
    stretches = []
    for _ in range(0, end, tau):
        solution, before, x = _integrate(a, b, before, x, tau)
        stretches.append(solution(np.arange(tau))[0])
    return np.concatenate(stretches)[transient:end]


def _lags(lags):
    """The lags as a sequence of ints."""
    if not np.iterable(lags):
        return range(1, checks.size("lags", lags) + 1)
    lags = checks.counts("lags", lags, example="(6, 12, 18)")
    if not lags or len(set(lags)) < len(lags):
        raise ValueError(f"lags: expected one lag or more, each of them once; got {checks.shown(lags)}")
    return lags


def _integrate(a, b, before, x, tau):
    """From x at s = 0 to s = tau, where before(s) is x(s - tau): the solution, the same for quick use, x at tau."""
    from scipy.integrate import solve_ivp  # not at the top: it would slow the import of the package

    def slope(s, x):
        delayed = before(float(s))
        return a * delayed / (1 + delayed**10) - b * x

    try:
        with np.errstate(over="raise", invalid="raise"):
            solved = solve_ivp(slope, (0, tau), [x], "DOP853", rtol=RELATIVE, atol=ABSOLUTE, dense_output=True)
        if not solved.success:
            raise ArithmeticError(solved.message)
    except ArithmeticError as reason:
        came = f"a = {a:g}, b = {b:g} and x = {x:g} on the way"
        raise ValueError(f"a, b, start: expected an equation that can be integrated; got {came}") from reason
    return solved.sol, _quick(solved.sol, solved.t), solved.y[0, -1]


def _quick(solution, times):
    """The same function of one s, in a fiftieth of the time: the polynomial of each step by its coefficients."""
    middles, halves = (times[1:] + times[:-1]) / 2, (times[1:] - times[:-1]) / 2
    values = solution((middles + halves * POINTS[:, None]).ravel())[0].reshape(len(POINTS), -1)
    coefficients = np.linalg.solve(np.vander(POINTS), values).T
    steps = list(zip(middles.tolist(), halves.tolist(), coefficients.tolist(), strict=True))
    joints = times[1:-1].tolist()

    def value(s):
        middle, half, coefficients = steps[bisect_right(joints, s)]
        u, total = (s - middle) / half, 0.0
        for coefficient in coefficients:  # Horner's rule, in plain Python: NumPy is slow on single numbers
            total = total * u + coefficient
        return total

    return value
