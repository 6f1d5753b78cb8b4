"""path.py and loop.py: what is saved of a path, and prunings that are interrupted and go on."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import oracles
import pytest

from classicnets import (
    EBD,
    EigenspaceSurgeon,
    Magnitude,
    OptimalBrainSurgeon,
    RandomChoice,
    interruption,
    prune,
    train_gauss_newton,
)
from classicnets.pruning import Path as PruningPath
from classicnets.pruning.finnoff1993 import StatisticalTest
from classicnets.stopping import Curve, Watch

SIZES = (3, 4, 2)


def same(step, other):
    """Whether two steps agree in everything, NaN where the other has NaN."""
    return all(np.array_equal(value, vars(other)[name], equal_nan=True) for name, value in vars(step).items())


def retrain(net, X, T):
    return train_gauss_newton(net, X, T, iterations=2)


@pytest.fixture
def problem():
    return oracles.problem(SIZES, deleted=0.2)


def test_a_saved_path_is_read_back_step_by_step(problem, tmp_path):
    net, X, T = problem
    path = prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=3, test=(X, T))
    assert any(len(step.deleted) > 1 for step in path)
    path.save(tmp_path / "path.npz")
    again = PruningPath.load(tmp_path / "path.npz", net)
    assert len(again) == len(path) > 3 and all(map(same, again, path))
    for step, other in zip(again, path, strict=True):
        assert all(type(value) is type(vars(other)[name]) for name, value in vars(step).items())
    assert np.array_equal(again.network(2).forward(X), path.network(2).forward(X))
    assert [file.name for file in tmp_path.iterdir()] == ["path.npz"]


@pytest.mark.parametrize("retrain", [None, retrain])
@pytest.mark.parametrize("finished", [0, 1, 3])
def test_an_interrupted_pruning_goes_on_where_it_was(problem, finished, retrain, tmp_path):
    net, X, T = problem
    options = dict(at_once=2, retrain=retrain, test=(X, T))
    whole = prune(net, X, T, OptimalBrainSurgeon(1e-3), **options)
    options["checkpoint"], steps = tmp_path / "checkpoint.npz", []

    def interrupt(path):
        steps.append(len(path))
        if len(path) > finished:
            raise KeyboardInterrupt

    part = prune(net, X, T, OptimalBrainSurgeon(1e-3), each=interrupt, **options)
    assert part.ended_by == "interrupt" and len(part) == max(finished, 1) + 1 and steps == list(range(2, len(part) + 1))
    looks = []
    rest = prune(net, X, T, OptimalBrainSurgeon(1e-3), each=lambda path: looks.append(len(path)), **options)
    assert rest.ended_by == "size" and looks[0] == len(part) + 1 and len(rest) == len(whole)
    assert all(map(same, rest, whole))


PROGRAM = """
import sys, time
from test_path import OptimalBrainSurgeon, SIZES, oracles, prune, retrain
net, X, T = oracles.problem(SIZES, deleted=0.2)
def wait(path): time.sleep(0.01 if len(path) < int(sys.argv[2]) else 600)
prune(net, X, T, OptimalBrainSurgeon(1e-3), retrain=retrain, checkpoint=sys.argv[1], each=wait)
"""


def test_a_pruning_that_is_killed_loses_nothing_that_was_finished(problem, tmp_path):
    net, X, T = problem
    whole, file, kept = prune(net, X, T, OptimalBrainSurgeon(1e-3), retrain=retrain), tmp_path / "checkpoint.npz", 0
    for _ in range(3):
        # However late the kill comes on a busy machine, the pruning is not over: it waits at four steps more.
        program = [sys.executable, "-c", PROGRAM, file, str(kept + 4)]
        process = subprocess.Popen(program, cwd=Path(__file__).parent)
        while steps_in(file, net) < kept + 2:
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()
        process.wait()
        assert kept + 2 <= steps_in(file, net) < len(whole)
        kept = steps_in(file, net)
    rest = prune(net, X, T, OptimalBrainSurgeon(1e-3), retrain=retrain, checkpoint=file)
    assert len(rest) == len(whole) and all(map(same, rest, whole))


def steps_in(file, net):
    """How many steps a checkpoint holds; none before there is one."""
    return len(PruningPath.load(file, net)) if file.exists() else 0


def test_what_was_finished_is_finished(problem, tmp_path):
    net, X, T = problem
    whole = prune(net, X, T, Magnitude(), checkpoint=tmp_path / "checkpoint.npz")
    again = prune(net, X, T, Magnitude(), each=pytest.fail, checkpoint=tmp_path / "checkpoint.npz")
    assert all(map(same, again, whole)) and again.ended_by == "size"
    assert PruningPath.load(tmp_path / "checkpoint.npz", net).ended_by == "size"


def interrupted(net, X, T):
    """A training that is interrupted, whatever becomes of its record."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Watch, "active_gradient", lambda self: signal.raise_signal(signal.SIGINT))
        train_gauss_newton(net, X, T, iterations=2)


def test_interrupting_a_retraining_interrupts_the_pruning_whatever_it_returns(problem):
    net, X, T = problem
    calls = []

    def twice(net, X, T):
        calls.append(len(calls))
        interrupted(net, X, T)
        calls.append("not reached")
        return "nothing of interest"

    path = prune(net, X, T, Magnitude(), retrain=twice)
    assert path.ended_by == "interrupt" and len(path) == 1 and calls == [0]
    curve = train_gauss_newton(net, X, T, iterations=1)  # by itself a training only stops
    assert curve.stopped_by == "epochs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Watch, "active_gradient", lambda self: signal.raise_signal(signal.SIGINT))
        assert train_gauss_newton(net, X, T).stopped_by == "interrupt"


def test_inside_of_something_larger_a_pruning_passes_an_interruption_on(problem):
    net, X, T = problem
    with interruption.passed_on(), pytest.raises(KeyboardInterrupt):
        prune(net, X, T, Magnitude(), retrain=interrupted)
    assert not interruption.is_passed_on()


def test_a_retraining_that_brings_weights_back_is_refused(problem):
    net, X, T = problem
    before = net.mask.copy()
    with pytest.raises(ValueError, match="^retrain: expected deleted weights to stay deleted; got [0-9]+ of them back"):
        prune(net, X, T, Magnitude(), down_to=5, retrain=lambda net, X, T: net.revive(slice(None)))
    assert np.array_equal(net.mask, before)


def test_steps_that_do_not_exist(problem):
    net, X, T = problem
    path = prune(net, X, T, Magnitude(), down_to=net.n_active - 3)
    for index in (None, 4, -5, 1.0, "1", True):
        for ask in (path.network, path.__getitem__):
            with pytest.raises(IndexError, match="^index: expected a step of this path, 0 to 3; got "):
                ask(index)
    assert path[-1] is path[3] and path[1:] == [path[1], path[2], path[3]]
    with pytest.raises(IndexError, match="^index: expected a step, but this path has none; got 0"):
        PruningPath(net)[0]


def test_paths_and_curves_print_in_a_line(problem):
    net, X, T = problem
    path = prune(net, X, T, Magnitude(), down_to=net.n_active - 3)
    start = f"Path of 3 steps, {net.n_active} to {net.n_active - 3} of 26 weights, train_error 0."
    assert repr(path).startswith(start) and repr(path).endswith("ended by size") and "\n" not in repr(path)
    curve = train_gauss_newton(net, X, T, iterations=2)
    assert re.fullmatch(r"Curve of epochs 0 to 2, best 2, train_error \S+ to \S+, stopped by epochs", repr(curve))
    assert (
        repr(PruningPath(net)) == "Path without a step" and repr(Curve()) == "Curve without a look, stopped by epochs"
    )


def test_a_checkpoint_of_another_pruning_is_refused(problem, tmp_path):
    net, X, T = problem
    file = tmp_path / "checkpoint.npz"
    prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file, down_to=net.n_active - 4)
    for other in (
        lambda: prune(net, X, T, Magnitude(), at_once=2, checkpoint=file),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-4), at_once=2, checkpoint=file),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=3, checkpoint=file),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=2, weight_decay=0.1, checkpoint=file),
        lambda: prune(net, X + 1e-9, T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file),
        lambda: prune(net, X, 0.9 * T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-3, "exact"), at_once=2, checkpoint=file),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file, test=(X, T)),
        lambda: prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file, validation=(X, T)),
    ):
        with pytest.raises(ValueError, match="checkpoint: expected one of the same method, data and options; got "):
            other()
    assert prune(net, X, T, OptimalBrainSurgeon(1e-3), at_once=2, checkpoint=file)[-1].n_active == 0
    for first, second in [
        (RandomChoice(0), RandomChoice(1)),
        (EBD("sums"), EBD("updates")),
        (EigenspaceSurgeon(5), EigenspaceSurgeon(4)),
        (StatisticalTest(0.1), StatisticalTest(0.2)),
    ]:
        file = tmp_path / f"{type(first).__name__}.npz"
        prune(net, X, T, first, checkpoint=file)
        with pytest.raises(ValueError, match="checkpoint: expected one of the same method, data and options; got "):
            prune(net, X, T, second, checkpoint=file)


def test_where_a_checkpoint_cannot_be_written_the_pruning_does_not_begin(problem, tmp_path):
    net, X, T = problem
    for file, error in ((tmp_path / "no" / "folder.npz", FileNotFoundError), (3, TypeError)):
        with pytest.raises(error, match="^checkpoint: expected "):
            prune(net, X, T, Magnitude(), retrain=lambda *_: pytest.fail("hours of work"), checkpoint=file)
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(FileNotFoundError, match="^checkpoint: expected a file in a folder that is there"):
        prune(net, X, T, Magnitude(), checkpoint=tmp_path / "folder.npz")


def test_an_empty_path_is_saved_and_read_back(problem, tmp_path):
    net = problem[0]
    PruningPath(net).save(tmp_path / "path")
    again = PruningPath.load(tmp_path / "path", net)
    assert len(again) == 0 and [file.name for file in tmp_path.iterdir()] == ["path.npz"]


def test_a_save_that_fails_leaves_the_earlier_file(problem, tmp_path, monkeypatch):
    net, X, T = problem
    file = tmp_path / "path.npz"
    path = prune(net, X, T, Magnitude(), down_to=net.n_active - 2)
    path.save(file)
    before = file.read_bytes()

    def broken(stream, **columns):
        stream.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", broken)
    with pytest.raises(KeyboardInterrupt):
        path.save(file)
    assert file.read_bytes() == before


def test_a_checkpoint_of_another_network_and_other_files_are_refused(problem, tmp_path):
    net, X, T = problem
    file = tmp_path / "checkpoint.npz"
    prune(net, X, T, Magnitude(), down_to=net.n_active - 2, checkpoint=file)
    other = net.copy()
    other.weights = other.weights * 1.01
    for stranger in (other, oracles.problem((3, 2, 2))[0]):
        with pytest.raises(ValueError, match="path: expected the pruning of the network given; got another network's"):
            PruningPath.load(file, stranger)
    net.save(file)
    with pytest.raises(ValueError, match="path: expected a path written by save; got .*checkpoint.npz"):
        prune(net, X, T, Magnitude(), checkpoint=file)
    for content in (b"", b"no archive", b"PK\x03\x04 half an archive"):
        file.write_bytes(content)
        with pytest.raises(ValueError, match="path: expected a path written by save"):
            PruningPath.load(file, net)
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(ValueError, match="path: expected a path written by save"):
        PruningPath.load(tmp_path / "array.npy", net)
    with pytest.raises(FileNotFoundError):
        PruningPath.load(tmp_path / "nothing.npz", net)


def test_a_loaded_path_says_how_it_ended_and_is_no_other(tmp_path):
    net, X, T = oracles.problem(SIZES)
    whole = prune(net, X, T, Magnitude(), checkpoint=tmp_path / "path", down_to=net.n_active - 2)
    loaded = PruningPath.load(tmp_path / "path", net)
    assert repr(loaded) == repr(whole) and loaded.ended_by == "size" and "ended" not in repr(PruningPath(net))
    assert loaded != whole and whole.index(whole[1]) == 1  # steps are themselves, and no arrays are compared
