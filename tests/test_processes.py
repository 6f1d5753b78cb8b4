"""The data-generating processes of Finnoff et al. (1993), section 4: their table, and each function line by line."""

from math import exp, pi, sin, sqrt, tanh

import numpy as np
import pytest

from classicnets.datasets.processes import PROCESSES, finnoff

# As printed: noise; patterns to train, validate, generalize; step before and after overtraining.
TABLE = """
exp_0_n 0 400/200/1000 .05/.005
exp_3_n .3 400/200/1000 .05/.005
exp_6_n .6 400/200/1000 .05/.005
id_7_n .7 200/100/1000 .05/.005
id_8_n .8 200/100/1000 .05/.005
id_9_n .9 200/100/1000 .05/.005
n_0_id 0 1400/600/1000 .05/.01
n_1_id .1 1400/600/1000 .05/.01
n_2_id .2 1400/600/1000 .05/.01
n_0_sin 0 1400/600/1000 .05/.01
n_1_sin .1 1400/600/1000 .05/.01
n_2_sin .2 1400/600/1000 .05/.01
net_0_n 0 400/200/1000 .05/.005
net_3_n .3 400/200/1000 .05/.005
net_6_n .6 400/200/1000 .05/.005
sin_0_n 0 400/200/1000 .05/.005
sin_3_n .3 400/200/1000 .05/.005
sin_6_n .6 400/200/1000 .05/.005
"""


def test_the_processes_are_those_of_the_table():
    lines = [line.split() for line in TABLE.split("\n") if line]
    assert list(PROCESSES) == [name for name, *_ in lines]
    for name, noise, sizes, rates in lines:
        process = PROCESSES[name]
        assert process.noise == float(noise) and process.inputs == (50 if name.startswith("net") else 10)
        assert process.sizes == tuple(map(int, sizes.split("/"))) and process.rates == tuple(
            map(float, rates.split("/"))
        )


# -- the functions: with the coefficients drawn in this order; x is one pattern ----------------------------------------


def coefficients(rng, number):
    sizes = rng.uniform(0.5, 1.5, number)
    return sizes * rng.choice([-1.0, 1.0], number)


def additive(rng):
    a = coefficients(rng, 5)
    return lambda x: sum(a[i] * x[i] for i in range(5))


def sines(rng):
    a = coefficients(rng, 5)
    return lambda x: sum(sin(pi * a[i] * x[i]) for i in range(5))


def product(rng):
    return lambda x: x[0] * x[1] * x[2]


def product_of_sines(rng):
    a = coefficients(rng, 3)
    return lambda x: sin(pi / 2 * a[0] * x[0]) * sin(pi / 2 * a[1] * x[1]) * sin(pi / 2 * a[2] * x[2])


def bumps(rng):
    centres, signs = rng.uniform(-1, 1, (8, 5)), [1, -1, 1, -1, 1, -1, 1, -1]
    return lambda x: sum(
        sign * exp(-sum((x[i] - centre[i]) ** 2 for i in range(5))) for sign, centre in zip(signs, centres, strict=True)
    )


def random_network(rng):
    W, v = rng.normal(size=(50, 200)) * sqrt(3 / 50), rng.normal(size=200)
    return lambda x: sum(v[j] * tanh(a) for j, a in enumerate(x @ W))


FUNCTIONS = {
    "exp": bumps, "id": additive, "n_id": product, "n_sin": product_of_sines, "net": random_network, "sin": sines,
}  # fmt: skip


@pytest.mark.parametrize("name", PROCESSES)
def test_every_process_line_by_line(name):
    first, _, last = name.split("_")
    process, rng = PROCESSES[name], np.random.default_rng(3)
    function = FUNCTIONS[f"n_{last}" if first == "n" else first](rng)
    patterns = rng.uniform(-1, 1, (sum(process.sizes), process.inputs))
    others = rng.uniform(-1, 1, (10_000, process.inputs))
    noise = process.noise * rng.normal(size=len(patterns))
    values = np.array([function(x) for x in others])
    parts, begin = finnoff(name, 3), 0
    for (X, T), size in zip(parts, process.sizes, strict=True):
        assert np.array_equal(X, patterns[begin : begin + size]) and T.shape == (size, 1)
        for k in (0, 1, size - 1):
            t = (function(X[k]) - values.mean()) / values.std() + noise[begin + k]
            assert T[k, 0] == pytest.approx(t, rel=1e-9, abs=1e-12)
        begin += size


@pytest.mark.parametrize("name", PROCESSES)
def test_targets_have_variance_1_before_the_noise_and_come_from_the_seed(name):
    process, parts = PROCESSES[name], finnoff(name, 3)
    targets = np.concatenate([T for _, T in parts])
    assert targets.var() == pytest.approx(1 + process.noise**2, rel=0.2) and abs(targets.mean()) < 0.15
    assert all(np.array_equal(T, again) for (_, T), (_, again) in zip(parts, finnoff(name, 3), strict=True))
    assert not np.array_equal(parts[0][1], finnoff(name, 4)[0][1])


def test_a_process_and_its_noisy_sister_differ_by_the_noise():
    clean, noisy = (np.concatenate([T for _, T in finnoff(name, 5)]) for name in ("n_0_id", "n_2_id"))
    assert (noisy - clean).std() == pytest.approx(0.2, rel=0.1)


def test_a_name_that_is_none():
    with pytest.raises(ValueError, match="^name: expected .*; got 'id_1_n'"):
        finnoff("id_1_n", 0)
