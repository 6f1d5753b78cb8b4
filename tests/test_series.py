"""series: the sunspots, lag spaces, and the equation of Mackey and Glass against other ways to solve it."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.integrate

from classicnets.datasets import lag_space, mackey_glass, sunspots

# -- the sunspots ---------------------------------------------------------------------------------------------------


def test_the_sunspots_are_the_published_ones():
    years, series = sunspots()
    assert years.tolist() == list(range(1700, 1980)) and np.issubdtype(years.dtype, np.integer)
    assert series.shape == (280,) and series.dtype == np.float64
    number = dict(zip(years.tolist(), (series * 191.2).round(9).tolist(), strict=True))
    assert [number[year] for year in (1700, 1701, 1702)] == [5, 11, 16]
    assert number[1957] == max(number.values()) == 190.2 and number[1979] == 155.4
    assert [year for year in number if number[year] == 0] == [1711, 1712, 1810]


def test_the_variance_of_the_scaled_sunspots_is_the_usual_normaliser():
    variance = sunspots().series.var(ddof=1)
    assert round(variance, 6) == 0.041057 and abs(variance - 0.041056) < 2e-6


def test_the_sunspots_cannot_be_changed_for_those_who_ask_next():
    before = [array.copy() for array in sunspots()]
    for array in sunspots():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    X, T = lag_space(sunspots().series, 3)
    X[:], T[:] = 7, 7  # copies, ours to change
    assert all(np.array_equal(now, then) for now, then in zip(sunspots(), before, strict=True))
    assert sunspots() is sunspots()  # read once


# -- lag spaces -----------------------------------------------------------------------------------------------------


def naive_lag_space(series, lags):
    """Row by row, from the definition."""
    rows = [t for t in range(len(series)) if all(t - lag >= 0 for lag in lags)]
    return [[series[t - lag] for lag in lags] for t in rows], [[series[t]] for t in rows]


@pytest.mark.parametrize(
    "lags, as_sequence",
    [
        (1, [1]),
        (4, [1, 2, 3, 4]),
        (np.int64(12), range(1, 13)),
        ((6, 12, 18, 24, 30, 36), (6, 12, 18, 24, 30, 36)),
        ([3, 1], [3, 1]),  # columns in the order asked for
        (np.array([2, 7]), [2, 7]),
        ((n for n in (5, 2)), [5, 2]),
        ([39], [39]),  # a single pattern is left
    ],
)
def test_a_lag_space_is_the_naive_loop(lags, as_sequence):
    series = np.random.default_rng(0).normal(size=40)
    X, T = lag_space(series, lags)
    naive_X, naive_T = naive_lag_space(series.tolist(), as_sequence)
    assert X.tolist() == naive_X and T.tolist() == naive_T
    assert X.shape == (40 - max(as_sequence), len(as_sequence)) and T.shape == (len(X), 1)
    assert X.dtype == T.dtype == np.float64


def test_a_lag_space_of_a_list_of_whole_numbers():
    X, T = lag_space([1, 2, 3, 4], 2)
    assert X.tolist() == [[2, 1], [3, 2]] and T.tolist() == [[3], [4]] and X.dtype == T.dtype == np.float64


BAD_SERIES = [
    (np.ones((4, 2)), r"expected shape \(n,\); got \(4, 2\)"),
    (np.ones((40, 1)), r"expected shape \(n,\); got \(40, 1\)"),
    (3.0, r"expected shape \(n,\); got \(\)"),
    (None, r"expected numbers of shape \(n,\); got NoneType"),
    (np.array(3.0), r"expected shape \(n,\); got \(\)"),
    ((x for x in (1.0, 2.0)), r"expected numbers of shape \(n,\); got generator"),
    ("abc", r"expected numbers of shape \(n,\); got str"),
    (["a", "b"], r"expected numbers of shape \(n,\); got list with 'a'"),
    ([[1, 2], [3]], r"expected numbers of shape \(n,\); got list"),
    (np.ma.masked_equal([1.0, -999.0, 2.0], -999), r"expected numbers of shape \(n,\); got a masked array"),
    ([1.0, np.nan, 2.0], "expected finite numbers; got NaN or infinity"),
    ([1.0, 2.0, -np.inf], "expected finite numbers; got NaN or infinity"),
    ([], "expected more than 2 values for lags up to 2; got 0"),
    ([1.0, 2.0], "expected more than 2 values for lags up to 2; got 2"),
]
BAD_LAGS = [
    *((lag, f"expected a whole number of at least 1; got {lag}") for lag in (0, -3, 2.0, 1.5, True, None)),
    ((1, 0), "expected a whole number of at least 1; got 0"),
    ((1, -2), "expected a whole number of at least 1; got -2"),
    ((1, 2.5), "expected a whole number of at least 1; got 2.5"),
    ((1, None), "expected a whole number of at least 1; got None"),
    ([[1, 2], [3, 4]], r"expected a whole number of at least 1; got \[1, 2\]"),
    ("12", r"expected whole numbers of at least 1, as in \(6, 12, 18\); got '12'"),
    ({2, 1}, r"expected whole numbers of at least 1, as in \(6, 12, 18\); got {1, 2}"),
    ((1, 2, 1), r"expected one lag or more, each of them once; got \(1, 2, 1\)"),
    ((), r"expected one lag or more, each of them once; got \(\)"),
    (10**400, "expected a whole number from 1 to 1000000000; got 1000"),
]


@pytest.mark.parametrize("series, message", BAD_SERIES)
def test_bad_series(series, message):
    with pytest.raises(ValueError, match=f"^series: {message}"):
        lag_space(series, 2)


def test_many_lags_are_refused_without_going_through_them():
    with pytest.raises(ValueError, match="^series: expected more than 1000000000 values for lags up to 1000000000"):
        lag_space(np.arange(20.0), 10**9)


def test_a_series_too_short_for_its_lags():
    for lags in (12, (6, 12), range(12, 0, -1)):
        with pytest.raises(ValueError, match="^series: expected more than 12 values for lags up to 12; got 5$"):
            lag_space(np.ones(5), lags)


@pytest.mark.parametrize("lags, message", BAD_LAGS)
def test_bad_lags(lags, message):
    with pytest.raises(ValueError, match=f"^lags: {message}"):
        lag_space(np.arange(10.0), lags)


# -- Mackey and Glass -----------------------------------------------------------------------------------------------


def naive_mackey_glass(end, a, b, tau, start, steps=50):
    """x at 0, 1, ..., end by Runge and Kutta's fourth order, `steps` a unit; cubic Hermite for x half a step on."""
    h, delay, x, ahead, behind = 1 / steps, tau * steps, [start], [], []

    def slope(delayed, x):
        return a * delayed / (1 + delayed**10) - b * x

    def at(step):
        return start if step < 0 else x[step]

    def half_a_step_after(step):
        return start if step < 0 else (x[step] + x[step + 1]) / 2 + h / 8 * (ahead[step] - behind[step])

    for now in range(end * steps):
        then, middle, last = at(now - delay), half_a_step_after(now - delay), at(now - delay + 1)
        k1 = slope(then, x[now])
        k2 = slope(middle, x[now] + h / 2 * k1)
        k3 = slope(middle, x[now] + h / 2 * k2)
        k4 = slope(last, x[now] + h * k3)
        x.append(x[now] + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
        ahead.append(k1)
        behind.append(slope(last, x[-1]))
    return np.array(x[::steps])


CASES = [(0.2, 0.1, 17, 1.2), (0.2, 0.1, 30, 0.9), (0.25, 0.12, 5, 0.3), (0.2, 0.1, 1, 0.5), (0.2, 0.1, 150, 1.1)]


@pytest.mark.parametrize("a, b, tau, start", CASES)
def test_mackey_glass_is_the_naive_integration(a, b, tau, start):
    series = mackey_glass(101, a=a, b=b, tau=tau, start=start, transient=0)
    assert series.shape == (101,) and series.dtype == np.float64 and series[0] == start
    assert np.abs(series - naive_mackey_glass(100, a, b, tau, start)).max() < 2e-9


def test_the_defaults_are_those_of_the_papers():
    assert np.abs(mackey_glass(100, transient=0) - naive_mackey_glass(99, 0.2, 0.1, 17, 1.2)).max() < 2e-9
    assert np.array_equal(mackey_glass(5), mackey_glass(5, a=0.2, b=0.1, tau=17, start=1.2, transient=1000))


def test_until_tau_mackey_glass_is_an_exponential():
    """With x(t - tau) = start the equation is linear: x goes from start to a start / (1 + start^10) / b."""
    a, b, start, t = 0.3, 0.15, 0.8, np.arange(41)
    goal = a * start / (1 + start**10) / b
    series = mackey_glass(41, a=a, b=b, tau=40, start=start, transient=0)
    assert np.abs(series - (goal + (start - goal) * np.exp(-b * t))).max() < 1e-9


@pytest.mark.parametrize("a, b, tau", [(0.2, 0.1, 17), (0.3, 0.1, 17), (0.5, 0.2, 3)])
def test_the_fixed_point_stays_put(a, b, tau):
    """For a while: it is unstable, and rounding grows."""
    x = (a / b - 1) ** 0.1
    assert np.abs(mackey_glass(80, a=a, b=b, tau=tau, start=x, transient=0) - x).max() < 1e-10
    assert not mackey_glass(50, a=a, b=b, tau=tau, start=0, transient=0).any()


def test_with_a_short_delay_mackey_glass_settles_at_the_fixed_point():
    assert np.abs(mackey_glass(10, a=0.3, tau=2, transient=500) - 2**0.1).max() < 1e-8


def test_a_transient_is_the_beginning_left_out_whatever_the_length():
    everything = mackey_glass(140, transient=0)
    for length, transient in ((40, 100), (1, 17), (17, 0), (18, 16), (1, 0), (120, 1)):
        series = mackey_glass(length, transient=transient)
        assert np.array_equal(series, everything[transient : transient + length])


def test_with_a_delay_of_17_mackey_glass_swings_for_ever_and_never_repeats():
    x = mackey_glass(2000)
    assert 0.2 < x.min() < 0.5 and 1.2 < x.max() < 1.4  # between these for ever, whatever the start
    assert abs(x.mean() - 0.93) < 0.02 and abs(x.std() - 0.226) < 0.02
    y = x - x.mean()
    correlation = [y[lag:] @ y[: len(y) - lag] / (y @ y) for lag in range(80)]
    assert 45 < 30 + np.argmax(correlation[30:]) < 55  # about 50 units from one swing to the next
    assert min(np.abs(x[lag:] - x[:-lag]).max() for lag in range(1, 400)) > 0.05  # no period


def test_starts_that_differ_a_little_part_if_the_delay_is_17_and_not_if_it_is_13():
    apart = {}
    for tau in (13, 17):
        one, other = (mackey_glass(60, tau=tau, start=start, transient=1440) for start in (1.2, 1.2 + 1e-6))
        apart[tau] = np.abs(one - other).max()
    assert apart[13] < 2e-5 and apart[17] > 2e-4


BAD_ARGUMENTS = [
    *(("length", bad, "expected a whole number of at least 1; got") for bad in (0, -1, 2.0, None, "9", True)),
    *(("tau", bad, "expected a whole number of at least 1; got") for bad in (0, -17, 17.0, 2.5, np.nan, None)),
    *(("transient", bad, "expected a whole number of at least 0; got") for bad in (-1, 10.0, None)),
    *(("a", bad, "expected a finite number above 0; got") for bad in (0, -0.2, np.nan, np.inf, None, "0.2")),
    *(("b", bad, "expected a finite number above 0; got") for bad in (0, -0.1, np.nan, np.inf, None, [0.1])),
    *((name, 10**400, "expected a whole number from [01] to 10{9}; got") for name in ("length", "tau", "transient")),
    *(("start", bad, "expected a finite number of at least 0; got") for bad in (-1.2, np.nan, np.inf, None, [1.2])),
]


@pytest.mark.parametrize("argument, bad, message", BAD_ARGUMENTS)
def test_bad_arguments_of_mackey_glass(argument, bad, message):
    with pytest.raises(ValueError, match=f"^{argument}: {message} "):
        mackey_glass(**{"length": 5, argument: bad})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("too_large", [{"a": 1e40}, {"a": 1e308}, {"b": 1e308}, {"start": 1e40}])
def test_numbers_too_large_to_integrate(too_large):
    (name, value), = too_large.items()  # fmt: skip
    name = "x" if name == "start" else name
    with pytest.raises(ValueError, match="^a, b, start: expected an equation that can be integrated; got ") as caught:
        mackey_glass(40, **too_large)
    assert f"{name} = {value:g}".replace("+", "") in str(caught.value).replace("+", "")


def test_an_integration_that_does_not_arrive(monkeypatch):
    monkeypatch.setattr(scipy.integrate, "solve_ivp", lambda *_, **__: SimpleNamespace(success=False, message="stuck"))
    with pytest.raises(ValueError, match="^a, b, start: expected an equation that can be integrated; got ") as caught:
        mackey_glass(40)
    assert str(caught.value.__cause__) == "stuck"


def test_importing_the_package_does_not_import_the_integrator():
    program = "import sys, classicnets.datasets; sys.exit('scipy.integrate' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
