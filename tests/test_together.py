"""train_together: the weights and curves of one network after another, whatever they are trained with."""

import numpy as np
import oracles
import pytest

from classicnets import MLP, RecurrentNetwork, interruption, together, train_backpropagation, train_together
from classicnets.together import SIDE_BY_SIDE

KINDS = [(e, o) for e, o in oracles.KINDS if o != "softmax"]


def networks(number, sizes, hidden="tanh", output="logistic", deleted=0.2):
    """So many, of other weights and other masks; patterns and targets."""
    net, X, T = oracles.problem(sizes, hidden, output, patterns=13, deleted=0)
    nets = [MLP(sizes, hidden, output, seed=seed) for seed in range(number)]
    for seed, each in enumerate(nets):
        each.delete(np.random.default_rng(seed).random(net.n) < deleted)
    return nets, X, T


def both(nets, X, T, seeds, **options):
    """Networks and curves of the same training together and one after another."""
    alone, side_by_side = [net.copy() for net in nets], [net.copy() for net in nets]
    curves = [train_backpropagation(net, X, T, seed=s, **options) for net, s in zip(alone, seeds, strict=True)]
    return side_by_side, train_together(side_by_side, X, T, seeds=seeds, **options), alone, curves


def check_same(ours, our_curves, alone, curves):
    for net, curve, expected, its in zip(ours, our_curves, alone, curves, strict=True):
        assert np.allclose(net.weights, expected.weights, rtol=1e-13, atol=1e-13)
        assert np.array_equal(net.mask, expected.mask) and not net.weights[~net.mask].any()
        assert (curve.epoch, curve.best, curve.stopped_by) == (its.epoch, its.best, its.stopped_by)
        assert np.allclose(curve.train_error, its.train_error, rtol=1e-12)


@pytest.mark.parametrize("draw", range(40))
def test_together_is_one_after_another(draw):
    rng = np.random.default_rng(draw)
    sizes = [(3, 2), (4, 3, 2), (3, 9, 1), (3, 4, 2, 2)][rng.integers(4)]
    hidden = ["tanh", "logistic", "linear", "scaled tanh", "relu"][draw % 5]
    error, output = KINDS[rng.integers(len(KINDS))]
    nets, X, T = networks(int(rng.integers(1, 12)), sizes, hidden, output)
    options = {
        "rate": [0.01, 0.05][rng.integers(2)], "momentum": [0.0, 0.7][rng.integers(2)],
        "batch": [1, 1, 5, None][rng.integers(4)], "epochs": int(rng.integers(0, 7)), "every": int(rng.integers(1, 4)),
        "shuffle": bool(rng.integers(4)), "error": error, "keep": ["best", "last"][rng.integers(2)],
        "weight_decay": [0.0, 0.1, rng.uniform(0, 0.2, nets[0].n)][rng.integers(3)],
    }  # fmt: skip
    check_same(*both(nets, X, T, [int(s) for s in rng.integers(0, 99, len(nets))], **options))


def test_there_may_be_more_than_go_side_by_side():
    nets, X, T = networks(SIDE_BY_SIDE + 3, (3, 2, 1))
    ours = both(nets, X, T, range(len(nets)), epochs=3, momentum=0.5)
    check_same(*ours)
    assert min(np.abs(net.weights - old.weights).max() for net, old in zip(ours[0], nets, strict=True)) > 1e-4


def test_each_stops_by_itself_and_stays_as_it_then_is():
    nets, X, T = networks(9, (3, 4, 1))
    errors = [curve.train_error[8] for curve in both(nets, X, T, range(9), epochs=8)[1]]
    ours = both(nets, X, T, range(9), epochs=20, target_error=float(np.median(errors)))
    check_same(*ours)
    assert len({len(curve.epoch) for curve in ours[1]}) > 2 and "target error" in {c.stopped_by for c in ours[1]}
    check_same(*both(nets, X, T, range(9), epochs=20, target_error=float(np.median(errors)), keep="last"))
    held_out = np.random.default_rng(5).normal(size=(7, 3)), T[:7]
    ours = both(nets, X, T, range(9), epochs=200, rate=0.5, validation=held_out, patience=3)
    check_same(*ours)
    assert len({len(curve.epoch) for curve in ours[1]}) > 2


def test_one_that_diverges_leaves_the_others_alone():
    nets, X, T = networks(4, (3, 2, 1), "linear", "linear", deleted=0)
    nets[1].weights = 1e100 * np.ones(nets[1].n)
    curves = both(nets, X, T, range(4), epochs=5)
    assert [curve.stopped_by == "divergence" for curve in curves[1]] == [False, True, False, False]
    check_same(*([part[i] for i in (0, 2, 3)] for part in curves))
    assert np.isfinite(curves[0][1].weights).all()


def test_an_interrupt_leaves_the_best_weights_of_all_and_says_so(monkeypatch):
    nets, X, T = networks(3, (3, 2, 1))
    stopped, kernel, calls = [net.copy() for net in nets], together.train_nets, []

    def interrupted(*arguments):
        calls.append(0)
        if len(calls) == 4:
            raise KeyboardInterrupt
        kernel(*arguments)

    monkeypatch.setattr(together, "train_nets", interrupted)
    curves = train_together(stopped, X, T, seeds=range(3), epochs=9)
    assert [(curve.epoch, curve.stopped_by) for curve in curves] == [([0, 1, 2, 3], "interrupt")] * 3
    calls.clear()
    with interruption.passed_on(), pytest.raises(KeyboardInterrupt):
        train_together([net.copy() for net in nets], X, T, seeds=range(3), epochs=9)
    monkeypatch.undo()
    train_together(nets, X, T, seeds=range(3), epochs=3)
    assert all(np.array_equal(a.weights, b.weights) for a, b in zip(stopped, nets, strict=True))


def test_a_network_that_had_stopped_before_an_interrupt_says_what_it_was_stopped_by(monkeypatch):
    nets, X, T = networks(3, (3, 2, 1))
    nets[1].weights = 1e-3 * nets[1].weights
    first = [curve.train_error[0] for curve in both(nets, X, T, range(3), epochs=0)[1]]
    kernel = together.train_nets

    def interrupted(*arguments):
        monkeypatch.setattr(together, "train_nets", stop)
        kernel(*arguments)

    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(together, "train_nets", interrupted)
    curves = train_together(nets, X, T, seeds=range(3), rate=1e-6, epochs=9, target_error=min(first))
    reasons = ["target error" if error == min(first) else "interrupt" for error in first]
    assert [curve.stopped_by for curve in curves] == reasons


def test_what_does_not_go_together_is_refused():
    nets, X, T = networks(2, (3, 2, 1))
    for wrong, complaint in (
        ([], "expected a list of networks"), (nets[0], "expected a list of networks"),
        ([nets[0], MLP((3, 3, 1))], "expected networks of one shape"), ([nets[0]] * 2, "one of them twice"),
        ([MLP((3, 2, 1), output="softmax")], "act unit by unit"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"nets: .*{complaint}"):
            train_together(wrong, X, T)
    with pytest.raises(TypeError, match="nets: expected MLPs alone"):
        train_together([RecurrentNetwork((3, 2, 1))], X, T)
    for seeds in (3, [1], [1, 2, 3]):
        with pytest.raises(ValueError, match="seeds: expected one for each of 2 networks"):
            train_together(nets, X, T, seeds=seeds)
    with pytest.raises(TypeError, match="got elimination"):
        train_together(nets, X, T, elimination=1.0)
