"""Ctrl-C at any moment: records that are consistent, the best weights kept, KeyboardInterrupt from compiled code."""

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import oracles
import pytest

from classicnets import (
    EBD,
    MLP,
    Cost,
    GammaOBS,
    OptimalBrainSurgeon,
    RandomChoice,
    network_error,
    prune,
    stopping,
    train_backpropagation,
    train_gauss_newton,
    train_quasi_newton,
)

TRAININGS = [
    lambda *given, **more: train_backpropagation(*given, epochs=6, seed=0, **more),
    lambda *given, **more: train_gauss_newton(*given, iterations=6, **more),
    lambda *given, **more: train_quasi_newton(*given, iterations=6, **more),
]


def interrupted_at(line, call):
    """The call, with KeyboardInterrupt raised at so many-th line of stopping.py's looks; whether it was."""
    count = [0]

    def trace(frame, event, _):
        if frame.f_code.co_filename != stopping.__file__ or frame.f_code.co_name not in ("look", "_watched", "_pairs"):
            return None if frame.f_code.co_filename != stopping.__file__ else trace
        if event == "line":
            count[0] += 1
            if count[0] == line:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return call(), count[0] >= line
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("train", TRAININGS)
@pytest.mark.parametrize("sets", [0, 1])
def test_a_curve_is_consistent_wherever_it_was_interrupted(train, sets):
    line, seen = 0, 0
    while True:
        line += 1
        net, X, T = oracles.problem((3, 4, 2))
        pairs = {"validation": (X[:6], T[:6]), "test": (X[6:], T[6:])} if sets else {}
        curve, interrupted = interrupted_at(line, lambda net=net, X=X, T=T, pairs=pairs: train(net, X, T, **pairs))
        if not interrupted:
            break
        seen += 1
        assert curve.stopped_by == "interrupt"
        assert len(curve.epoch) == len(curve.train_error)
        assert len(curve.validation_error) == len(curve.test_error) == len(curve.epoch) * sets
        if curve.looks:
            watched = curve.validation_error or curve.train_error
            assert curve.best == int(np.argmin(watched))
            assert network_error(net, *(pairs["validation"] if sets else (X, T))) == watched[curve.best]
    assert seen > 50


PROGRAM = """
import time
import numpy as np
from classicnets import MLP, RecurrentNetwork, gradient, hessian, monks
rng = np.random.default_rng(0)
net, X, T = RecurrentNetwork((4, 8, 1), seed=0), rng.normal(size=(3000, 4)), rng.normal(size=(3000, 1))
mlp, data = MLP((17, 3, 1), seed=0), monks(1)
calls = [lambda: net.forward(X), lambda: gradient(net, X, T), lambda: hessian(mlp, data.X, data.T)]
for call in calls:
    call()
for call in calls * NUMBER:
    try:
        print("go", flush=True)
        end = time.monotonic() + 30  # whatever becomes of the test
        while time.monotonic() < end:
            call()
        break
    except KeyboardInterrupt:
        print("KeyboardInterrupt", flush=True)
    except BaseException as error:
        print(type(error).__name__, flush=True)
"""


def interrupted_calls(number):
    """What arrives of so many interruptions of each of three compiled calls."""
    environment = {"cwd": Path(__file__).parent.parent, "stdout": subprocess.PIPE, "text": True}
    arrived, draw = [], np.random.default_rng(0)
    with subprocess.Popen([sys.executable, "-c", PROGRAM.replace("NUMBER", str(number))], **environment) as process:
        try:
            for _ in range(3 * number):
                assert process.stdout.readline() == "go\n"
                time.sleep(draw.uniform(0, 0.02))
                process.send_signal(signal.SIGINT)
                arrived.append(process.stdout.readline().strip())
        finally:
            process.kill()
    return arrived


@pytest.mark.skipif(sys.platform == "win32", reason="there a process is interrupted in another way")
def test_in_compiled_code_it_arrives_as_keyboard_interrupt():
    assert set(interrupted_calls(40)) == {"KeyboardInterrupt"}


@pytest.mark.parametrize("method", [OptimalBrainSurgeon(1e-3), EBD(), RandomChoice(3), GammaOBS()], ids=repr)
def test_one_method_in_several_threads_is_as_many_methods(method):
    problems = [oracles.problem((3, 4, 2), seed=seed, deleted=0) for seed in range(6)]
    options = dict(weight_decay=1e-2, down_to=12, keep_orphans=True)
    alone = [prune(*problem, method, **options) for problem in problems]
    barrier, interval = threading.Barrier(2), sys.getswitchinterval()

    def together(problem):
        barrier.wait()
        return prune(*problem, method, **options)

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(2) as pool:
            paths = list(pool.map(together, problems))
    finally:
        sys.setswitchinterval(interval)
    for path, other in zip(paths, alone, strict=True):
        assert [step.deleted for step in path] == [step.deleted for step in other]
        assert np.array_equal(path[-1].weights, other[-1].weights)


def test_a_method_keeps_nothing_of_a_pruning():
    net, X, T = oracles.problem((3, 4, 2))
    method = OptimalBrainSurgeon(1e-3)
    prune(net, X, T, method)
    assert vars(method) == {"alpha": 1e-3, "kind": "gauss-newton", "saddles": False, "scale": "absolute"}
    with pytest.raises(ValueError, match="^net: expected one that was looked at"):
        method.saliency(net)
    method.look(net, Cost(X, T))
    with pytest.raises(ValueError, match="^net: expected one that was looked at"):
        method.delete(MLP((2, 2, 1)), 0)
