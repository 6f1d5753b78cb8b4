"""What is explored about the Surgeon on the digits of 1989: what is left, what a step is made of, looks and leaps."""

from types import SimpleNamespace

import numpy as np
import pytest

from classicnets import OptimalBrainSurgeon, digit_recogniser, digits, hessian, network_error
from classicnets.digit_nets import SEEN_BY_H3
from reproductions import digit_paths, digit_remains, digit_steps
from reproductions.explorations import lecun1990_surgeon as explored


@pytest.fixture
def net(monkeypatch):
    net = digit_recogniser(3)
    monkeypatch.setattr(digit_remains, "digit_recogniser", lambda seed: net)  # built once a test: it is of wires alone
    return net


def test_shares_are_of_the_layers_weights(net):
    net.delete([*range(26), *range(104, 106), 2577])
    shares = digit_remains.shares(net.mask)
    assert shares == {"H1": 75, "H2": 75, "H3": 100, "H4": 100, "output": pytest.approx(100 * 1929 / 1930)}
    of_layer, _, _, weight = net.wires
    for number, (begin, end) in enumerate(digit_remains.LAYERS.values()):
        assert set(weight[of_layer == number]) == set(range(begin, end))


def test_flips_are_of_each_class():
    labels, first, second = np.repeat(range(3), 4), np.eye(3)[[0] * 12], np.eye(3)[[0] * 7 + [1] * 5]
    nets = [SimpleNamespace(forward=lambda X, O=O: O) for O in (first, second)]
    assert digit_remains.flips(*nets, None, labels) == [0, 25, 100]


def test_kernels_are_what_one_map_sees_of_one_below(net):
    assert [len(each) for each in digit_remains.kernels(0)] == [25] * 4
    found = digit_remains.kernels(2)
    assert [len(each) for each in found] == [25] * sum(map(len, SEEN_BY_H3)) == [25] * 20
    begin, end = digit_remains.LAYERS["H3"]
    assert sorted(np.concatenate(found)) == (begin + np.flatnonzero(~net.is_bias[begin:end])).tolist()


def test_without_a_whole_map_nothing_comes_from_it(net):
    seen_by = np.bincount(np.concatenate(SEEN_BY_H3))
    assert [len(each) for each in digit_remains.whole_maps(0)] == (26 + 2 + 25 * seen_by).tolist()
    assert [len(each) for each in digit_remains.whole_maps(2)] == [25 * len(seen) + 1 + 2 + 160 for seen in SEEN_BY_H3]
    X, group = digits(16).X[:3], digit_remains.whole_maps(2)[4]
    inner = group[group < digit_remains.LAYERS["output"][0]]
    net.delete(group)
    before = net.forward(X)
    net.revive(inner[0])
    net.weights = np.where(np.arange(net.n) == inner[0], 5.0, net.weights)
    assert np.array_equal(net.forward(X), before)


def test_a_step_is_taken_apart(net):
    few = digits(16)
    X, T, rng = few.X[:20], few.T[:20], np.random.default_rng(0)
    step = 0.02 * rng.standard_normal(net.n)
    found = digit_steps.anatomy(net, step, X, T)
    assert found["actual"] == pytest.approx(
        network_error(digit_steps.moved(net, step), X, T) - network_error(net, X, T)
    )
    terms = ("gradient", "Gauss-Newton", "(t - o) terms", "beyond")
    assert sum(found[name] for name in terms) == pytest.approx(found["actual"])
    assert found["Gauss-Newton"] == pytest.approx(step @ hessian(net, X, T, "gauss-newton") @ step / 2, rel=1e-4)
    assert found["linear outputs"] == pytest.approx(found["gradient"] + found["Gauss-Newton"], rel=1e-4)
    small = digit_steps.anatomy(net, step / 10, X, T)
    assert abs(small["curved outputs"] - small["actual"]) < abs(small["linear outputs"] - small["actual"]) / 3
    alone = np.where(np.arange(net.n) >= 648, step, 0.0)
    only = digit_steps.anatomy(net, alone, X, T)
    assert only["output alone"] == only["actual"] and only["below alone"] == 0


def test_saturated_units_are_counted(net):
    X = digits(16).X[:5]
    assert 0 <= digit_steps.saturated(net, X) < 1
    net.weights = 100 * net.weights
    assert digit_steps.saturated(net, X) > 50


def test_a_step_parts_by_a_share_of_the_error_before_it():
    step = SimpleNamespace(train_error=1.3, actual=0.3, predicted=0.1)
    assert digit_paths.parts(0.19)(step) and not digit_paths.parts(0.21)(step)


class Pretended:
    """Prunings that are refused at more than 50 deletions, and below an alpha of .1."""

    def __init__(self):
        self.asked = []

    def __call__(self, net, patterns, method, at_once, down_to, seen=1000, stop=None):
        self.asked.append((net.n_active - down_to, method.alpha))
        path = path_to(down_to)
        if stop is not None and stop(SimpleNamespace(number=net.n_active - down_to, alpha=method.alpha)):
            path.rejected = path.pop()
        return path


def path_to(left):
    class Path(list):
        rejected = None

        def network(self):
            return SimpleNamespace(n_active=left)

    return Path([SimpleNamespace(n_active=left)])


@pytest.mark.parametrize(
    "answer, refused, asked",
    [
        (None, lambda step: True, [(100, 1e-3), (100, 1e-3)]),
        ("fewer", lambda step: step.number > 50, [(100, 1e-3), (50, 1e-3), (100, 1e-3), (50, 1e-3), (100, 1e-3)]),
        ("fewer", lambda step: True, [(100, 1e-3), (50, 1e-3), (25, 1e-3), (50, 1e-3), (25, 1e-3)]),
        ("alpha", lambda step: step.alpha < 0.05, [(100, 1e-3), (100, 1e-2), (100, 1e-1), (100, 1e-1)]),
        ("alpha", lambda step: True, [(100, 1e-3), (100, 1e-2), (100, 1e-1), (100, 1.0), (100, 1.0)]),
    ],
)
def test_who_looks_before_leaping_asks_again(answer, refused, asked, monkeypatch):
    pretended = Pretended()
    monkeypatch.setattr(digit_paths, "walk", pretended)
    steps, looks = digit_paths.leap(SimpleNamespace(n_active=300), None, 1e-3, 100, 100, refused, answer)
    first, *rest = pretended.asked
    assert first == (0, 1e-3) and looks == len(rest)
    assert [(number, pytest.approx(alpha)) for number, alpha in rest][: len(asked)] == asked
    assert steps[-1].n_active == 100


def test_no_step_is_refused_at_25_deletions(monkeypatch):
    pretended = Pretended()
    monkeypatch.setattr(digit_paths, "walk", pretended)
    digit_paths.leap(SimpleNamespace(n_active=300), None, 1e-3, 40, 200, lambda step: True, "fewer")
    assert [number for number, _ in pretended.asked][:5] == [0, 40, 25, 40, 25]


def test_the_alpha_of_least_unseen_error_is_kept(monkeypatch):
    def walk(net, patterns, method, at_once, down_to):
        path = path_to(down_to)
        path[-1].validation_error = abs(method.alpha - (0.1 if down_to == 200 else 0.2))
        return path

    monkeypatch.setattr(digit_paths, "walk", walk)
    steps, kept = digit_paths.least(SimpleNamespace(n_active=300), None, (0.05, 0.1, 0.2), 100, 100)
    assert kept == [0.1, 0.2] and [step.n_active for step in steps] == [300, 200, 100]


def test_curves_are_decibels_over_the_first_step():
    steps = [
        SimpleNamespace(n_active=9 - i, train_error=error, validation_error=2 * error, test_error=1.0)
        for i, error in enumerate([1.0, 10.0])
    ]
    assert digit_paths.curves(steps) == {"n_active": [9, 8], **{each: [0, 10] for each in ("seen", "unseen", "train")},
                                         "test": [0, 0]}  # fmt: skip
    steps[1].validation_error = 2.0  # of three times as many patterns
    assert digit_paths.curves(steps)["train"][1] == pytest.approx(10 * np.log10(16 / 7), abs=1e-3)


def test_a_walk_looks_at_the_first_patterns_alone():
    few = digits(16)
    few = few._replace(**{name: getattr(few, name)[:60] for name in ("X", "T", "X_test", "T_test")})
    net = digit_recogniser(1)
    path = digit_paths.walk(net, few, OptimalBrainSurgeon(1e-2), 30, net.n - 30, seen=20)
    assert path[0].train_error == pytest.approx(network_error(net, few.X[:20], few.T[:20]))
    assert path[0].validation_error == pytest.approx(network_error(net, few.X[20:], few.T[20:]))


@pytest.mark.parametrize("key", explored.KEYS)
def test_each_key_has_a_measurement_and_rows(key):
    assert set(explored.PARTS) == set(explored.KEYS) and explored.KEYS[key].seeds >= 2
    assert explored.tasks(key, 2) == [{"seed": 20}, {"seed": 21}]
